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

package ai.tinyfish.internal.wire;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Settings of a call that its request passes to our request factory in an attribute.
 *
 * @param timeout the longest wait for the whole answer
 * @param submission whether the request starts a run
 * @param end ends the wait when it completes
 */
public record CallAttributes(Duration timeout, boolean submission, CompletableFuture<?> end) {

	private static final String ATTRIBUTE = CallAttributes.class.getName();

	/**
	 * Have a request use these settings.
	 * @param attributes the request's attributes
	 */
	public void putInto(Map<String, Object> attributes) {
		attributes.put(ATTRIBUTE, this);
	}

	static CallAttributes of(Map<String, Object> attributes, Duration defaultTimeout) {
		return (attributes.get(ATTRIBUTE) instanceof CallAttributes call) ? call
				: new CallAttributes(defaultTimeout, false, new CompletableFuture<>());
	}

}
