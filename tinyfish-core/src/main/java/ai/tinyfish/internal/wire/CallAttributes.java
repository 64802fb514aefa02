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
import java.util.function.Consumer;

import reactor.core.publisher.Mono;

/**
 * Request attributes that pass the settings of a call to our request factory.
 */
public final class CallAttributes {

	private static final String TIMEOUT = CallAttributes.class.getName() + ".timeout";

	private static final String SUBMISSION = CallAttributes.class.getName() + ".submission";

	private static final String END = CallAttributes.class.getName() + ".end";

	private CallAttributes() {
	}

	/**
	 * Attributes for a request.
	 * @param timeout the longest wait for the whole answer
	 * @param submission whether the request starts a run
	 * @param end ends the wait when it completes
	 * @return what sets the attributes
	 */
	public static Consumer<Map<String, Object>> of(Duration timeout, boolean submission, CompletableFuture<?> end) {
		return (attributes) -> {
			attributes.put(TIMEOUT, timeout);
			attributes.put(SUBMISSION, submission);
			attributes.put(END, end);
		};
	}

	static Duration timeout(Map<String, Object> attributes, Duration defaultTimeout) {
		return (attributes.get(TIMEOUT) instanceof Duration timeout) ? timeout : defaultTimeout;
	}

	static Mono<?> end(Map<String, Object> attributes) {
		return (attributes.get(END) instanceof CompletableFuture<?> end) ? Mono.fromFuture(end, true) : Mono.never();
	}

	static boolean isSubmission(Map<String, Object> attributes) {
		return Boolean.TRUE.equals(attributes.get(SUBMISSION));
	}

}
