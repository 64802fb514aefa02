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
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.run.ChosenScript;
import ai.tinyfish.simulator.internal.run.ScriptSource;
import ai.tinyfish.simulator.internal.run.Submission;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/**
 * Choice of the scenario of a run: the first that was given and fits, then the marks in
 * the goal.
 */
final class ScenarioChoice implements ScriptSource {

	private static final int MAX_GOAL = 200;

	/** The number of scenarios in a message. */
	private static final int MAX_NEAR = 5;

	private static final int MAX_UNMATCHED = 100;

	/** Calls that are not about runs, and not refused because of a cassette. */
	private static final Set<Endpoint> BESIDE_CASSETTE = EnumSet.of(Endpoint.WALLET, Endpoint.SHOP);

	private final List<GivenScenarios> built;

	private volatile List<GivenScenarios> given;

	private final GoalScenarios goalScenarios;

	private final Duration pace;

	private final boolean strict;

	private final @Nullable Cassette builtCassette;

	private volatile @Nullable Cassette cassette;

	private final List<String> unmatched = new ArrayList<>();

	ScenarioChoice(List<GivenScenarios> given, Duration pace, boolean strict, @Nullable Cassette cassette) {
		this.built = List.copyOf(given);
		this.given = this.built;
		this.goalScenarios = new GoalScenarios(pace);
		this.pace = pace;
		this.strict = strict;
		this.builtCassette = cassette;
		this.cassette = cassette;
	}

	boolean isStrict() {
		return this.strict;
	}

	synchronized void addFirst(GivenScenarios scenarios) {
		this.given = GivenScenarios.plus(scenarios, this.given);
	}

	void replay(Cassette other) {
		this.cassette = other;
	}

	/**
	 * Drop the scenarios that were added, and the cassette that replaced the built one.
	 */
	synchronized void reset() {
		this.given = this.built;
		this.built.forEach(GivenScenarios::reset);
		this.cassette = this.builtCassette;
		if (this.builtCassette != null) {
			this.builtCassette.reset();
		}
		clearUnmatched();
	}

	synchronized void clearUnmatched() {
		this.unmatched.clear();
	}

	/**
	 * Return which runs were refused because no scenario fits.
	 */
	synchronized List<String> unmatched() {
		return List.copyOf(this.unmatched);
	}

	/**
	 * Return the descriptions of added scenarios, and of recordings, that no run has
	 * used.
	 */
	List<String> unused() {
		Stream<String> unused = this.given.stream()
			.filter((scenarios) -> !this.built.contains(scenarios) && !scenarios.isUsed())
			.map(GivenScenarios::toString);
		return ((this.cassette != null) ? Stream.concat(unused, this.cassette.unused()) : unused).toList();
	}

	@Override
	public ChosenScript scriptFor(Submission submission, @Nullable String apiKey, Supplier<ObjectNode> body) {
		SimulatorRequest request = Journals.view(submission);
		for (GivenScenarios scenarios : this.given) {
			ChosenScript chosen = scenarios.choose(request, this.pace);
			if (chosen != null) {
				return chosen;
			}
		}
		ChosenScript recorded = (this.cassette != null) ? this.cassette.choose(apiKey, body.get(), this.pace) : null;
		if (recorded == null && (this.strict || this.cassette != null)) {
			throw ApiException.noScenario(refusal(request, body));
		}
		return (recorded != null) ? recorded : new ChosenScript(
				this.goalScenarios.select(request).toScript(this.pace).cappedAt(request.maxSteps()), () -> {
				}, Mono.empty());
	}

	@Override
	public @Nullable String resultFor(Submission submission) {
		SimulatorRequest request = Journals.view(submission);
		return this.given.stream()
			.map((scenarios) -> scenarios.next(request))
			.filter(Objects::nonNull)
			.findFirst()
			.map((next) -> next.toScript(this.pace).outcome().resultJson())
			.orElse(null);
	}

	@Override
	public void check(Endpoint endpoint) {
		if (this.cassette != null && !BESIDE_CASSETTE.contains(endpoint)) {
			throw ApiException.noScenario(unmatched(endpoint.label() + " is refused: a cassette has runs alone,"
					+ " and made-up answers are not mixed with recorded ones. Test it without the cassette"));
		}
	}

	private String refusal(SimulatorRequest request, Supplier<ObjectNode> body) {
		String goal = UrlSecrets.IN_TEXT.mask(request.goal());
		String message = "No scenario fits the goal \""
				+ ((goal.length() <= MAX_GOAL) ? goal : goal.substring(0, MAX_GOAL) + "...") + "\": "
				+ ((this.cassette != null) ? this.cassette.nearestTo(body.get()) : near(goal));
		return unmatched(message);
	}

	private synchronized String unmatched(String message) {
		if (this.unmatched.size() < MAX_UNMATCHED) {
			this.unmatched.add(message);
		}
		return message;
	}

	private String near(String goal) {
		List<GivenScenarios> all = this.given;
		int others = all.size() - MAX_NEAR;
		return all.isEmpty() ? "no scenarios were given"
				: all.stream()
					.sorted(Comparator.comparingDouble((scenarios) -> scenarios.distanceTo(goal)))
					.limit(MAX_NEAR)
					.map(GivenScenarios::toString)
					.collect(Collectors.joining(", ", "scenarios were given for ",
							(others > 0) ? " and " + others + " others" : ""));
	}

}
