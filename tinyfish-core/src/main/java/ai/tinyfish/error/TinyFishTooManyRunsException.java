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

package ai.tinyfish.error;

/**
 * Exception for a run beyond the maximum number of runs in flight, of this client and all
 * that share its {@code OpenRuns}. Nothing was sent.
 *
 * @since 0.1.0
 */
public class TinyFishTooManyRunsException extends TinyFishApiException {

	private final int limit;

	/**
	 * Create a new exception.
	 * @param problem the problem
	 * @param limit the number of runs that may be in flight at once
	 */
	public TinyFishTooManyRunsException(String problem, int limit) {
		super(problem + "; nothing was sent. No more than " + limit + " runs may be in flight at once", null, null);
		this.limit = limit;
		withoutRun();
	}

	/**
	 * Return the limit that was reached.
	 * @return the number of runs that may be in flight at once
	 */
	public int limit() {
		return this.limit;
	}

}
