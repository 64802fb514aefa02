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

import java.time.Duration;

import reactor.core.publisher.Mono;

/**
 * Bounded waiting for the signals of the reactive client.
 */
public final class Blocking {

	/** Longer than any test waits, so that it only ends what would hang. */
	static final Duration BOUND = Duration.ofSeconds(60);

	private Blocking() {
	}

	/**
	 * Wait for the value.
	 * @throws AssertionError if it is absent
	 */
	static <T> T await(Mono<T> mono) {
		T value = mono.block(BOUND);
		if (value == null) {
			throw new AssertionError("The Mono was empty");
		}
		return value;
	}

	/**
	 * Create the exception for a feature of the blocking client alone.
	 */
	public static UnsupportedOperationException unsupported(String feature) {
		return new UnsupportedOperationException("Only the blocking client has " + feature);
	}

}
