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

package ai.tinyfish.durable.processes;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.durable.testing.OwnConnections;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A database that stops in the middle of a sweep, as in a crash, and starts again.
 */
@Tag("processes")
class RestartedDatabaseTests {

	private static final String URL = "https://shop.example/";

	/** Takeover after 31 seconds, then the decision about runs that were being sent. */
	private static final Duration DECIDED = Duration.ofMinutes(4);

	@TempDir
	Path data;

	@Test
	void runsGoOnWhenTheDatabaseIsBack() throws Exception {
		try (PostgreSqlServer server = new PostgreSqlServer(this.data);
				TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				SharedDatabase database = new SharedDatabase(DatabaseKind.POSTGRESQL, server.properties());
				Instance instance = Instance.start(
						Instance.properties(database.properties(), simulator, "tinyfish.durable.send-timeout=5s",
								"logging.level.com.github.kagkarlsson.scheduler=off"),
						List.of(Listeners.class, HeldPosts.class))) {
			// they end while the database is away
			simulator.given("polled", Scenario.builder().endsAfter(Duration.ofSeconds(2)).build());
			HeldPosts posts = instance.bean(HeldPosts.class);
			CountDownLatch listening = new CountDownLatch(1);
			CountDownLatch released = new CountDownLatch(1);
			instance.bean(Listeners.class).onFinished((event) -> {
				instance.jdbc()
					.sql("insert into outcome values (?, ?)")
					.params(event.getDurableId(), event.getRun().statusText())
					.update();
				if (event.getTag().equals("polled 50")) {
					listening.countDown();
					pass(released);
				}
			});
			instance.runs()
				.submitAll(IntStream.rangeClosed(1, 150)
					.mapToObj((i) -> AgentRequest.of(URL, "polled " + i).withTag("polled " + i))
					.toList());
			instance.runs().submit(AgentRequest.of(URL, "sent").withTag("sent"));
			pass(posts.sending);
			pass(listening);
			server.crash();
			// the answer cannot be stored in time, nor the outcome: it is stored later,
			// or the run found by its goal
			posts.released.countDown();
			await().atMost(SharedDatabase.SOON).until(() -> simulator.journal().submissions("\"sent\"").size() == 1);
			assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> instance.runs().submit(AgentRequest.of(URL, "away")));
			released.countDown();
			server.restart();
			await().atMost(DECIDED)
				.ignoreExceptions()
				.until(() -> instance.count("tinyfish_run where state = 'DONE'") == 151);
			assertThat(instance.count("tinyfish_run")).isEqualTo(151);
			assertThat(instance.count("outcome")).isEqualTo(151);
			assertThat(instance.bean(Listeners.class).finished(database.id("polled 50"))).hasSize(2);
			assertThat(simulator.journal().runsByGoal()).hasSize(151)
				.doesNotContainKey("away")
				.allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
		}
	}

	private static void pass(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Sends a request when the test wants it: after its run was claimed.
	 */
	@Configuration(proxyBeanMethods = false)
	static class HeldPosts {

		private final CountDownLatch sending = new CountDownLatch(1);

		private final CountDownLatch released = new CountDownLatch(1);

		@Bean
		TinyFishRestClientCustomizer posts() {
			return OwnConnections.with((request, body, execution) -> {
				if (new String(body, StandardCharsets.UTF_8).contains("\"sent\"")) {
					this.sending.countDown();
					pass(this.released);
				}
				return execution.execute(request, body);
			});
		}

	}

}
