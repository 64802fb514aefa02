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

package ai.tinyfish.durable;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.OwnConnections;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * When runs are claimed: not before their requests could be sent.
 */
class ClaimedRunsTests {

	private static final String URL = "https://shop.example/";

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void aRunIsClaimedWhenItsRequestIsReady(DatabaseKind kind) {
		with(kind, (instance, connections) -> {
			String id = submit(instance, "Find one");
			instance.await(id, DurableRunState.DONE);
			assertThat(connections.ready).containsEntry(id, "ACCEPTED");
			assertThat(connections.sent).containsEntry(id, "SENDING");
		});
	}

	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void aRunThatIsLockedKeepsNoOtherFromBeingSent(DatabaseKind kind) {
		with(kind, (instance, connections) -> {
			String locked = submit(instance, "Find locked");
			await().atMost(Instance.SOON).until(() -> connections.ready.containsKey(locked));
			instance.transaction().executeWithoutResult((status) -> {
				instance.jdbc()
					.sql("select id from tinyfish_run where id = ? for update")
					.param(locked)
					.query()
					.singleRow();
				connections.release.countDown();
				instance.await(CompletableFuture.supplyAsync(() -> submit(instance, "Find next")).join(),
						DurableRunState.DONE);
				assertThat(instance.state(locked)).isEqualTo(DurableRunState.ACCEPTED);
			});
			instance.await(locked, DurableRunState.DONE);
		});
	}

	private static String submit(Instance instance, String goal) {
		return instance.runs().submit(AgentRequest.of(URL, goal)).id();
	}

	private static void with(DatabaseKind kind, Work work) {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				Instance instance = Instance.start(kind.newDatabase(), simulator, List.of(Connections.class))) {
			work.accept(instance, instance.bean(Connections.class));
		}
	}

	@FunctionalInterface
	private interface Work {

		void accept(Instance instance, Connections connections);

	}

	/**
	 * The application's own connections, which note the states of the runs.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Connections {

		private final Map<String, String> ready = new ConcurrentHashMap<>();

		private final Map<String, String> sent = new ConcurrentHashMap<>();

		private final CountDownLatch release = new CountDownLatch(1);

		@Bean
		TinyFishRestClientCustomizer ownConnections(JdbcClient jdbc) {
			return (builder) -> OwnConnections.with((request, body, execution) -> {
				note(request, body, jdbc, this.sent);
				return execution.execute(request, body);
			}).customize(builder.requestInterceptor((request, body, execution) -> {
				note(request, body, jdbc, this.ready);
				if (goal(new String(body)).contains("locked")) {
					awaitRelease();
				}
				return execution.execute(request, body);
			}));
		}

		private void awaitRelease() {
			try {
				this.release.await();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private static void note(HttpRequest request, byte[] body, JdbcClient jdbc, Map<String, String> states) {
			if (request.getMethod() == HttpMethod.POST && request.getURI().getPath().endsWith("run-async")) {
				String text = new String(body);
				jdbc.sql("select id, state, request from tinyfish_run")
					.query((row, number) -> Stream.of(row.getString(1), row.getString(2), row.getString(3)).toList())
					.list()
					.stream()
					.filter((row) -> goal(row.get(2)).equals(goal(text)))
					.forEach((row) -> states.put(row.get(0), row.get(1)));
			}
		}

		private static String goal(String json) {
			return json.replaceFirst("(?s).*\"goal\" *: *\"([^\"]*)\".*", "$1");
		}

	}

}
