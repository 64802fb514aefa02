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

package ai.tinyfish.testing.server;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service whose runs come to a stage and stay there until they are let go on.
 */
public final class StagedServer implements AutoCloseable {

	/** A run that ends when it is read for the second time, at any stage. */
	private static final String MARKER = "run-999";

	private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final Duration TICK = Duration.ofMillis(20);

	private final Stage stage;

	private final CountDownLatch reached = new CountDownLatch(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final CountDownLatch answered = new CountDownLatch(1);

	private final AtomicInteger streams = new AtomicInteger();

	private final AtomicInteger looks = new AtomicInteger();

	private final AtomicInteger markerLooks = new AtomicInteger();

	private final ScriptedServer server = new ScriptedServer(this::serve);

	private volatile long reachedAt;

	public StagedServer(Stage stage) {
		this.stage = stage;
	}

	private void serve(Exchange exchange) throws IOException {
		String request = exchange.request();
		if (request.startsWith("POST /v1/automation/run-sse ")) {
			this.streams.incrementAndGet();
			try {
				stream(exchange);
			}
			finally {
				this.streams.decrementAndGet();
			}
		}
		else if (request.contains("/cancel ")) {
			exchange.answer(200, "application/json", run("run-1", "CANCELLED"));
		}
		else {
			look(exchange);
		}
	}

	private void stream(Exchange exchange) throws IOException {
		exchange.send(this.stage.sent());
		if (!this.stage.isRecovery()) {
			reach();
			if (isToBeAnswered(exchange, this.goOn)) {
				exchange.send(this.stage.rest());
			}
		}
	}

	private void look(Exchange exchange) throws IOException {
		List<String> ids = RUN_ID.matcher(exchange.request()).results().map(MatchResult::group).toList();
		if (ids.contains(MARKER)) {
			this.markerLooks.incrementAndGet();
		}
		if (!ids.equals(List.of(MARKER))) {
			this.looks.incrementAndGet();
			if (this.stage == Stage.DURING_A_LOOK) {
				reach();
				if (!isToBeAnswered(exchange, this.answered)) {
					return;
				}
			}
		}
		List<String> found = ids.stream().map((id) -> run(id, status(id))).toList();
		exchange.answer(200, "application/json", exchange.request().startsWith("GET ") ? found.get(0)
				: found.stream().collect(Collectors.joining(",", "{\"data\":[", "],\"not_found\":null}")));
		reach();
	}

	private String status(String id) {
		boolean ended = MARKER.equals(id) ? this.markerLooks.get() >= 2 : this.goOn.getCount() == 0;
		return ended ? "COMPLETED" : "RUNNING";
	}

	private static String run(String id, String status) {
		return "{\"run_id\":\"" + id + "\",\"status\":\"" + status + "\"}";
	}

	private void reach() {
		if (this.reachedAt == 0) {
			this.reachedAt = System.nanoTime();
		}
		this.reached.countDown();
	}

	/**
	 * Wait until the client is to have its answer.
	 * @return false if it has closed the connection
	 */
	private static boolean isToBeAnswered(Exchange exchange, CountDownLatch when) throws IOException {
		while (when.getCount() > 0) {
			if (exchange.awaitClientClose(TICK)) {
				return false;
			}
		}
		return true;
	}

	public String baseUrl() {
		return this.server.baseUrl();
	}

	public boolean hasReachedItsStage() {
		return this.reached.getCount() == 0;
	}

	/**
	 * Whether the stage was reached in time.
	 * @param since in terms of {@link System#nanoTime()}
	 */
	public boolean hasReachedItsStage(long since, Duration within) {
		return hasReachedItsStage() && this.reachedAt - since < within.toNanos();
	}

	/**
	 * Let the runs end.
	 */
	public void goOn() {
		this.goOn.countDown();
		this.answered.countDown();
	}

	public int submissions() {
		return count("POST /v1/automation/");
	}

	public int cancels() {
		return count("POST /v1/runs/run-1/cancel ");
	}

	/**
	 * How often one was asked about other runs than the marker.
	 */
	public int looks() {
		return this.looks.get();
	}

	/**
	 * Whether runs 1 to 3 were looked at with each of the keys.
	 */
	public boolean looks(String... apiKeys) {
		return Stream.of(apiKeys)
			.allMatch((key) -> Stream.of("run-1", "run-2", "run-3")
				.allMatch((id) -> this.server.requests()
					.stream()
					.anyMatch((request) -> request.contains(key) && request.contains(id))));
	}

	private int count(String beginning) {
		List<String> requests = this.server.requests();
		return (int) requests.stream().filter((request) -> request.startsWith(beginning)).count();
	}

	/**
	 * The streams that neither side has closed.
	 */
	public int openStreams() {
		return this.streams.get();
	}

	public int openConnections() {
		return this.server.openConnections();
	}

	/**
	 * Check that the client has stopped to look at its runs, which go on: it would look
	 * at them whenever it looks at another one.
	 */
	public void assertNoRunIsPolled(TinyFishClient client) {
		assertNoRunIsPolled(() -> client.runs().await(MARKER, SOON));
	}

	public void assertNoRunIsPolled(ReactiveTinyFishClient client) {
		assertNoRunIsPolled(() -> client.runs().await(MARKER, SOON).block(SOON));
	}

	private void assertNoRunIsPolled(Supplier<@Nullable AgentRun> marker) {
		this.answered.countDown();
		int before = looks();
		assertThat(marker.get()).extracting(AgentRun::isCompleted).isEqualTo(true);
		// one may have been on its way
		assertThat(looks()).isLessThanOrEqualTo(before + 1);
	}

	/**
	 * Whether an ending is that of the other run.
	 */
	public static boolean isMarker(AgentRun run) {
		return MARKER.equals(run.runId());
	}

	@Override
	public void close() {
		this.server.close();
	}

}
