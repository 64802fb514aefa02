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

import java.time.Duration;

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

	}

}
