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

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.durable.testing.OwnConnections;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Runs of accounts, and secrets that are encrypted.
 */
class AccountsTests {

	private static final String URL = "https://shop.example/";

	private static final String TENANT_KEY = "sk-tenant-0123456789";

	@Test
	void theKeyOfAnAccountIsUsedForAllThatIsDoneForItsRuns() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(10))
			.apiKeys("sk-own-0123456789", TENANT_KEY)
			.start(); Instance instance = start(simulator)) {
			instance.bean(Keys.class).keys.put("tenant", TENANT_KEY);
			DurableRun run = instance.runs()
				.submit(DurableSubmission.of(AgentRequest.of(URL, "For the tenant")).withAccount("tenant"));
			DurableRun own = instance.runs().submit(AgentRequest.of(URL, "For the application"));
			assertThat(instance.await(run.id(), DurableRunState.DONE).account()).isEqualTo("tenant");
			assertThat(instance.await(own.id(), DurableRunState.DONE).account()).isNull();
			assertThat(instance.bean(Listeners.class).finished(run.id())).singleElement()
				.satisfies((event) -> assertThat(event.getAccount()).isEqualTo("tenant"));
			assertThat(instance.runs().list(DurableRunQuery.builder().account("tenant").build()).data())
				.extracting(DurableRun::id)
				.containsExactly(run.id());
			String runId = instance.runs().find(run.id()).runId();
			assertThat(simulator.journal().received())
				.filteredOn((request) -> request.body().contains("For the tenant") || request.body().contains(runId))
				.isNotEmpty()
				.allSatisfy((request) -> assertThat(request.apiKey()).isEqualTo(TENANT_KEY));
			// nothing is planned for accounts without open runs
			await().atMost(Instance.SOON)
				.until(() -> instance.jdbc()
					.sql("select count(*) from tinyfish_task where task_instance = 'tenant#'")
					.query(Long.class)
					.single() == 0);
		}
	}

	@Test
	void aRunWaitsUntilItsAccountHasAKey() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			String id = instance.runs()
				.submit(DurableSubmission.of(AgentRequest.of(URL, "For the tenant")).withAccount("tenant"))
				.id();
			await().atMost(Instance.SOON).until(() -> instance.runs().find(id).error() != null);
			assertThat(instance.runs().find(id).error()).contains("no API key for account tenant");
			assertThat(simulator.journal().runsCreated()).isZero();
			instance.bean(Keys.class).keys.put("tenant", TENANT_KEY);
			instance.await(id, DurableRunState.DONE);
		}
	}

	@Test
	void runsThatHaveEndedAreDeletedByAccount() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			instance.bean(Keys.class).keys.put("tenant", TENANT_KEY);
			AgentRequest request = AgentRequest.of(URL, "For the tenant");
			String ofTenant = instance.runs().submit(DurableSubmission.of(request).withAccount("tenant")).id();
			String other = instance.runs().submit(request).id();
			List.of(ofTenant, other).forEach((id) -> instance.await(id, DurableRunState.DONE));
			assertThat(instance.runs().deleteAll(DurableRunQuery.builder().account("tenant").build())).isEqualTo(1);
			assertThat(instance.runs().find(ofTenant)).isNull();
			assertThat(instance.runs().find(other)).isNotNull();
		}
	}

	@Test
	void aRunThatIsCancelledWhileItIsSentIsCancelledAtTheService() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			simulator.given("For the tenant", Scenario.builder().neverEnds().build());
			Keys keys = instance.bean(Keys.class);
			keys.keys.put("tenant", TENANT_KEY);
			String id = instance.transaction().execute((status) -> {
				String submitted = instance.runs()
					.submit(DurableSubmission.of(AgentRequest.of(URL, "For the tenant")).withAccount("tenant"))
					.id();
				instance.bean(Posts.class).onPost = () -> instance.runs().cancel(submitted);
				return submitted;
			});
			assertThat(instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(simulator.journal().runsCreated()).isEqualTo(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "POST /v1/automation/run-async, 429", "POST /v1/automation/run-batch, 429",
			"POST /v1/automation/run-batch, 400" })
	void aRunThatIsCancelledWhileItIsSentIsNotSentAgain(String call, int status) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			simulator.fault(FaultPoint.answerOf(call), Fault.refusal(status, "REFUSED", "Not now"), 1);
			Keys keys = instance.bean(Keys.class);
			keys.keys.put("tenant", TENANT_KEY);
			List<String> ids = instance.transaction().execute((transaction) -> {
				AgentRequest request = AgentRequest.of(URL, "To be cancelled");
				List<String> submitted = call.endsWith("batch")
						? instance.runs()
							.submitAll(forTenant(List.of(request, AgentRequest.of(URL, "To be sent"))))
							.stream()
							.map(DurableRun::id)
							.toList()
						: List.of(instance.runs().submit(DurableSubmission.of(request).withAccount("tenant")).id());
				instance.bean(Posts.class).onPost = () -> instance.runs().cancel(submitted.get(0));
				return submitted;
			});
			DurableRun cancelled = instance.await(ids.get(0), DurableRunState.DONE);
			assertThat(cancelled.run().status()).isEqualTo(RunStatus.CANCELLED);
			assertThat(cancelled.runId()).isNull();
			assertThat(instance.bean(Listeners.class).finished(cancelled.id())).hasSize(1);
			if (ids.size() > 1) {
				assertThat(instance.await(ids.get(1), DurableRunState.DONE).run().status())
					.isEqualTo(RunStatus.COMPLETED);
			}
			assertThat(simulator.journal().runsCreated()).isEqualTo(ids.size() - 1);
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void aRunIsSentLaterIfItsKeyCannotBeReadForNow(int runs) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			Keys keys = instance.bean(Keys.class);
			keys.keys.put("tenant", TENANT_KEY);
			AtomicBoolean failed = new AtomicBoolean();
			keys.onKey = () -> {
				if (failed.compareAndSet(false, true)) {
					throw new IllegalArgumentException("The store of the keys is away");
				}
			};
			List<AgentRequest> requests = Collections.nCopies(runs, AgentRequest.of(URL, "For the tenant"));
			List<DurableRun> submitted = (runs > 1) ? instance.runs().submitAll(forTenant(requests))
					: List.of(instance.runs().submit(DurableSubmission.of(requests.get(0)).withAccount("tenant")));
			submitted.forEach((run) -> instance.await(run.id(), DurableRunState.DONE));
			assertThat(failed).isTrue();
			assertThat(simulator.journal().runsCreated()).isEqualTo(runs);
		}
	}

	/**
	 * Only the sender knows that the service has refused the request.
	 */
	@Test
	void aRefusalIsStoredDespiteAConcurrentChangeOfTheRun() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			Keys keys = instance.bean(Keys.class);
			keys.keys.put("tenant", TENANT_KEY);
			CountDownLatch changed = new CountDownLatch(1);
			simulator.fault(FaultPoint.runAsync(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit left"), 1);
			AtomicReference<CompletableFuture<Void>> change = new AtomicReference<>();
			String id = instance.transaction().execute((status) -> {
				String submitted = instance.runs()
					.submit(DurableSubmission.of(AgentRequest.of(URL, "For the tenant")).withAccount("tenant"))
					.id();
				instance.bean(Posts.class).onPost = () -> {
					if (change.get() == null) {
						change.set(CompletableFuture.runAsync(() -> instance.transaction().execute((other) -> {
							instance.runs().cancel(submitted);
							changed.countDown();
							// until the sender waits for the row
							await().atMost(Instance.SOON)
								.until(() -> instance
									.count("information_schema.sessions where blocker_id is not null") > 0);
							return null;
						}), (task) -> new Thread(task).start()));
						assertThat(reached(changed)).isTrue();
					}
				};
				return submitted;
			});
			assertThat(instance.await(id, DurableRunState.REFUSED).error()).contains("No credit left");
			change.get().join();
		}
	}

	private static boolean reached(CountDownLatch latch) {
		try {
			return latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void anIdThatCannotBeStoredDoesNotLoseThoseOfItsBatch(CapturedOutput output) {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			instance.update("alter table tinyfish_run add constraint refusing"
					+ " check (tag is null or tag <> 'refused' or run_id is null)");
			List<String> ids = instance.runs()
				.submitAll(Stream.of("first", "refused", "last")
					.map((tag) -> AgentRequest.of(URL, "Goal " + tag).withTag(tag))
					.toList())
				.stream()
				.map(DurableRun::id)
				.toList();
			instance.await(ids.get(0), DurableRunState.DONE);
			instance.await(ids.get(2), DurableRunState.DONE);
			assertThat(instance.state(ids.get(1))).isEqualTo(DurableRunState.SENDING);
			String runId = simulator.journal().runsByGoal().get("Goal refused").get(0).id();
			assertThat(output).contains("Run " + runId + " was started for durable run " + ids.get(1));
			assertThat(simulator.journal().runsCreated()).isEqualTo(3);
		}
	}

	@Test
	void anOutcomeThatCannotBeStoredDoesNotKeepBackThoseOfItsRange() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = start(simulator)) {
			instance.update("alter table tinyfish_run add constraint refusing"
					+ " check (tag is null or tag <> 'refused' or state in ('ACCEPTED', 'SENDING', 'RUNNING'))");
			List<DurableRun> runs = instance.runs()
				.submitAll(Stream.of("refused", "second", "third")
					.map((tag) -> AgentRequest.of(URL, "Goal " + tag).withTag(tag))
					.toList());
			instance.await(runs.get(1).id(), DurableRunState.DONE);
			instance.await(runs.get(2).id(), DurableRunState.DONE);
			assertThat(instance.state(runs.get(0).id())).isEqualTo(DurableRunState.RUNNING);
		}
	}

	@Test
	void aCodecEncryptsStoredValues() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, ReversingCodec.class))) {
			AgentRequest request = AgentRequest.builder()
				.url(URL)
				.goal("Find the price")
				.additionalProperty("token", "hunter2-hunter2")
				.build();
			String id = instance.transaction().execute((status) -> {
				String submitted = instance.runs().submit(request).id();
				String stored = instance.jdbc().sql("select secrets from tinyfish_run").query(String.class).single();
				assertThat(stored).contains("2retnuh-2retnuh");
				return submitted;
			});
			instance.await(id, DurableRunState.DONE);
			assertThat(simulator.journal().submissions("hunter2-hunter2")).hasSize(1);
		}
	}

	@Test
	void aRequestIsNotSentWhileItsSecretsCannotBeRead() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, ReversingCodec.class))) {
			instance.bean(ReversingCodec.class).broken = true;
			AgentRequest request = AgentRequest.builder()
				.url(URL)
				.goal("Find the price")
				.additionalProperty("token", "hunter2-hunter2")
				.build();
			String id = instance.runs().submit(request).id();
			String together = instance.runs().submitAll(List.of(request)).get(0).id();
			for (String one : List.of(id, together)) {
				await().atMost(Instance.SOON).until(() -> instance.runs().find(one).error() != null);
				assertThat(instance.runs().find(one).error()).contains("could not be read").doesNotContain("hunter2");
			}
			assertThat(simulator.journal().runsCreated()).isZero();
			instance.bean(ReversingCodec.class).broken = false;
			instance.await(id, DurableRunState.DONE);
			instance.await(together, DurableRunState.DONE);
			assertThat(simulator.journal().runsCreated()).isEqualTo(2);
		}
	}

	@Test
	void accountsAreNames() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start(); Instance instance = start(simulator)) {
			for (String account : List.of("", "a#b", "a b", "x".repeat(101))) {
				assertThatIllegalArgumentException().isThrownBy(() -> instance.runs()
					.submit(DurableSubmission.of(AgentRequest.of(URL, "goal")).withAccount(account)));
			}
		}
	}

	private static Instance start(TinyFishSimulator simulator) {
		return Instance.start(DatabaseKind.H2.newDatabase(), simulator,
				List.of(Listeners.class, Keys.class, Posts.class));
	}

	private static Collection<DurableSubmission> forTenant(List<AgentRequest> requests) {
		return requests.stream().map((request) -> DurableSubmission.of(request).withAccount("tenant")).toList();
	}

	/**
	 * Does something after a run was claimed, and before its request is sent.
	 */
	static class Posts implements TinyFishRestClientCustomizer {

		private volatile Runnable onPost = () -> {
		};

		@Override
		public void customize(RestClient.Builder builder) {
			OwnConnections.with((request, body, execution) -> {
				if (request.getURI().getPath().contains("/run-")) {
					this.onPost.run();
				}
				return execution.execute(request, body);
			}).customize(builder);
		}

	}

	static class Keys implements DurableRunApiKeyProvider {

		private final Map<String, String> keys = new ConcurrentHashMap<>();

		private volatile Runnable onKey = () -> {
		};

		@Override
		public @Nullable String getApiKey(String account) {
			this.onKey.run();
			return this.keys.get(account);
		}

	}

	static class ReversingCodec implements DurableRunSecretsCodec {

		private volatile boolean broken;

		@Override
		public String encode(String secrets) {
			return new StringBuilder(secrets).reverse().toString();
		}

		@Override
		public String decode(String stored) {
			if (this.broken) {
				throw new IllegalStateException("The key of hunter2 is gone");
			}
			return encode(stored);
		}

	}

}
