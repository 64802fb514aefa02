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

package ai.tinyfish.internal.poll;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.StartedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the records of runs that end at about the same time.
 */
@BothClients
class RecordBatchTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final int RUNS = 8;

	@Parameter
	ClientKind kind;

	@Test
	void recordsThatAreWantedWhileAnotherIsReadAreReadTogether() {
		try (Service service = new Service(RUNS, (exchange, ids) -> exchange.answer(200, "application/json",
				batch(ids.stream().map(Service::document), "null")))) {
			assertThat(service.outcomes(this.kind)).allSatisfy(Service::hasOwnRecord);
			assertThat(service.batches.get()).isPositive();
			assertThat(service.calls()).isLessThan(RUNS / 2);
		}
	}

	@Test
	void recordsOfManyRunsAreAtMostTwentyCallsASecondAndOneForEachHundredRuns() {
		int count = 1000;
		try (Service service = new Service(count, (exchange, ids) -> exchange.answer(200, "application/json",
				batch(ids.stream().map(Service::document), "null")))) {
			assertThat(service.outcomes(this.kind)).hasSize(count).allSatisfy(Service::hasOwnRecord);
			assertThat(service.calls()).isLessThanOrEqualTo(20 * service.seconds() + count / 100);
			// else each record might have had a call of its own
			assertThat(service.seconds()).isLessThan((int) SOON.toSeconds());
		}
	}

	/**
	 * Answers to the call for many runs that say nothing about single ones.
	 */
	static Stream<Arguments> failures() {
		return Stream.of(failure("400", (e, ids) -> e.answer(400, "application/json", Samples.envelope("BAD", "No"))),
				failure("404", (e, ids) -> e.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No call"))),
				failure("500", (e, ids) -> e.answer(500, "application/json", Samples.envelope("INTERNAL", "Failed"))),
				failure("502", (e, ids) -> e.answer(502, "text/html", "<html>")),
				failure("504", (e, ids) -> e.answer(504, "text/html", "<html>")),
				failure("not JSON", (e, ids) -> e.answer(200, "text/html", "<html>")),
				failure("reset", (e, ids) -> e.reset()), failure("silence", (e, ids) -> e.silence()),
				failure("nothing", (e, ids) -> e.answer(200, "application/json", batch(Stream.of(), "null"))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("failures")
	void recordsAreReadSinglyIfTheirBatchIsLateOrFails(String name, BatchAnswer failure) {
		try (Service service = new Service(RUNS, failure)) {
			assertThat(service.outcomes(this.kind)).allSatisfy(Service::hasOwnRecord);
			assertThat(service.batches.get()).isPositive();
			assertThat(service.singles.get()).isEqualTo(RUNS);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 401, 403, 429 })
	void recordsAreNotReadSinglyIfTheAccountIsRefused(int status) {
		try (Service service = new Service(RUNS,
				(exchange, ids) -> exchange.answer(status, "application/json", Samples.envelope("REFUSED", "No")))) {
			assertThat(service.outcomes(this.kind)).hasSize(RUNS)
				.allSatisfy((run) -> assertThat(run.status()).isEqualTo(RunStatus.FAILED));
			assertThat(service.batches.get()).isPositive();
			assertThat(service.singles.get()).isLessThan(RUNS);
		}
	}

	@Test
	void aRecordThatABatchLacksIsReadSingly() {
		try (Service service = new Service(RUNS, (exchange, ids) -> exchange.answer(200, "application/json",
				batch(ids.stream().skip(1).map(Service::document), "null")))) {
			assertThat(service.outcomes(this.kind)).allSatisfy(Service::hasOwnRecord);
			assertThat(service.batches.get()).isPositive();
			assertThat(service.singles.get()).isGreaterThan(1);
		}
	}

	@Test
	void aRunThatABatchDoesNotFindHasTheOutcomeOfItsStream() {
		try (Service service = new Service(RUNS, (exchange, ids) -> exchange.answer(200, "application/json",
				batch(ids.stream().skip(1).map(Service::document), "[\"" + ids.get(0) + "\"]")))) {
			List<AgentRun> runs = service.outcomes(this.kind);
			assertThat(runs).filteredOn((run) -> run.numOfSteps() == null).hasSize(service.batches.get());
			assertThat(runs).filteredOn((run) -> run.numOfSteps() != null).allSatisfy(Service::hasOwnRecord);
		}
	}

	@Test
	void aRecordIsThatOfItsRunInAnyOrderOfABatch() {
		try (Service service = new Service(RUNS, (exchange, ids) -> {
			List<String> documents = new ArrayList<>(ids.stream().map(Service::document).toList());
			Collections.reverse(documents);
			documents.add(Service.document("run-999"));
			documents.add(Service.document(ids.get(0)).replace("FAILED", "RUNNING"));
			exchange.answer(200, "application/json", batch(documents.stream(), "null"));
		})) {
			assertThat(service.outcomes(this.kind)).allSatisfy(Service::hasOwnRecord);
		}
	}

	@Test
	void aRecordThatIsNotAnsweredKeepsNoOtherBack() {
		try (Service service = new Service(RUNS, (exchange, ids) -> exchange.answer(200, "application/json",
				batch(ids.stream().map(Service::document), "null")))) {
			service.first = Exchange::silence;
			List<AgentRun> runs = service.outcomes(this.kind);
			assertThat(runs.get(0).numOfSteps()).isNull();
			assertThat(runs.subList(1, RUNS)).allSatisfy(Service::hasOwnRecord);
		}
	}

	private static Arguments failure(String name, BatchAnswer answer) {
		return Arguments.of(name, answer);
	}

	private static String batch(Stream<String> documents, String notFound) {
		return documents.collect(Collectors.joining(",", "{\"data\":[", "],\"not_found\":" + notFound + "}"));
	}

	/**
	 * Answer to the call for many runs.
	 */
	@FunctionalInterface
	interface BatchAnswer {

		void answer(Exchange exchange, List<String> ids) throws IOException, InterruptedException;

	}

	/**
	 * Service with some runs. The first ends when all have started, and the others while
	 * its record is being read.
	 */
	private static final class Service implements AutoCloseable {

		private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

		private final AtomicInteger ids = new AtomicInteger();

		private final AtomicInteger singles = new AtomicInteger();

		private final AtomicInteger batches = new AtomicInteger();

		private final CountDownLatch started;

		private final CountDownLatch reading = new CountDownLatch(1);

		private final CountDownLatch readingOthers = new CountDownLatch(1);

		private final BatchAnswer batch;

		private final ScriptedServer server;

		private final int count;

		private volatile long begun;

		private volatile long ended;

		/** Answers the read of the first record. */
		private ScriptedServer.Script first = (exchange) -> {
			this.readingOthers.await(20, TimeUnit.SECONDS);
			exchange.answer(200, "application/json", document("run-1"));
		};

		Service(int count, BatchAnswer batch) {
			this.count = count;
			this.started = new CountDownLatch(count);
			this.batch = batch;
			this.server = new ScriptedServer(this::serve);
		}

		private void serve(Exchange exchange) throws IOException, InterruptedException {
			String request = exchange.request();
			if (request.startsWith("POST /v1/automation/run-sse ")) {
				String id = "run-" + this.ids.incrementAndGet();
				exchange.startChunkedStream();
				exchange.send(Exchange.chunk("data: " + Samples.STARTED.replace("run-1", id) + "\n\n"));
				this.started.countDown();
				this.started.await(20, TimeUnit.SECONDS);
				if (!id.equals("run-1")) {
					this.reading.await(20, TimeUnit.SECONDS);
				}
				exchange.endChunkedStream(StartedRun.FAILED.replace("run-1", id));
			}
			else if (request.startsWith("GET /v1/runs/run-1 ")) {
				this.singles.incrementAndGet();
				this.begun = System.nanoTime();
				this.reading.countDown();
				this.first.run(exchange);
			}
			else if (request.startsWith("GET /v1/runs/run-")) {
				this.singles.incrementAndGet();
				this.readingOthers.countDown();
				exchange.answer(200, "application/json", document(id(request)));
			}
			else if (request.startsWith("POST /v1/runs/batch ")) {
				this.batches.incrementAndGet();
				this.readingOthers.countDown();
				this.batch.answer(exchange, RUN_ID.matcher(request).results().map(MatchResult::group).toList());
			}
			this.ended = System.nanoTime();
		}

		private static String id(String request) {
			return request.substring("GET /v1/runs/".length(), request.indexOf(" HTTP"));
		}

		/**
		 * Return the record of a run, whose number of steps is that of the run.
		 */
		static String document(String id) {
			return StartedRun.RECORD.replace("run-1", id)
				.replace("\"num_of_steps\":4", "\"num_of_steps\":" + id.substring("run-".length()));
		}

		static void hasOwnRecord(AgentRun run) {
			assertThat(run.runId()).isEqualTo("run-" + run.numOfSteps());
			assertThat(run.status()).isEqualTo(RunStatus.FAILED);
			assertThat(run.error().code()).isEqualTo("SITE_BLOCKED");
		}

		/**
		 * Start the runs and wait for their outcomes.
		 * @return the outcomes by the number of the run
		 */
		List<AgentRun> outcomes(ClientKind kind) {
			try (TinyFishClient client = kind.client(this.server.baseUrl())
				.readOutcome(true)
				.maxOpenStreams(this.count)
				.build()) {
				List<RunHandle> handles = new ArrayList<>();
				for (int i = 0; i < this.count; i++) {
					handles.add(client.agent().start(Samples.request()));
				}
				return handles.stream()
					.map((handle) -> handle.await(SOON.multipliedBy(3)))
					.sorted((a, b) -> Integer.compare(number(a), number(b)))
					.toList();
			}
		}

		private static int number(AgentRun run) {
			return Integer.parseInt(run.runId().substring("run-".length()));
		}

		/**
		 * Return the number of calls for records.
		 */
		int calls() {
			return this.singles.get() + this.batches.get();
		}

		/**
		 * Return the time from the first to the last record, in seconds begun.
		 */
		int seconds() {
			return (int) Duration.ofNanos(this.ended - this.begun).toSeconds() + 1;
		}

		@Override
		public void close() {
			this.server.close();
		}

	}

}
