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

package ai.tinyfish.internal.session;

import java.util.function.Supplier;

import ai.tinyfish.internal.call.StreamOpener;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.request.ApiKeys;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.stream.OpenStreams;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Parts of one client that its blocking and reactive operations share.
 *
 * @param settings the client's settings
 * @param apiKey supplies the key of an operation; called once per operation, on the
 * calling or subscribing thread
 * @param streams opens streams
 * @param openStreams the streams that are open
 * @param lifecycle the lifecycle of the client
 * @param observationRegistry records runs
 */
public record ClientRuntime(ClientSettings settings, Supplier<@Nullable String> apiKey, StreamOpener streams,
		OpenStreams openStreams, ClientLifecycle lifecycle, ObservationRegistry observationRegistry) {

	/**
	 * Return the key for one operation.
	 * @return a checked key
	 * @throws IllegalStateException if the key is missing or malformed, or if the client
	 * is closed
	 */
	public String resolveApiKey() {
		requireOpen();
		return ApiKeys.require(this.apiKey.get());
	}

	/**
	 * Check that the client is open.
	 * @throws IllegalStateException if it is closed
	 */
	void requireOpen() {
		if (!this.lifecycle.isOpen()) {
			throw new IllegalStateException("This TinyFish client is closed");
		}
	}

	@Override
	public String toString() {
		return "ClientRuntime[" + this.settings.baseUrl() + "]";
	}

}
