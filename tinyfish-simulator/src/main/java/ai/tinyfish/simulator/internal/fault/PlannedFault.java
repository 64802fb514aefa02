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
import ai.tinyfish.simulator.internal.fault.FaultEffect.AnotherRun;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Dribble;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Interim;
import ai.tinyfish.simulator.internal.fault.FaultEffect.MediaType;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Repeat;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Unfinished;
import ai.tinyfish.simulator.internal.fault.Place.Kind;

/**
 * Planned fault.
 *
 * @param place the place
 * @param effect the effect
 * @param times the number of injections
 */
public record PlannedFault(Place place, FaultEffect effect, int times) {

	/** At every occasion. */
	public static final int ALWAYS = Integer.MAX_VALUE;

	private static final Set<Endpoint> ABOUT_ONE_RUN = Set.of(Endpoint.GET_RUN, Endpoint.BATCH_GET,
			Endpoint.CANCEL_RUN);

	private static final Set<Endpoint> WITH_STATUS = Set.of(Endpoint.RUN, Endpoint.GET_RUN, Endpoint.BATCH_GET);

	/**
	 * Refuse effects that are impossible at the place.
	 */
	public PlannedFault {
		if (times < 1) {
			throw new IllegalArgumentException("A fault must be injected at least once");
		}
		boolean inStream = effect instanceof Dribble || effect instanceof Repeat || effect == Termination.END;
		if (inStream && place.kind() == Kind.ANSWER) {
			throw new IllegalArgumentException(
					"This fault needs a place in the stream: " + effect.label() + " " + place.name());
		}
		boolean atHead = effect instanceof MediaType || effect instanceof Interim;
		if (atHead && place.kind() != Kind.ANSWER) {
			throw new IllegalArgumentException("This fault must be injected before the response is committed: "
					+ effect.label() + " " + place.name());
		}
		if ((effect instanceof AnotherRun && !ABOUT_ONE_RUN.containsAll(place.endpoints()))
				|| (effect instanceof Unfinished && !WITH_STATUS.containsAll(place.endpoints()))) {
			throw new IllegalArgumentException(
					"This fault needs a stream or the document of a run: " + effect.label() + " " + place.name());
		}
	}

}
