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

package ai.tinyfish.testing.server;

import ai.tinyfish.testing.Samples;

/**
 * How far a run has come, as its client sees it, when something happens to it.
 */
public enum Stage {

	BEFORE_THE_HEADERS("", false),

	AFTER_THE_HEADERS(Answer.HEADERS, false),

	INSIDE_STARTED(Answer.HEADERS + Answer.STARTED.substring(0, 20), false),

	AFTER_STARTED(Answer.HEADERS + Answer.STARTED, true),

	INSIDE_A_FRAME(Answer.HEADERS + Answer.STARTED + Answer.PROGRESS.substring(0, 20), true),

	AFTER_PROGRESS(Answer.HEADERS + Answer.STARTED + Answer.PROGRESS, true),

	/** The stream has ended early, and reads of the run say that it goes on. */
	BETWEEN_LOOKS(Answer.HEADERS + Answer.STARTED, true),

	/** The stream has ended early, and those who look are not answered. */
	DURING_A_LOOK(Answer.HEADERS + Answer.STARTED, true);

	private final String sent;

	private final boolean runKnown;

	Stage(String sent, boolean runKnown) {
		this.sent = sent;
		this.runKnown = runKnown;
	}

	/**
	 * The part of the answer that was sent.
	 */
	public String sent() {
		return this.sent;
	}

	/**
	 * The part of the answer that is missing.
	 */
	public String rest() {
		return Answer.WHOLE.substring(this.sent.length());
	}

	/**
	 * Whether the client knows the run's id.
	 */
	public boolean isRunKnown() {
		return this.runKnown;
	}

	/**
	 * Whether the client looks for the ending without a stream.
	 */
	public boolean isRecovery() {
		return this == BETWEEN_LOOKS || this == DURING_A_LOOK;
	}

	private static final class Answer {

		static final String HEADERS = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

		static final String STARTED = "data: " + Samples.STARTED + "\n\n";

		static final String PROGRESS = "data: " + Samples.PROGRESS + "\n\n";

		static final String WHOLE = HEADERS + STARTED + PROGRESS + "data: " + Samples.COMPLETE + "\n\n";

	}

}
