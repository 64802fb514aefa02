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

/**
 * Connection pool of a client that a request uses.
 */
public enum Pool {

	/** Those for calls that may be repeated. */
	CALLS,

	/**
	 * Those for calls that start a run. A submission over a connection that the server
	 * has just closed would be reported as a run with an unknown outcome, so that it only
	 * takes connections that were used a moment ago.
	 */
	SUBMISSIONS,

	/**
	 * Those for streams, each of which keeps one for its whole life. They are used again
	 * as those for submissions are, since a stream begins with one.
	 */
	STREAMS;

	/**
	 * The connections for a call.
	 * @param submission whether the call starts a run
	 * @return the pool
	 */
	public static Pool forCall(boolean submission) {
		return submission ? SUBMISSIONS : CALLS;
	}

}
