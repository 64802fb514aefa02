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

package ai.tinyfish.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

import ai.tinyfish.simulator.internal.run.ChosenScript;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Scenarios that were given together: those of a selector, or one after the other to the
 * runs whose goal contains a text.
 */
final class GivenScenarios {

	private final @Nullable String goalPart;

	private final ScenarioSelector selector;

	/** The scenarios after the one of the selector. */
	private final List<Scenario> next;

	/** The places in the order of runs that are taken. */
	private final BitSet taken = new BitSet();

	private GivenScenarios(@Nullable String goalPart, ScenarioSelector selector, List<Scenario> next) {
		this.goalPart = goalPart;
		this.selector = selector;
		this.next = next;
	}

	static GivenScenarios of(ScenarioSelector selector) {
		return new GivenScenarios(null, selector, List.of());
	}

	static GivenScenarios of(String goalPart, Scenario first, Scenario... next) {
		String part = goalPart.toLowerCase(Locale.ROOT);
		return new GivenScenarios(goalPart,
				(request) -> request.goal().toLowerCase(Locale.ROOT).contains(part) ? first : null, List.of(next));
	}

	/**
	 * Choose the scenario of a run.
	 * @return the script, or {@code null} if they do not apply to the run
	 */
	@Nullable ChosenScript choose(SimulatorRequest request, Duration pace) {
		Scenario first = this.selector.select(request);
		if (first == null) {
			return null;
		}
		int place = take();
		return new ChosenScript(at(place, first).toScript(pace).cappedAt(request.maxSteps()), () -> giveBack(place),
				Mono.empty());
	}

	/**
	 * Return the scenario of the next run, without taking it.
	 * @return the scenario, or {@code null} if they do not apply to the run
	 */
	synchronized @Nullable Scenario next(SimulatorRequest request) {
		Scenario first = this.selector.select(request);
		return (first != null) ? at(this.taken.nextClearBit(0), first) : null;
	}

	private Scenario at(int place, Scenario first) {
		return (place == 0 || this.next.isEmpty()) ? first : this.next.get(Math.min(place, this.next.size()) - 1);
	}

	private synchronized int take() {
		int place = this.taken.nextClearBit(0);
		this.taken.set(place);
		return place;
	}

	private synchronized void giveBack(int place) {
		this.taken.clear(place);
	}

	/**
	 * Start with the first scenario again.
	 */
	synchronized void reset() {
		this.taken.clear();
	}

	synchronized boolean isUsed() {
		return !this.taken.isEmpty();
	}

	/**
	 * Return the distance of a goal from the text that is expected in it.
	 * @return the share of the characters of the text that are different: 0 if the goal
	 * contains it, 1 for a selector
	 */
	double distanceTo(String goal) {
		if (this.goalPart == null) {
			return 1;
		}
		String part = this.goalPart.toLowerCase(Locale.ROOT);
		return (double) edits(part, goal.toLowerCase(Locale.ROOT)) / Math.max(1, part.length());
	}

	/**
	 * Return how many characters of a text have to be changed, added or removed, so that
	 * another text contains it.
	 */
	private static int edits(String part, String text) {
		int[] column = new int[part.length() + 1];
		for (int i = 0; i <= part.length(); i++) {
			column[i] = i;
		}
		int fewest = part.length();
		for (int j = 0; j < text.length(); j++) {
			// the part may begin anywhere
			int diagonal = 0;
			for (int i = 1; i <= part.length(); i++) {
				int changed = diagonal + ((part.charAt(i - 1) == text.charAt(j)) ? 0 : 1);
				diagonal = column[i];
				column[i] = Math.min(changed, 1 + Math.min(column[i], column[i - 1]));
			}
			fewest = Math.min(fewest, column[part.length()]);
		}
		return fewest;
	}

	/**
	 * Return the part of the goal, in quotation marks, or that it is a selector.
	 */
	@Override
	public String toString() {
		return (this.goalPart != null) ? "\"" + this.goalPart + "\"" : "a selector";
	}

	static List<GivenScenarios> plus(GivenScenarios first, List<GivenScenarios> others) {
		List<GivenScenarios> all = new ArrayList<>(others);
		all.add(0, first);
		return List.copyOf(all);
	}

}
