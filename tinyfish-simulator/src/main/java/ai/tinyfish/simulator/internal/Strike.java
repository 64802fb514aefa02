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

package ai.tinyfish.simulator.internal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What goes wrong.
 */
public sealed interface Strike {

	/**
	 * Says what goes wrong.
	 * @return a few words
	 */
	String label();

	/**
	 * Whether the call is answered all the same, with the right answer or one that the
	 * strike has changed.
	 * @return {@code false} if nothing is left of the right answer
	 */
	default boolean keepsAnswer() {
		return false;
	}

	/**
	 * Returns the run that the struck document or event shows.
	 * @param run the run that it is about
	 * @return the run itself, unless the strike shows something else
	 */
	default RunSnapshot shown(RunSnapshot run) {
		return run;
	}

	/**
	 * Something after which nothing more is sent.
	 */
	enum Ending implements Strike {

		/** The connection is closed, whatever is missing. */
		DISCONNECT("disconnect"),

		/** The connection is reset. */
		RESET("reset"),

		/** Nothing more comes, and the connection stays. */
		SILENCE("silence"),

		/** The body ends as if it were complete. */
		END("end of stream");

		private final String label;

		Ending(String label) {
			this.label = label;
		}

		@Override
		public String label() {
			return this.label;
		}

	}

	/**
	 * Bytes that do not belong there.
	 *
	 * @param label a few words
	 * @param bytes the bytes
	 * @param then what follows, or {@code null} if the stream goes on
	 */
	record Insert(String label, byte[] bytes, @Nullable Ending then) implements Strike {
	}

	/**
	 * From here on each byte comes by itself.
	 *
	 * @param pace the time between two bytes
	 */
	record Dribble(Duration pace) implements Strike {

		@Override
		public String label() {
			return "dribble";
		}

	}

	/**
	 * The event that was just sent is sent once more.
	 */
	record Repeat() implements Strike {

		@Override
		public String label() {
			return "repeated event";
		}

	}

	/**
	 * Another answer than the right one.
	 *
	 * @param label a few words
	 * @param status the HTTP status
	 * @param contentType the media type
	 * @param body the body
	 * @param refusal whether it says that the request was not accepted, so that no run is
	 * created
	 */
	record Page(String label, int status, String contentType, byte[] body, boolean refusal) implements Strike {
	}

	/**
	 * The right answer under another media type.
	 *
	 * @param value the media type
	 */
	record MediaType(String value) implements Strike {

		@Override
		public String label() {
			return "content type " + this.value;
		}

		@Override
		public boolean keepsAnswer() {
			return true;
		}

	}

	/**
	 * Another run in the place of the right one.
	 */
	record AnotherRun() implements Strike {

		@Override
		public String label() {
			return "another run";
		}

		@Override
		public boolean keepsAnswer() {
			return true;
		}

		@Override
		public RunSnapshot shown(RunSnapshot run) {
			return run.another();
		}

	}

	/**
	 * A run that is shown as if it had not ended.
	 *
	 * @param state the state that is shown
	 */
	record Unfinished(RunState state) implements Strike {

		/**
		 * Refuses states of runs that have ended.
		 */
		public Unfinished {
			if (state.ended()) {
				throw new IllegalArgumentException("The state of an unfinished run must be PENDING or RUNNING");
			}
		}

		@Override
		public String label() {
			return "unfinished " + this.state;
		}

		@Override
		public boolean keepsAnswer() {
			return true;
		}

		@Override
		public RunSnapshot shown(RunSnapshot run) {
			return run.unfinished(this.state);
		}

	}

	/**
	 * Interim answers before the right one.
	 *
	 * @param statuses their HTTP statuses, in order
	 */
	record Interim(List<Integer> statuses) implements Strike {

		/**
		 * Copies the statuses and refuses those that are not interim.
		 */
		public Interim {
			statuses = List.copyOf(statuses);
			// 101 is the last answer in HTTP
			if (statuses.isEmpty() || statuses.stream().anyMatch((status) -> status < 100 || status > 199)
					|| statuses.contains(101)) {
				throw new IllegalArgumentException("The statuses must be from 100 to 199, without 101");
			}
		}

		@Override
		public String label() {
			return "interim " + this.statuses;
		}

		@Override
		public boolean keepsAnswer() {
			return true;
		}

		byte[] bytes() {
			StringBuilder heads = new StringBuilder();
			this.statuses
				.forEach((status) -> heads.append("HTTP/1.1 " + status + " Interim\r\nLink: </>; rel=preload\r\n\r\n"));
			return heads.toString().getBytes(StandardCharsets.US_ASCII);
		}

	}

}
