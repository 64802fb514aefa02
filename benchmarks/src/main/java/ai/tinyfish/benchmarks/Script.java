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

package ai.tinyfish.benchmarks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Script of the server for a stream, requested in the goal.
 *
 * @param events the number of PROGRESS events after STARTED and STREAMING_URL
 * @param perChunk the number of them in one chunk of the body
 * @param hold whether COMPLETE waits for the command
 */
record Script(int events, int perChunk, boolean hold) {

	/** STARTED and STREAMING_URL. */
	static final int OPENING_EVENTS = 2;

	/** Goal of a run that starts and completes, and leaves its connection open. */
	static final String SHORT_RUN = "start and complete";

	private static final Pattern GOAL = Pattern.compile("\"goal\":\"(\\d+) events, (\\d+) in a chunk(, then wait)?\"");

	static Script of(int events, int perChunk) {
		return new Script(events, perChunk, false);
	}

	static Script waitingAfter(int events) {
		return new Script(events, 1, true);
	}

	static boolean isShortRun(String body) {
		return body.contains("\"goal\":\"" + SHORT_RUN + "\"");
	}

	static Script read(String body) {
		Matcher matcher = GOAL.matcher(body);
		if (!matcher.find()) {
			throw new IllegalArgumentException("The goal is not a script: " + body);
		}
		return new Script(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
				matcher.group(3) != null);
	}

	String goal() {
		return this.events + " events, " + this.perChunk + " in a chunk" + (this.hold ? ", then wait" : "");
	}

}
