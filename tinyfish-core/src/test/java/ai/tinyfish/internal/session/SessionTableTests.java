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

package ai.tinyfish.internal.session;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.internal.session.RunSignal.Phase;
import ai.tinyfish.internal.stream.Ticker;
import ai.tinyfish.settings.AbandonPolicy;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The table of the package page: each signal in each phase of a run. Then each pair of
 * signals, one after the other and the second in the middle of the first, after which the
 * run has to end once for everybody, with nothing left behind.
 */
class SessionTableTests {

	private static final String IMPOSSIBLE = ".";

	private static final String NO_EFFECT = "=";

	/**
	 * Not in {@code mvn verify}, which runs most tests with the blocking client alone.
	 */
	private static final boolean ALL = !"BLOCKING".equals(System.getProperty("tinyfish.test.clients"));

	/** The timer of streams and deadlines, which would be a second scheduler. */
	private static AtomicBoolean ticker() throws ReflectiveOperationException {
		Field scheduled = Ticker.class.getDeclaredField("scheduled");
		scheduled.setAccessible(true);
		return (AtomicBoolean) scheduled.get(null);
	}

	@BeforeAll
	static void holdTicker() throws ReflectiveOperationException {
		AtomicBoolean scheduled = ticker();
		await().until(() -> scheduled.compareAndSet(false, true));
		// thousands of stops
		((Logger) LoggerFactory.getLogger(SharedRuns.class)).setLevel(Level.OFF);
	}

	@AfterAll
	static void releaseTicker() throws ReflectiveOperationException {
		ticker().set(false);
		((Logger) LoggerFactory.getLogger(SharedRuns.class)).setLevel(null);
	}

	@ParameterizedTest
	@EnumSource(names = "QUEUE_ALL", mode = EnumSource.Mode.EXCLUDE)
	void signalsHaveTheEffectsOfTheTable(SessionKind kind) throws IOException {
		List<String> table = new ArrayList<>();
		assertThat(DrivenRun.onThread(() -> table.addAll(table(kind)))).isTrue();
		String page = page();
		String rows = String.join("\n * ", table);
		assertThat(page).as(" * " + rows).contains(rows);
	}

	private static String page() throws IOException {
		return Files.readString(Path
			.of("src/main/java/" + SessionTableTests.class.getPackageName().replace('.', '/') + "/package-info.java"));
	}

	@Test
	void thePictureForUsersHasTheStatesAndTransitionsOfTheTable() throws IOException {
		Set<String> transitions = new TreeSet<>();
		List<String> phases = List.of();
		String tables = page().split("<pre>")[1].split("</pre>")[0];
		for (String row : tables.lines().filter((line) -> line.length() > 3).toList()) {
			List<String> cells = List.of(row.substring(3).split(" +"));
			if (EnumSet.allOf(SessionKind.class).toString().contains(cells.get(0))) {
				phases = cells;
				continue;
			}
			for (int i = 1; i < cells.size(); i++) {
				OpenRun.State state = state(phases.get(i));
				for (String effect : cells.get(i).split("/")) {
					if (!Set.of(IMPOSSIBLE, NO_EFFECT).contains(effect) && state(effect) != state) {
						transitions.add(state + " --> " + state(effect));
					}
				}
			}
		}
		String picture = Files.readString(Path.of("../docs/runs.md")).split("```mermaid\n")[1].split("```")[0];
		assertThat(picture.lines().map((line) -> line.strip().split(":")[0]).filter((line) -> line.contains("-->")))
			.filteredOn((transition) -> !transition.contains("[*]"))
			.containsExactlyInAnyOrderElementsOf(transitions);
		assertThat(transitions).isNotEmpty();
	}

	/** Return what operators see in a phase, or after a run has ended. */
	private static OpenRun.State state(String effect) {
		return switch (effect) {
			case "OPENING", "UNNAMED", "NAMED" -> RunState.Phase.STREAM.shown;
			case "CLOSE" -> RunState.Phase.CANCEL.shown;
			case "finished", "error", "unsent", "left" -> RunState.Phase.ENDED.shown;
			default -> RunState.Phase.valueOf(effect).shown;
		};
	}

	private static List<String> table(SessionKind kind) {
		List<Phase> phases = EnumSet.allOf(Phase.class)
			.stream()
			.filter((phase) -> phase != Phase.ENDED && with(kind, AbandonPolicy.CANCEL, phase, (run) -> true) != null)
			.toList();
		List<String> table = new ArrayList<>();
		table.add(row(kind.name(), phases.stream().map(Phase::name).toList()));
		for (RunSignal signal : RunSignal.values()) {
			List<String> effects = phases.stream().map((phase) -> effect(kind, phase, signal)).toList();
			if (!Set.copyOf(effects).equals(Set.of(IMPOSSIBLE))) {
				table.add(row(signal.name(), effects));
			}
		}
		return table;
	}

	private static String row(String name, List<String> cells) {
		StringBuilder row = new StringBuilder("%-24s".formatted(name));
		cells.forEach((cell) -> row.append("%-15s".formatted(cell)));
		return row.toString().stripTrailing();
	}

	/** Return the effect of a signal, with both policies if it depends on them. */
	private static String effect(SessionKind kind, Phase phase, RunSignal signal) {
		String cancel = effect(kind, AbandonPolicy.CANCEL, phase, signal);
		String leave = effect(kind, AbandonPolicy.LEAVE, phase, signal);
		return (cancel.equals(leave) || IMPOSSIBLE.equals(leave)) ? cancel : cancel + "/" + leave;
	}

	private static String effect(SessionKind kind, AbandonPolicy policy, Phase phase, RunSignal signal) {
		String effect = with(kind, policy, phase, (run) -> {
			if (!signal.apply(run)) {
				return IMPOSSIBLE;
			}
			run.settle();
			Phase next = run.phase();
			if (next == Phase.ENDED) {
				return run.ending();
			}
			return (next == phase) ? NO_EFFECT : next.name();
		});
		return (effect != null) ? effect : IMPOSSIBLE;
	}

	@ParameterizedTest
	@EnumSource(names = "QUEUE_ALL", mode = EnumSource.Mode.EXCLUDE)
	void runEndsOnceForAnyTwoSignalsInAnyOrder(SessionKind kind) {
		// the calls to the outside at which a signal is interrupted by the other
		int calls = ALL ? 2 : (kind != SessionKind.STREAM) ? 1 : 0;
		List<String> violations = new ArrayList<>();
		int[] pairs = new int[1];
		for (AbandonPolicy policy : AbandonPolicy.values()) {
			for (Phase phase : ALL ? EnumSet.allOf(Phase.class) : EnumSet.complementOf(EnumSet.of(Phase.CLOSE))) {
				for (RunSignal first : RunSignal.values()) {
					assertThat(DrivenRun.onThread(() -> {
						// only once, not for each other signal
						if (!Boolean.TRUE.equals(with(kind, policy, phase, first::apply))) {
							return;
						}
						for (RunSignal second : RunSignal.values()) {
							for (int call = 0; call <= calls; call++) {
								List<String> broken = pair(kind, policy, phase, first, second, call);
								pairs[0] += (broken != null) ? 1 : 0;
								if (broken != null && !broken.isEmpty()) {
									violations.add("%s, %s %s: %s, then %s at call %s: %s".formatted(policy, kind,
											phase, first, second, call, broken));
								}
							}
						}
					})).isTrue();
				}
			}
		}
		assertThat(violations).isEmpty();
		assertThat(pairs[0]).isPositive();
	}

	/**
	 * Let two signals happen, and then all that ends the run.
	 * @param call the call to the outside during which the second happens, or 0 if it
	 * happens after the first
	 * @return the rules that do not hold; null if the two cannot happen in this way
	 */
	private static List<String> pair(SessionKind kind, AbandonPolicy policy, Phase phase, RunSignal first,
			RunSignal second, int call) {
		return with(kind, policy, phase, (run) -> {
			if (call > 0) {
				run.during(call, () -> second.apply(run));
			}
			if (!first.apply(run)) {
				return null;
			}
			run.settle();
			if (call > 0 && !run.hadOther()) {
				return null;
			}
			if (call == 0 && !second.apply(run)) {
				return null;
			}
			run.settle();
			run.finish();
			return run.violations();
		});
	}

	/**
	 * Bring a run to a phase, and drive it.
	 * @return the result; null if runs of the kind do not have the phase
	 */
	private static <T> T with(SessionKind kind, AbandonPolicy policy, Phase phase, Function<DrivenRun, T> driver) {
		try (DrivenRun run = new DrivenRun(kind, policy)) {
			if (phase == Phase.WAITING) {
				run.takePlace();
			}
			run.submit();
			switch (phase) {
				case UNNAMED -> apply(run, RunSignal.STREAM_OPENED);
				case NAMED -> apply(run, RunSignal.STREAM_OPENED, RunSignal.STARTED);
				case POLL -> apply(run, RunSignal.STREAM_OPENED, RunSignal.STARTED, RunSignal.STREAM_BROKEN,
						RunSignal.LOST_BUT_NAMED);
				case CANCEL -> apply(run, RunSignal.STREAM_OPENED, RunSignal.STARTED, RunSignal.DEADLINE);
				case CLOSE -> apply(run, RunSignal.STREAM_OPENED, RunSignal.STARTED, RunSignal.CLIENT_CLOSED);
				case RECORD -> apply(run, RunSignal.STREAM_OPENED, RunSignal.STARTED, RunSignal.COMPLETE);
				default -> {
				}
			}
			if (phase == Phase.POLL) {
				// the first poll is sent
				run.advance(Duration.ofSeconds(1));
			}
			return (run.phase() == phase) ? driver.apply(run) : null;
		}
	}

	private static void apply(DrivenRun run, RunSignal... signals) {
		for (RunSignal signal : signals) {
			signal.apply(run);
			run.settle();
		}
	}

}
