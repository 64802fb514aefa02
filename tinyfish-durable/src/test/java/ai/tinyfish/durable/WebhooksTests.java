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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;

import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Webhooks of durable runs, which are polled once per hour only.
 */
class WebhooksTests extends AbstractInstanceTests {

	private static final String RECEIVER = "/tinyfish/webhook/" + Instance.WEBHOOK_SECRET;

	private static final String TENANT_KEY = "sk-tenant-0123456789";

	private static final Pattern TOKEN = Pattern
		.compile(Pattern.quote(Instance.PUBLIC_URL + RECEIVER) + "\\?submission_token=([A-Za-z0-9-]{36,64})\"");

	@BeforeParameterizedClassInvocation
	static void start(DatabaseKind kind) {
		simulator = TinyFishSimulator.builder()
			.pace(Duration.ZERO)
			.apiKeys("sk-own-0123456789", TENANT_KEY)
			.webhookRetryDelay(Duration.ofMillis(100))
			.start();
		instance = Instance.startWithWebhooks(kind.newDatabase(), simulator,
				List.of(Listeners.class, RunEvents.class, TenantKey.class), "tinyfish.durable.interval=1h");
	}

	@Test
	void aWebhookHurriesARunAlong() {
		String goal = goal();
		simulator.given(goal, Scenario.completed(Map.of("price", "9.99")));
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		DurableRun done = instance.await(id, DurableRunState.DONE);
		assertThat(done.run().result().toMap()).containsEntry("price", "9.99");
		assertThat(listeners().finished(id)).hasSize(1);
		awaitTaken(done.runId());
		assertThat(events(done.runId())).isEmpty();
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aRunThatIsNotKnownYetWhenItsWebhookComesIsNotLost() {
		String goal = goal();
		simulator.fault(FaultPoint.getRun(), Fault.refusal(404, "NOT_FOUND", "Not known yet"), 3);
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		instance.await(id, DurableRunState.DONE);
		assertThat(listeners().errors(id)).isEmpty();
	}

	/**
	 * Their webhooks come while the answers to the requests are stored.
	 */
	@Test
	void noWebhookOfManyRunsThatEndAtOnceIsLost() {
		String goal = goal();
		List<String> ids = IntStream.range(0, 100)
			.mapToObj((number) -> runs().submit(AgentRequest.of(URL, goal + " " + number)).id())
			.toList();
		await().atMost(Duration.ofMinutes(2))
			.untilAsserted(() -> assertThat(ids).extracting(instance::state).containsOnly(DurableRunState.DONE));
		assertThat(ids).allSatisfy((id) -> assertThat(listeners().finished(id)).hasSize(1));
		assertThat(simulator.journal().submissions(goal)).hasSize(100);
	}

	@Test
	void aWebhookIsNoMoreThanAHint() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build());
		String id = runs().submit(AgentRequest.of(URL, goal)).id();
		String runId = instance.await(id, DurableRunState.RUNNING).runId();
		long reads = simulator.journal().requests("GET /v1/runs/{id}");
		assertThat(deliver(runId, null)).isEqualTo(204);
		await().atMost(Instance.SOON).until(() -> simulator.journal().requests("GET /v1/runs/{id}") > reads);
		assertThat(instance.state(id)).isEqualTo(DurableRunState.RUNNING);
		runs().cancel(id);
		assertThat(instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(events(runId)).isEmpty();
	}

	@Test
	void aRunThatIsNotDurableIsPublishedAsBefore() {
		String runId = client().agent().queue(AgentRequest.of(URL, goal())).runId();
		await().atMost(Instance.SOON).until(() -> events(runId).size() == 1);
	}

	@Test
	void aTokenSettlesARequestWhoseSenderDied() {
		String goal = goal();
		String token = UUID.randomUUID().toString();
		String id = instance.transaction().execute((status) -> {
			String accepted = runs().submit(AgentRequest.of(URL, goal)).id();
			instance.jdbc()
				.sql("update tinyfish_run set state = 'SENDING', send_token = ?, sending_at = accepted_at where id = ?")
				.params(token, accepted)
				.update();
			return accepted;
		});
		// as that sender has sent it
		String runId = client().agent()
			.queue(AgentRequest.builder()
				.url(URL)
				.goal(goal)
				.webhookUrl(Instance.PUBLIC_URL + RECEIVER + "?submission_token=" + token)
				.build())
			.runId();
		assertThat(instance.await(id, DurableRunState.DONE).runId()).isEqualTo(runId);
		assertThat(listeners().errors(id)).isEmpty();
		assertThat(listeners().finished(id)).hasSize(1);
		assertThat(events(runId)).isEmpty();
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aTokenSettlesAnUncertainRun() {
		String goal = goal();
		String id = uncertain(goal);
		String runId = runId(goal);
		client().runs().cancel(runId);
		DurableRun done = instance.await(id, DurableRunState.DONE);
		assertThat(done.runId()).isEqualTo(runId);
		assertThat(done.error()).isNull();
		assertThat(done.run().status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(listeners().finished(id)).hasSize(1);
		awaitTaken(runId);
		assertThat(events(runId)).isEmpty();
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aTokenSettlesTheRunOfAnAccountByTheKeyOfThatAccount() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build())
			.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"))
			.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
		String id = runs().submit(DurableSubmission.of(AgentRequest.of(URL, goal)).withAccount("tenant")).id();
		instance.awaitUncertain(id);
		String runId = runId(goal);
		client().withOptions(RequestOptions.builder().apiKey(TENANT_KEY).build()).runs().cancel(runId);
		assertThat(instance.await(id, DurableRunState.DONE).runId()).isEqualTo(runId);
		assertThat(simulator.journal().received())
			.filteredOn((request) -> request.endpoint().equals("GET /v1/runs/{id}") && runId.equals(request.runId()))
			.isNotEmpty()
			.allSatisfy((request) -> assertThat(request.apiKey()).isEqualTo(TENANT_KEY));
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void eachRequestOfABatchHasATokenOfItsOwn() {
		String goal = goal();
		simulator.given(goal, Scenario.builder().neverEnds().build())
			.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"))
			.fault(FaultPoint.answerOf("POST /v1/automation/run-batch"), Fault.disconnect(), 1);
		List<String> ids = runs()
			.submitAll(Stream.of(" 1", " 2", " 3").map((number) -> AgentRequest.of(URL, goal + number)).toList())
			.stream()
			.map(DurableRun::id)
			.toList();
		instance.awaitUncertain(ids);
		String runId = runId(goal + " 2");
		client().runs().cancel(runId);
		assertThat(instance.await(ids.get(1), DurableRunState.DONE).runId()).isEqualTo(runId);
		assertThat(instance.state(ids.get(0))).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(instance.state(ids.get(2))).isEqualTo(DurableRunState.UNCERTAIN);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void theTokenOfASubmissionThatWasRepeatedDoesNothing() {
		String goal = goal();
		String id = uncertain(goal);
		String first = runId(goal);
		runs().resubmit(id);
		String second = instance.await(id, DurableRunState.RUNNING).runId();
		assertThat(second).isNotEqualTo(first);
		client().runs().cancel(first);
		awaitTaken(first);
		assertThat(instance.state(id)).isEqualTo(DurableRunState.RUNNING);
		assertThat(runs().find(id).runId()).isEqualTo(second);
		assertThat(events(first)).isEmpty();
		assertThat(simulator.journal().submissions(goal)).hasSize(2);
		runs().cancel(id);
		instance.await(id, DurableRunState.DONE);
	}

	@Test
	void aRunThatTheServiceDoesNotKnowOrThatIsAnothersIsNotLinked() {
		String goal = goal();
		String id = uncertain(goal);
		String token = token(goal);
		String linked = instance.await(runs().submit(AgentRequest.of(URL, goal())).id(), DurableRunState.DONE).runId();
		long reads = simulator.journal().requests("GET /v1/runs/{id}");
		assertThat(deliver("no-such-run", token)).isEqualTo(204);
		assertThat(deliver(linked, token)).isEqualTo(204);
		assertThat(deliver(runId(goal), "wrong-" + token)).isEqualTo(204);
		// the service is asked twice at least
		await().atMost(Instance.SOON).until(() -> simulator.journal().requests("GET /v1/runs/{id}") >= reads + 2);
		assertThat(instance.state(id)).isEqualTo(DurableRunState.UNCERTAIN);
		// the right one does
		assertThat(deliver(runId(goal), token)).isEqualTo(204);
		assertThat(instance.await(id, DurableRunState.RUNNING).runId()).isEqualTo(runId(goal));
		runs().cancel(id);
		instance.await(id, DurableRunState.DONE);
	}

	@Test
	void aRunThatWasCancelledMeanwhileIsCancelledOnceItIsKnown() {
		String goal = goal();
		String id = uncertain(goal);
		runs().cancel(id);
		assertThat(deliver(runId(goal), token(goal))).isEqualTo(204);
		assertThat(instance.await(id, DurableRunState.DONE).run().status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(simulator.journal().submissions(goal)).hasSize(1);
	}

	@Test
	void aRequestWithAWebhookUrlOfItsOwnHasNoToken() {
		String goal = goal();
		String own = "https://other.example/hook";
		simulator.given(goal, Scenario.builder().neverEnds().build());
		List<DurableRun> submitted = Stream.concat(
				Stream.of(runs().submit(AgentRequest.builder().url(URL).goal(goal).webhookUrl(own).build())),
				runs().submitAll(List.of(AgentRequest.builder().url(URL).goal(goal).webhookUrl(own).build())).stream())
			.toList();
		submitted.forEach((run) -> instance.await(run.id(), DurableRunState.RUNNING));
		assertThat(simulator.journal().submissions(goal)).hasSize(2)
			.allSatisfy((request) -> assertThat(request.body()).contains(own)
				.doesNotContain("submission_token", Instance.WEBHOOK_SECRET));
		submitted.forEach((run) -> runs().cancel(run.id()));
	}

	@Test
	void aDeliveryIsRefusedUntilTheDatabaseCanStoreIt() {
		String goal = goal();
		String id = uncertain(goal);
		String runId = runId(goal);
		instance.update("alter table tinyfish_run rename to tinyfish_run_away");
		try {
			assertThat(deliver(runId, token(goal))).isEqualTo(503);
		}
		finally {
			instance.update("alter table tinyfish_run_away rename to tinyfish_run");
		}
		assertThat(deliver(runId, token(goal))).isEqualTo(204);
		client().runs().cancel(runId);
		assertThat(instance.await(id, DurableRunState.DONE).runId()).isEqualTo(runId);
		awaitTaken(runId);
		assertThat(events(runId)).isEmpty();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void tokensAreNotLogged(CapturedOutput output) {
		List<String> loggers = List.of("ai.tinyfish", "com.github.kagkarlsson.scheduler");
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		loggers.forEach((logger) -> logging.setLogLevel(logger, LogLevel.TRACE));
		String goal = goal();
		String token;
		try {
			String id = uncertain(goal);
			token = token(goal);
			deliver("no-such-run", token);
			deliver(runId(goal), "wrong-" + token);
			client().runs().cancel(runId(goal));
			instance.await(id, DurableRunState.DONE);
		}
		finally {
			loggers.forEach((logger) -> logging.setLogLevel(logger, null));
		}
		assertThat(output.getAll()).contains(runId(goal)).doesNotContain(token, Instance.WEBHOOK_SECRET);
	}

	private static Listeners listeners() {
		return instance.bean(Listeners.class);
	}

	private static TinyFishClient client() {
		return instance.bean(TinyFishClient.class);
	}

	private static List<TinyFishRunEvent> events(String runId) {
		return instance.bean(RunEvents.class).events.stream()
			.filter((event) -> runId.equals(event.getRunId()))
			.toList();
	}

	/**
	 * Submit a request whose answer is lost, and whose run does not end.
	 */
	private static String uncertain(String goal) {
		simulator.given(goal, Scenario.builder().neverEnds().build());
		return uncertain(AgentRequest.of(URL, goal));
	}

	private static String runId(String goal) {
		return simulator.journal().runsByGoal().get(goal).get(0).id();
	}

	private static String token(String goal) {
		Matcher token = TOKEN.matcher(simulator.journal().submissions(goal).get(0).body());
		assertThat(token.find()).isTrue();
		return token.group(1);
	}

	private static void awaitTaken(String runId) {
		await().atMost(Instance.SOON)
			.until(() -> simulator.journal().webhooks(runId).stream().anyMatch(WebhookDelivery::taken));
	}

	private static int deliver(String runId, String token) {
		HttpRequest request = HttpRequest
			.newBuilder(
					URI.create(instance.localUrl() + RECEIVER + ((token != null) ? "?submission_token=" + token : "")))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"event\": \"run.completed\", \"run_id\": \"" + runId + "\"}"))
			.build();
		try {
			return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	static class RunEvents {

		private final List<TinyFishRunEvent> events = new CopyOnWriteArrayList<>();

		@EventListener
		void on(TinyFishRunEvent event) {
			this.events.add(event);
		}

	}

	static class TenantKey implements DurableRunApiKeyProvider {

		@Override
		public String getApiKey(String account) {
			return TENANT_KEY;
		}

	}

}
