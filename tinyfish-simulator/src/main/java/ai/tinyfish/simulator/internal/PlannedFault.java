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

import java.util.Set;

import ai.tinyfish.simulator.internal.Place.Kind;
import ai.tinyfish.simulator.internal.Strike.AnotherRun;
import ai.tinyfish.simulator.internal.Strike.Dribble;
import ai.tinyfish.simulator.internal.Strike.Ending;
import ai.tinyfish.simulator.internal.Strike.Interim;
import ai.tinyfish.simulator.internal.Strike.MediaType;
import ai.tinyfish.simulator.internal.Strike.Repeat;
import ai.tinyfish.simulator.internal.Strike.Unfinished;

/**
 * A fault that is to strike.
 *
 * @param place where
 * @param strike what
 * @param times how often
 */
public record PlannedFault(Place place, Strike strike, int times) {

	/** As often as there is an occasion. */
	public static final int ALWAYS = Integer.MAX_VALUE;

	private static final Set<Endpoint> ABOUT_ONE_RUN = Set.of(Endpoint.GET_RUN, Endpoint.BATCH_GET,
			Endpoint.CANCEL_RUN);

	private static final Set<Endpoint> WITH_STATUS = Set.of(Endpoint.RUN, Endpoint.GET_RUN, Endpoint.BATCH_GET);

	/**
	 * Refuses what cannot be.
	 */
	public PlannedFault {
		if (times < 1) {
			throw new IllegalArgumentException("A fault must be injected at least once");
		}
		boolean inStream = strike instanceof Dribble || strike instanceof Repeat || strike == Ending.END;
		if (inStream && place.kind() == Kind.ANSWER) {
			throw new IllegalArgumentException(
					"This fault needs a place in the stream: " + strike.label() + " " + place.name());
		}
		boolean atHead = strike instanceof MediaType || strike instanceof Interim;
		if (atHead && place.kind() != Kind.ANSWER) {
			throw new IllegalArgumentException(
					"This fault needs an answer that has not begun: " + strike.label() + " " + place.name());
		}
		if ((strike instanceof AnotherRun && !ABOUT_ONE_RUN.containsAll(place.endpoints()))
				|| (strike instanceof Unfinished && !WITH_STATUS.containsAll(place.endpoints()))) {
			throw new IllegalArgumentException(
					"This fault needs a stream or the document of a run: " + strike.label() + " " + place.name());
		}
	}

}
