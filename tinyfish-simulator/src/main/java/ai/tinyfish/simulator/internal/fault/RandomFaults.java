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

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.FaultEffect.AnotherRun;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Dribble;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Interim;
import ai.tinyfish.simulator.internal.fault.FaultEffect.MediaType;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Repeat;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Unfinished;
import ai.tinyfish.simulator.internal.fault.Place.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Random faults. A drawn fault depends only on the seed, the number of the run and the
 * number of the poll, never on concurrent calls.
 */
public final class RandomFaults {

	private static final long RUN_FACTOR = 0xD1B54A32D192ED03L;

	private static final long POLL_FACTOR = 0xABC98388FB8FAC03L;

	private static final int LONG_LINE = 256 * 1024;

	private static final FaultEffect INTERIM = new Interim(List.of(100, 102, 103));

	private static final Place STREAM_ANSWER = Place.answer("before the headers", Endpoint.RUN_SSE);

	private static final Place FIRST_EVENT = Place.stream("after event 1", Kind.AFTER_EVENT, 1);

	private static final List<Place> PLACES = List.of(Place.stream("after the headers", Kind.AFTER_HEADERS, 0),
			FIRST_EVENT, Place.stream("after event 2", Kind.AFTER_EVENT, 2),
			Place.stream("after event 3", Kind.AFTER_EVENT, 3), Place.stream("inside event 1", Kind.INSIDE_EVENT, 1),
			Place.stream("inside event 2", Kind.INSIDE_EVENT, 2), Place.stream("inside event 3", Kind.INSIDE_EVENT, 3),
			Place.stream("before COMPLETE", Kind.BEFORE_COMPLETE, 0),
			Place.stream("inside COMPLETE", Kind.INSIDE_COMPLETE, 0),
			Place.stream("after the data of COMPLETE", Kind.AFTER_COMPLETE_DATA, 0),
			Place.stream("after the line of COMPLETE", Kind.AFTER_COMPLETE_LINE, 0),
			Place.stream("after COMPLETE", Kind.AFTER_COMPLETE, 0));

	private static final List<FaultEffect> IN_STREAM = List.of(Termination.DISCONNECT, Termination.RESET,
			Termination.SILENCE, Termination.END, FaultEffects.garbage(), FaultEffects.truncatedUtf8(),
			FaultEffects.malformedJson(), FaultEffects.longLine(LONG_LINE), FaultEffects.badGateway(), new Repeat(),
			new Dribble(Duration.ofMillis(1)), new AnotherRun(), new Unfinished(RunState.RUNNING));

	private static final List<FaultEffect> INSTEAD_OF_STREAM = List.of(Termination.DISCONNECT, Termination.RESET,
			Termination.SILENCE, FaultEffects.badGateway(), new MediaType("text/plain"), INTERIM);

	private static final Place POLL_ANSWER = Place.answer("poll", Endpoint.GET_RUN, Endpoint.BATCH_GET);

	private static final List<FaultEffect> INSTEAD_OF_POLL = List.of(Termination.DISCONNECT, Termination.RESET,
			Termination.SILENCE, FaultEffects.badGateway(),
			FaultEffects.refusal(503, "SERVICE_BUSY", "Try again later"),
			FaultEffects.refusal(429, "RATE_LIMIT_EXCEEDED", "Too many requests"), new AnotherRun(),
			new Unfinished(RunState.RUNNING), INTERIM);

	private final long seed;

	private final double streamRate;

	private final double pollRate;

	public RandomFaults(long seed, double streamRate, double pollRate) {
		this.seed = seed;
		this.streamRate = streamRate;
		this.pollRate = pollRate;
	}

	public @Nullable PlannedFault forStream(long runNumber) {
		SplittableRandom random = new SplittableRandom(this.seed ^ (runNumber * RUN_FACTOR));
		if (random.nextDouble() >= this.streamRate) {
			return null;
		}
		// the answer as a whole is one place among the others
		if (random.nextInt(PLACES.size() + 1) == 0) {
			return new PlannedFault(STREAM_ANSWER, pick(INSTEAD_OF_STREAM, random), 1);
		}
		Place place = pick(PLACES, random);
		FaultEffect effect = pick(IN_STREAM, random);
		// before its first event a stream accepts any run id
		boolean tooEarly = place.kind() == Kind.AFTER_HEADERS && effect instanceof AnotherRun;
		return new PlannedFault(tooEarly ? FIRST_EVENT : place, effect, 1);
	}

	public @Nullable PlannedFault forPoll(long runNumber, long poll) {
		SplittableRandom random = new SplittableRandom(
				this.seed ^ (runNumber * RUN_FACTOR) ^ ((poll + 1) * POLL_FACTOR));
		if (random.nextDouble() >= this.pollRate) {
			return null;
		}
		return new PlannedFault(POLL_ANSWER, pick(INSTEAD_OF_POLL, random), 1);
	}

	private static <T> T pick(List<T> choices, SplittableRandom random) {
		return choices.get(random.nextInt(choices.size()));
	}

}
