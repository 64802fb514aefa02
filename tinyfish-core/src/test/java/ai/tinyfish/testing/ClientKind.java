/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.testing;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;

/**
 * The two clients, for tests of both.
 */
public enum ClientKind {

	BLOCKING {
		@Override
		public TinyFishClient.Builder builder() {
			return TinyFishClient.builder();
		}
	},

	REACTIVE {
		@Override
		public TinyFishClient.Builder builder() {
			return ReactiveAsBlocking.builder(ReactiveTinyFishClient.builder());
		}
	};

	/**
	 * A builder with the client's own defaults.
	 */
	public abstract TinyFishClient.Builder builder();

	/**
	 * A builder with the settings that the tests share.
	 */
	public TinyFishClient.Builder client(String baseUrl) {
		return Samples.configure(builder(), baseUrl);
	}

}
