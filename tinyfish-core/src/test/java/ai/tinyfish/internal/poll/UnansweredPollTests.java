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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Which runs wait for those whose polls are not answered.
 */
@BothClients
class UnansweredPollTests extends AbstractPollerTests {

	private static final Pattern SILENT_RUN = Pattern.compile("run-silent-\\d+");

	@Test
	void anAccountThatIsNotAnsweredHoldsUpNoOther() throws Exception {
		CountDownLatch slowAsked = new CountDownLatch(1);
		ThreadLocal<String> account = ThreadLocal.withInitial(() -> "key-of-the-slow-one");
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("key-of-the-slow-one")) {
				slowAsked.countDown();
				exchange.silence();
			}
			exchange.answer(200, "application/json", RunServer.run("COMPLETED"));
		});
				TinyFishClient client = client(server.baseUrl()).apiKeyProvider(account::get)
					.pollTolerance(SOON.multipliedBy(3))
					.build()) {
			CompletableFuture<AgentRun> slow = CompletableFuture
				.supplyAsync(() -> client.runs().await("run-1", SOON.multipliedBy(3)));
			assertThat(slowAsked.await(60, TimeUnit.SECONDS)).isTrue();
			account.set("key-of-the-fast-one");
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			assertThat(slow).isNotDone();
		}
	}

	@Test
	void aRunThatIsNotAnsweredHoldsUpNoOtherOfItsAccount() throws Exception {
		CountDownLatch silentPolled = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("run-silent")) {
				silentPolled.countDown();
				exchange.silence();
			}
			else {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			CompletableFuture<AgentRun> silent = CompletableFuture
				.supplyAsync(() -> client.runs().await("run-silent", SOON.multipliedBy(3)));
			assertThat(silentPolled.await(60, TimeUnit.SECONDS)).isTrue();
			assertAllEnd(client, "run-1", "run-2", "run-3", "run-4", "run-5");
			assertThat(silent).isNotDone();
		}
	}

	@Test
	void aBatchThatIsNotAnsweredForOneOfItsRunsHoldsUpNoOther() throws Exception {
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("run-silent")) {
				exchange.silence();
			}
			else {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			List<QueuedRun> runs = Stream.of("run-1", "run-2", "run-silent", "run-3", "run-4")
				.map(QueuedRun::of)
				.toList();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON)) {
				assertThat(endings.limit(4).map(AgentRun::runId)).containsExactlyInAnyOrder("run-1", "run-2", "run-3",
						"run-4");
			}
		}
	}

	@Test
	void aRunThatIsNeverAnsweredIsAskedForApartFromThenOn() throws Exception {
		AtomicInteger together = new AtomicInteger();
		AtomicInteger answered = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean alone = exchange.request().startsWith("GET ");
			if (exchange.request().contains("run-silent")) {
				together.addAndGet(alone ? 0 : 1);
				exchange.answer(504, "text/html", "<html>Late</html>");
				return;
			}
			String status = (!alone && answered.incrementAndGet() > 30) ? "COMPLETED" : "RUNNING";
			answer(exchange, (id) -> document(id, status));
		}); TinyFishClient client = client(server.baseUrl()).pollTolerance(SOON.multipliedBy(3)).build()) {
			List<QueuedRun> runs = Stream.of("run-1", "run-2", "run-silent", "run-3", "run-4")
				.map(QueuedRun::of)
				.toList();
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs, SOON.multipliedBy(3))) {
				assertThat(endings.limit(4)).extracting(AgentRun::runId).doesNotContain("run-silent");
			}
			assertThat(together.get()).isLessThan(10);
		}
	}

	@Test
	void runsThatAreNotAnsweredAreWaitedForAtTheSameTime() throws Exception {
		int count = 30;
		AtomicInteger open = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("GET ")) {
				most.accumulateAndGet(open.incrementAndGet(), Math::max);
				exchange.awaitClientClose(SOON);
				open.decrementAndGet();
			}
			exchange.silence();
		}); TinyFishClient client = client(server.baseUrl()).pollTolerance(SOON.multipliedBy(3)).build()) {
			// one for all, or eight at a time, would keep those that are answered waiting
			try (Stream<AgentRun> endings = client.runs().awaitAll(runs("run-", count), SOON.multipliedBy(3))) {
				CompletableFuture.runAsync(() -> catchThrowable(endings::count));
				Soon.until(() -> most.get() == count);
			}
		}
	}

	@Test
	void batchesThatAreNotAnsweredHoldUpNoRunThatComesLater() throws Exception {
		Set<String> asked = ConcurrentHashMap.newKeySet();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().contains("run-silent")) {
				SILENT_RUN.matcher(exchange.request()).results().map(MatchResult::group).forEach(asked::add);
				exchange.silence();
				return;
			}
			answer(exchange, (id) -> document(id, "COMPLETED"));
		});
				TinyFishClient client = client(server.baseUrl()).pollTolerance(SOON.multipliedBy(3)).build();
				Stream<AgentRun> endings = client.runs().awaitAll(runs("run-silent-", 800), SOON.multipliedBy(3))) {
			CompletableFuture.runAsync(() -> catchThrowable(endings::count));
			// else it would be asked for together with some of them
			await().atMost(SOON.multipliedBy(3)).until(() -> asked.size() == 800);
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
		}
	}

	@Test
	void aGatewayThatIsOverloadedIsNotAskedForEachRun() throws Exception {
		for (String wait : List.of("", "Retry-After: 1\r\n")) {
			AtomicBoolean up = new AtomicBoolean();
			AtomicInteger asked = new AtomicInteger();
			AtomicInteger askedAlone = new AtomicInteger();
			try (ScriptedServer server = new ScriptedServer((exchange) -> {
				boolean alone = exchange.request().startsWith("GET ");
				askedAlone.addAndGet(alone ? 1 : 0);
				// until it is asked for many once more
				if (asked.incrementAndGet() > 4 && !alone) {
					up.set(true);
				}
				if (!up.get()) {
					exchange.send("HTTP/1.1 504 Late\r\n" + wait + "Connection: close\r\nContent-Length: 0\r\n\r\n");
				}
				else {
					answer(exchange, (id) -> document(id, "COMPLETED"));
				}
			});
					TinyFishClient client = client(server.baseUrl()).build();
					Stream<AgentRun> endings = client.runs().awaitAll(runs("run-", 50), SOON)) {
				assertThat(endings).hasSize(50);
				assertThat(askedAlone.get()).isLessThan(25);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST ", "GET " })
	void aServiceThatWasDownIsAskedForManyAtOnceAgain(String lastUnanswered) throws Exception {
		AtomicBoolean up = new AtomicBoolean();
		AtomicInteger answeredAlone = new AtomicInteger();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			boolean alone = exchange.request().startsWith("GET ");
			if (!up.get()) {
				boolean last = exchange.request().startsWith(lastUnanswered);
				if (last && !alone) {
					// the second batch may come before this one is seen to be closed
					up.set(true);
				}
				exchange.awaitClientClose(SOON);
				if (last) {
					up.set(true);
				}
				return;
			}
			answeredAlone.addAndGet(alone ? 1 : 0);
			answer(exchange, (id) -> document(id, "COMPLETED"));
		});
				TinyFishClient client = client(server.baseUrl()).build();
				Stream<AgentRun> endings = client.runs().awaitAll(runs("run-", 90), SOON.multipliedBy(2))) {
			assertThat(endings).hasSize(90);
			assertThat(answeredAlone.get()).isLessThan(45);
		}
	}

	/**
	 * Each of several reads takes longer than the first deadline of a poll.
	 */
	@Test
	@Tag("slow")
	void aServiceThatTakesLongForItsAnswersIsOfUseStill() throws Exception {
		Duration longer = Duration.ofSeconds(4);
		CountDownLatch polled = new CountDownLatch(1);
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			polled.countDown();
			if (!exchange.awaitClientClose(longer)) {
				answer(exchange, (id) -> document(id, "COMPLETED"));
			}
		}); TinyFishClient client = client(server.baseUrl()).build()) {
			CompletableFuture<AgentRun> alone = CompletableFuture.supplyAsync(() -> client.runs().await("run-1", SOON));
			assertThat(polled.await(60, TimeUnit.SECONDS)).isTrue();
			assertAllEnd(client, "run-2", "run-3");
			assertThat(alone.get(20, TimeUnit.SECONDS).isCompleted()).isTrue();
		}
	}

	private static List<QueuedRun> runs(String prefix, int count) {
		return IntStream.range(0, count).mapToObj((i) -> QueuedRun.of(prefix + i)).toList();
	}

}
