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

import java.util.Set;

import ai.tinyfish.simulator.internal.api.Endpoint;

/**
 * Place at which a fault is injected.
 *
 * @param name the description of the place
 * @param kind the kind of place
 * @param endpoints the endpoints with these answers, empty for places in a stream
 * @param number the event from 1 or the byte from 0, where the kind needs one
 */
public record Place(String name, Kind kind, Set<Endpoint> endpoints, long number) {

	/**
	 * Copy the endpoints.
	 */
	public Place {
		endpoints = Set.copyOf(endpoints);
	}

	/**
	 * Create the place for the answers of some endpoints, from their first byte.
	 * @param name the description of the place
	 * @param endpoints the endpoints
	 * @return the place
	 */
	public static Place answer(String name, Endpoint... endpoints) {
		return new Place(name, Kind.ANSWER, Set.of(endpoints), 0);
	}

	/**
	 * Create a place in an event stream.
	 * @param name the description of the place
	 * @param kind the kind of place
	 * @param number the event or byte, or 0
	 * @return the place
	 */
	public static Place stream(String name, Kind kind, long number) {
		return new Place(name, kind, Set.of(), number);
	}

	public boolean isAnswerOf(Endpoint endpoint) {
		return this.kind == Kind.ANSWER && this.endpoints.contains(endpoint);
	}

	/**
	 * The kinds of places.
	 */
	public enum Kind {

		/** An answer as a whole. */
		ANSWER,

		/** Behind the headers of a stream. */
		AFTER_HEADERS,

		/** Behind an event. */
		AFTER_EVENT,

		/** Half way through an event. */
		INSIDE_EVENT,

		/** At a byte of the stream. */
		AT_BYTE,

		/** Just before the event with the outcome. */
		BEFORE_COMPLETE,

		/** Half way through the event with the outcome. */
		INSIDE_COMPLETE,

		/** Behind the JSON of the event with the outcome. */
		AFTER_COMPLETE_DATA,

		/** Behind the line of the event with the outcome. */
		AFTER_COMPLETE_LINE,

		/** Behind the event with the outcome. */
		AFTER_COMPLETE

	}

}
