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

package ai.tinyfish.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.DeadPort;
import ai.tinyfish.testing.server.HeldRuns;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tests for the values of the keys of low cardinality, from the start of an observation
 * to its end.
 */
class ObservedValuesTests {

	private static final Path PAGE = Path.of("..", "docs", "observability.md");

	private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

	private static final Duration SOON = Duration.ofSeconds(20);

	private final Recorder recorder = new Recorder();

	private final ObservationRegistry registry = registry(this.recorder);

	@ParameterizedTest
	@CsvSource({ "429, CLIENT_ERROR", "503, SERVER_ERROR" })
	void aRetryHasTheStatusThatWasRetried(int status, String outcome) {
		for (ClientKind kind : ClientKind.values()) {
			this.recorder.steps.clear();
			try (ScriptedServer server = failingOnce((exchange) -> exchange.answer(status, "application/json",
					Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow")))) {
				ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
			}
			assertThat(this.recorder.stepsOf(ObservedCalls.CALLS)).containsExactly("start PENDING none",
					"retry " + outcome + " " + status, "stop SUCCESS 200");
		}
	}

	@ParameterizedTest
	@EnumSource
	void aRetryWithoutAnAnswerHasNoStatus(ClientKind kind) {
		try (ScriptedServer server = failingOnce(ScriptedServer.Exchange::reset)) {
			ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
		}
		assertThat(this.recorder.stepsOf(ObservedCalls.CALLS)).containsExactly("start PENDING none",
				"retry UNKNOWN none", "stop SUCCESS 200");
	}

	@ParameterizedTest
	@EnumSource
	void aCallThatEndsWithoutAnAnswerDoesNotKeepTheStatusOfItsRetry(ClientKind kind) {
		AtomicInteger count = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (count.getAndIncrement() == 0) {
				exchange.answer(429, "application/json", Samples.envelope("RATE_LIMIT_EXCEEDED", "Slow"));
			}
			else {
				exchange.reset();
			}
		})) {
			assertThat(catchThrowable(
					() -> ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry))))
				.isNotNull();
		}
		assertThat(this.recorder.stepsOf(ObservedCalls.CALLS))
			.startsWith("start PENDING none", "retry CLIENT_ERROR 429")
			.endsWith("stop UNKNOWN none");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionOfTheApplicationGivesTheKeysOfARetry(ClientKind kind) {
		DefaultTinyFishCallObservationConvention convention = new DefaultTinyFishCallObservationConvention("shop") {
			@Override
			public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
				return KeyValues.of("outcome", context.isPending() ? "goes on" : "is over", "status",
						String.valueOf(context.getStatus()));
			}
		};
		try (ScriptedServer server = ObservedCalls.failingTwice()) {
			ObservedCalls.get(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(convention));
		}
		assertThat(this.recorder.stepsOf("shop")).containsExactly("start goes on null", "retry is over 429",
				"retry is over 429", "stop is over 200");
	}

	@ParameterizedTest
	@EnumSource
	void aRetryAddsNoKeyToThoseOfAGlobalConvention(ClientKind kind) {
		this.registry.observationConfig().observationConvention(new GlobalConvention());
		try (ScriptedServer server = ObservedCalls.failingTwice()) {
			ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
		}
		assertThat(this.recorder.keysOf("global")).containsExactly("operation", "status");
		assertThat(this.recorder.stepsOf("global")).hasSize(4).contains("retry null 429").endsWith("stop null 200");
	}

	@Test
	void thePageHasEachValueThatThereIs() throws Exception {
		answered();
		cancelledCall();
		streams();
		waits();
		assertThat(this.recorder.values("tinyfish.client.calls", "outcome"))
			.isEqualTo(documented("tinyfish.client.calls", "outcome"));
		assertThat(this.recorder.values("tinyfish.client.calls", "status"))
			.filteredOn((value) -> !value.matches("\\d+"))
			.containsExactlyElementsOf(documented("tinyfish.client.calls", "status"));
		for (String key : List.of("operation", "status")) {
			assertThat(this.recorder.values("tinyfish.run", key)).isEqualTo(documented("tinyfish.run", key));
		}
		assertThat(this.recorder.values("tinyfish.run.wait", "outcome"))
			.isEqualTo(documented("tinyfish.run.wait", "outcome"));
	}

	private void answered() {
		for (int status : List.of(200, 302, 401, 500)) {
			try (ScriptedServer server = ObservedCalls.answering(status,
					(status == 200) ? Samples.RUN : Samples.envelope("INVALID_API_KEY", "No"))) {
				catchThrowable(() -> ObservedCalls.run(ClientKind.BLOCKING, server.baseUrl(),
						ObservedCalls.recording(this.registry)));
			}
		}
		try (DeadPort deadPort = new DeadPort()) {
			catchThrowable(() -> ObservedCalls.get(ClientKind.BLOCKING, deadPort.baseUrl(),
					ObservedCalls.recording(this.registry)));
		}
	}

	private void cancelledCall() throws InterruptedException {
		CountDownLatch arrived = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			arrived.countDown();
			exchange.silence();
		});
				ReactiveTinyFishClient client = Samples.reactiveClient(server.baseUrl())
					.observationRegistry(this.registry)
					.build()) {
			Disposable subscription = client.runs().get("run-1").subscribe();
			assertThat(arrived.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
			subscription.dispose();
		}
	}

	private void streams() {
		for (String status : List.of("FAILED", "CANCELLED")) {
			try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
				exchange.event(Samples.STARTED);
				exchange.event("{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"" + status + "\"}");
			}); TinyFishClient client = client(server, OpenRuns.unlimited())) {
				client.agent().start(Samples.request()).await(SOON);
			}
		}
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		}); TinyFishClient client = client(server, OpenRuns.unlimited())) {
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				assertThat(stream.iterator().hasNext()).isTrue();
			}
		}
	}

	private void waits() throws Exception {
		OpenRuns patient = OpenRuns.limitedTo(1, SOON);
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server.baseUrl(), patient)) {
			RunHandle first = client.agent().start(Samples.request());
			RunHandle second = client.agent().start(Samples.request());
			client.agent().start(Samples.request()).cancel();
			server.letGo(2);
			first.await(SOON);
			second.await(SOON);
		}
		OpenRuns impatient = OpenRuns.limitedTo(1, Duration.ofMillis(50));
		try (HeldRuns server = new HeldRuns(); TinyFishClient client = client(server.baseUrl(), impatient)) {
			RunHandle first = client.agent().start(Samples.request());
			assertThat(catchThrowable(() -> client.agent().run(Samples.request()))).isNotNull();
			server.letGo(1);
			first.await(SOON);
		}
	}

	private TinyFishClient client(ScriptedServer server, OpenRuns runs) {
		return client(server.baseUrl(), runs);
	}

	private TinyFishClient client(String baseUrl, OpenRuns runs) {
		return Samples.client(baseUrl).openRuns(runs).observationRegistry(this.registry).build();
	}

	private static ScriptedServer failingOnce(ScriptedServer.Script failure) {
		AtomicInteger count = new AtomicInteger();
		return new ScriptedServer((exchange) -> {
			if (count.getAndIncrement() == 0) {
				failure.run(exchange);
			}
			else {
				exchange.answer(200, "application/json", Samples.RUN);
			}
		});
	}

	private static ObservationRegistry registry(Recorder recorder) {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(recorder);
		return registry;
	}

	/**
	 * Return the values in the row of a key.
	 */
	private static Set<String> documented(String observation, String key) throws IOException {
		List<String> lines = Files.readAllLines(PAGE);
		int heading = lines.indexOf("## `" + observation + "`");
		assertThat(heading).isNotNegative();
		String row = lines.stream()
			.skip(heading + 1L)
			.filter((line) -> line.startsWith("| `" + key + "` | timer and span | "))
			.findFirst()
			.orElseThrow();
		return QUOTED.matcher(row)
			.results()
			.map((match) -> match.group(1))
			.skip(1)
			.collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * Convention with keys of its own, beside one of ours.
	 */
	private static final class GlobalConvention implements GlobalObservationConvention<TinyFishCallObservationContext> {

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof TinyFishCallObservationContext;
		}

		@Override
		public String getName() {
			return "global";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
			return KeyValues.of("operation", context.getOperation(), "status", String.valueOf(context.getStatus()));
		}

	}

	/**
	 * Handler that records the values of keys at each step.
	 */
	private static final class Recorder implements ObservationHandler<Observation.Context> {

		private final List<String> steps = new CopyOnWriteArrayList<>();

		private final Set<String> values = new ConcurrentSkipListSet<>();

		@Override
		public void onStart(Observation.Context context) {
			add("start", context);
		}

		@Override
		public void onEvent(Observation.Event event, Observation.Context context) {
			add(event.getName(), context);
		}

		@Override
		public void onStop(Observation.Context context) {
			add("stop", context);
		}

		private void add(String step, Observation.Context context) {
			this.steps
				.add(context.getName() + " " + step + " " + value(context, "outcome") + " " + value(context, "status"));
			for (KeyValue value : context.getLowCardinalityKeyValues()) {
				this.values.add(context.getName() + " " + value.getKey() + " " + value.getValue());
			}
		}

		private static String value(Observation.Context context, String key) {
			KeyValue value = context.getLowCardinalityKeyValue(key);
			return (value != null) ? value.getValue() : "null";
		}

		List<String> stepsOf(String name) {
			return this.steps.stream()
				.filter((step) -> step.startsWith(name + " "))
				.map((step) -> step.substring(name.length() + 1))
				.toList();
		}

		Set<String> keysOf(String name) {
			return matches(name + " (\\S+) .*");
		}

		Set<String> values(String name, String key) {
			return matches(name + " " + key + " (.*)");
		}

		private Set<String> matches(String pattern) {
			return this.values.stream()
				.map((value) -> Pattern.compile(pattern).matcher(value))
				.filter((matcher) -> matcher.matches())
				.map((matcher) -> ((MatchResult) matcher).group(1))
				.collect(Collectors.toCollection(TreeSet::new));
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

}
