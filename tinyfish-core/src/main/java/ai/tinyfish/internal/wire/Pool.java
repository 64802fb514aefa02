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

/**
 * Connection pool of a client that a request uses.
 */
public enum Pool {

	/** Those for calls that may be repeated. */
	CALLS(Duration.ofSeconds(30)),

	/**
	 * Those for calls that start a run. A submission over a connection that the server
	 * has just closed would be reported as a run with an unknown outcome, so that it only
	 * takes connections that were used a moment ago.
	 */
	SUBMISSIONS(Duration.ofSeconds(1)),

	/**
	 * Those for streams, each of which keeps one for its whole life. They are used again
	 * as those for submissions are, since a stream begins with one.
	 */
	STREAMS(Duration.ofSeconds(1));

	private final Duration idleTime;

	Pool(Duration idleTime) {
		this.idleTime = idleTime;
	}

	/**
	 * How long a connection may be idle and be used again.
	 */
	Duration idleTime() {
		return this.idleTime;
	}

	/**
	 * The connections for a call.
	 * @param submission whether the call starts a run
	 * @return the pool
	 */
	public static Pool forCall(boolean submission) {
		return submission ? SUBMISSIONS : CALLS;
	}

}
