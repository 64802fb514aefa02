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

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.fault.Place.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Planned faults that are still to be injected. Safe for use by several threads.
 */
public final class FaultPlan {

	private final List<Remaining> faults = new ArrayList<>();

	public FaultPlan(List<PlannedFault> faults) {
		faults.forEach((fault) -> this.faults.add(new Remaining(fault)));
	}

	/**
	 * Add a fault before all others.
	 */
	public synchronized void addFirst(PlannedFault fault) {
		this.faults.add(0, new Remaining(fault));
	}

	public synchronized void clear() {
		this.faults.clear();
	}

	/**
	 * Take the first fault that is meant for an answer of an endpoint.
	 */
	public synchronized @Nullable PlannedFault takeForAnswer(Endpoint endpoint) {
		Iterator<Remaining> iterator = this.faults.iterator();
		while (iterator.hasNext()) {
			Remaining remaining = iterator.next();
			if (remaining.fault.place().isAnswerOf(endpoint)) {
				take(remaining, iterator);
				return remaining.fault;
			}
		}
		return null;
	}

	/**
	 * Take all faults that are meant for places in a stream.
	 */
	public synchronized List<PlannedFault> takeForStream() {
		List<PlannedFault> taken = new ArrayList<>();
		Iterator<Remaining> iterator = this.faults.iterator();
		while (iterator.hasNext()) {
			Remaining remaining = iterator.next();
			if (remaining.fault.place().kind() != Kind.ANSWER) {
				take(remaining, iterator);
				taken.add(remaining.fault);
			}
		}
		return taken;
	}

	private static void take(Remaining remaining, Iterator<Remaining> iterator) {
		if (remaining.times != PlannedFault.ALWAYS && --remaining.times == 0) {
			iterator.remove();
		}
	}

	private static final class Remaining {

		private final PlannedFault fault;

		private int times;

		private Remaining(PlannedFault fault) {
			this.fault = fault;
			this.times = fault.times();
		}

	}

}
