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

package ai.tinyfish.simulator.internal.fault;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.internal.api.RunState;
import org.jspecify.annotations.Nullable;

/**
 * Effect of a fault on a stream or an answer.
 */
public sealed interface FaultEffect {

	/**
	 * Return a short description.
	 * @return the description
	 */
	String label();

	/**
	 * Return whether the call is still answered, with the right answer or one that the
	 * effect has changed.
	 * @return {@code false} if the right answer is not sent
	 */
	default boolean keepsAnswer() {
		return false;
	}

	/**
	 * Effect after which nothing more is sent.
	 */
	enum Termination implements FaultEffect {

		/** The connection is closed, although the answer is not complete. */
		DISCONNECT("disconnect"),

		/** The connection is reset. */
		RESET("reset"),

		/** Nothing more is sent, and the connection stays open. */
		SILENCE("silence"),

		/** The body ends as if it were complete. */
		END("end of stream");

		private final String label;

		Termination(String label) {
			this.label = label;
		}

		@Override
		public String label() {
			return this.label;
		}

	}

	/**
	 * Effect that inserts bytes.
	 *
	 * @param label a short description
	 * @param bytes the bytes
	 * @param then the end that follows, or {@code null} if the stream continues
	 */
	record Insert(String label, byte[] bytes, @Nullable Termination then) implements FaultEffect {
	}

	/**
	 * Effect that sends each byte by itself from now on.
	 *
	 * @param pace the time between two bytes
	 */
	record Dribble(Duration pace) implements FaultEffect {

		@Override
		public String label() {
			return "dribble";
		}

	}

	/**
	 * Effect that repeats the event that was just sent.
	 */
	record Repeat() implements FaultEffect {

		@Override
		public String label() {
			return "repeated event";
		}

	}

	/**
	 * Effect that replaces the answer.
	 *
	 * @param label a short description
	 * @param status the HTTP status
	 * @param contentType the media type
	 * @param body the body
	 * @param refusal whether it says that the request was not accepted, so that no run is
	 * created
	 * @param headers further headers, by name
	 */
	record Page(String label, int status, String contentType, byte[] body, boolean refusal,
			Map<String, String> headers) implements FaultEffect {

		/**
		 * Copy the headers.
		 */
		public Page {
			headers = Map.copyOf(headers);
		}

		/**
		 * Return the answer with a header in addition.
		 * @param name the name of the header
		 * @param value its value
		 * @return the effect
		 */
		public Page with(String name, String value) {
			Map<String, String> all = new LinkedHashMap<>(this.headers);
			all.put(name, value);
			return new Page(this.label, this.status, this.contentType, this.body, this.refusal, all);
		}

	}

	/**
	 * Effect that changes the media type of the answer.
	 *
	 * @param value the media type
	 */
	record MediaType(String value) implements FaultEffect {

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
	 * Effect that replaces the run by another.
	 */
	record AnotherRun() implements FaultEffect {

		@Override
		public String label() {
			return "another run";
		}

		@Override
		public boolean keepsAnswer() {
			return true;
		}

	}

	/**
	 * Effect that shows the run as unfinished.
	 *
	 * @param state the state that is shown
	 */
	record Unfinished(RunState state) implements FaultEffect {

		/**
		 * Refuse states of runs that have ended.
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

	}

	/**
	 * Effect that sends interim answers before the right one.
	 *
	 * @param statuses their HTTP statuses, in order
	 */
	record Interim(List<Integer> statuses) implements FaultEffect {

		/**
		 * Copy the statuses and refuses those that are not interim.
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

		public byte[] bytes() {
			StringBuilder heads = new StringBuilder();
			this.statuses
				.forEach((status) -> heads.append("HTTP/1.1 " + status + " Interim\r\nLink: </>; rel=preload\r\n\r\n"));
			return heads.toString().getBytes(StandardCharsets.US_ASCII);
		}

	}

}
