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

package ai.tinyfish.internal.retry;

/**
 * Carries the {@link AttemptFailure} of one attempt to the code that decides on the next
 * one. Never reaches a caller of the client.
 */
public final class AttemptFailedException extends RuntimeException {

	private final transient AttemptFailure failure;

	/**
	 * Create a new exception.
	 * @param failure the failure
	 */
	public AttemptFailedException(AttemptFailure failure) {
		super(failure.exception().getMessage(), failure.exception(), false, false);
		this.failure = failure;
	}

	/**
	 * Return the failure.
	 * @return the failure
	 */
	public AttemptFailure failure() {
		return this.failure;
	}

}
