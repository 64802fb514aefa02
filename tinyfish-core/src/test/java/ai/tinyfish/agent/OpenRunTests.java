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

package ai.tinyfish.agent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The runs of a registry as operators see and cancel them.
 */
class OpenRunTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final OpenRuns registry = OpenRuns.limitedTo(1, SOON);

	@AutoClose
	private final TinyFishSimulator simulator = Samples.simulator()
		.given("price", Scenario.builder().steps("Reading\nthe page").neverEnds().build())
		.start();

	@AutoClose
	private final TinyFishClient client = Samples.client(this.simulator.baseUrl()).openRuns(this.registry).build();

	@Test
	void runIsShownWithItsLastStepUntilItEnds() {
		RunHandle handle = this.client.agent().start(Samples.request());
		await().atMost(SOON).until(() -> run().lastStep() != null);
		OpenRun run = run();
		assertThat(run)
			.extracting(OpenRun::runId, OpenRun::operation, OpenRun::agentInterface, OpenRun::agentMethod, OpenRun::tag,
					OpenRun::host)
			.containsExactly(handle.runId(), "agent.start", null, null, "order-42", "shop.example");
		assertThat(run).extracting(OpenRun::lastStep, OpenRun::state)
			.containsExactly("Reading the page", OpenRun.State.STREAMING);
		assertThat(run).asString().doesNotContain("Read the price", "/item");
		assertThat(run.age()).isPositive();
		handle.cancel();
		assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
		await().atMost(SOON).until(() -> this.registry.list().isEmpty());
	}

	@Test
	void runThatWaitsHasNoId() {
		RunHandle first = this.client.agent().start(Samples.request());
		RunHandle second = this.client.agent().start(Samples.request());
		assertThat(this.registry.list()).extracting(OpenRun::state)
			.containsExactly(OpenRun.State.STREAMING, OpenRun.State.WAITING);
		assertThat(this.registry.list().get(1).runId()).isNull();
		second.cancel();
		first.cancel();
	}

	@Test
	void callOfRunExpectsItsAnswer() {
		CompletableFuture.supplyAsync(() -> this.client.agent().run(Samples.request()));
		await().atMost(SOON).until(() -> this.simulator.journal().runsCreated() == 1);
		assertThat(run()).extracting(OpenRun::operation, OpenRun::state, OpenRun::runId)
			.containsExactly("agent.run", OpenRun.State.AWAITING_RESPONSE, null);
		this.simulator.reset();
		await().atMost(SOON).until(() -> this.registry.list().isEmpty());
	}

	@Test
	void pollIsShownAndCancelledAndItsOutcomeCounted() {
		this.simulator.fault(FaultPoint.afterEvent(2), Fault.endOfStream());
		RunHandle handle = this.client.agent().start(Samples.request());
		await().atMost(SOON).until(() -> run().state() == OpenRun.State.POLLING);
		CancelledRun cancelled = this.registry.cancel(handle.runId()).join();
		assertThat(cancelled.status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(handle.await(SOON).status()).isEqualTo(RunStatus.CANCELLED);
		assertThat(control().counts().recoveredOutcomes()).isEqualTo(1);
		assertThat(control().counts().unknownOutcomes()).isZero();
	}

	@Test
	void queuedRunIsShownWhileItIsAwaited() throws Exception {
		QueuedRun queued = this.client.agent().queue(Samples.request());
		assertThat(this.registry.list()).isEmpty();
		try (ReactiveTinyFishClient reactive = Samples.reactiveClient(this.simulator.baseUrl())
			.openRuns(this.registry)
			.build()) {
			CompletableFuture<AgentRun> outcome = reactive.runs().await(queued, SOON).toFuture();
			assertThat(run()).extracting(OpenRun::runId, OpenRun::operation, OpenRun::tag, OpenRun::state)
				.containsExactly(queued.runId(), "runs.await", "order-42", OpenRun.State.POLLING);
			assertThat(this.registry.cancel(String.valueOf(queued.runId())).join()).isNotNull();
			assertThat(outcome.get(20, TimeUnit.SECONDS).status()).isEqualTo(RunStatus.CANCELLED);
		}
	}

	@Test
	void unknownOutcomeIsCountedAndARefusedRunIsNot() {
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.disconnect(), 1);
		assertThat(this.client.agent().start(Samples.request()).result()).failsWithin(SOON);
		assertThat(control().counts().unknownOutcomes()).isEqualTo(1);
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "No"), 1);
		assertThat(this.client.agent().start(Samples.request()).result()).failsWithin(SOON);
		assertThat(control().counts().unknownOutcomes()).isEqualTo(1);
		assertThat(control().counts().recoveredOutcomes()).isZero();
	}

	@Test
	void onlyOpenRunsAreCancelledAndARefusalFailsTheCancel() throws Exception {
		assertThat(this.registry.cancel("no-such-run").join()).isNull();
		assertThat(this.simulator.journal().requests("POST /v1/runs/{id}/cancel")).isZero();
		RunHandle handle = this.client.agent().start(Samples.request());
		String runId = handle.started().get(20, TimeUnit.SECONDS);
		this.simulator.fault(FaultPoint.cancelRun(), Fault.refusal(403, "FORBIDDEN", "No"), 1);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> this.registry.cancel(runId).join())
			.withCauseInstanceOf(TinyFishPermissionDeniedException.class);
		assertThat(handle.result()).isNotDone();
		handle.cancel();
	}

	@Test
	void continuationOfACancelMayBlock() throws Exception {
		RunHandle handle = this.client.agent().start(Samples.request());
		String runId = handle.started().get(20, TimeUnit.SECONDS);
		assertThat(this.registry.cancel(runId).thenApply((cancelled) -> this.client.runs().get(runId)))
			.succeedsWithin(SOON)
			.extracting(Run::status)
			.isEqualTo(RunStatus.CANCELLED);
	}

	@Test
	void cancelUsesTheKeyThatSubmittedTheRunAlthoughAnotherAwaitsIt() {
		try (TinyFishSimulator shared = service();
				TinyFishClient submitting = tenant(shared, "of-a");
				ReactiveTinyFishClient awaiting = awaiting(shared)) {
			RunHandle handle = submitting.agent().start(Samples.request());
			String runId = handle.started().join();
			awaitWith(awaiting, runId, 8);
			assertThat(this.registry.cancel(runId).join()).extracting(CancelledRun::status)
				.isEqualTo(RunStatus.CANCELLED);
			assertThat(shared.journal().requests("POST /v1/runs/{id}/cancel")).isEqualTo(1);
		}
	}

	@Test
	void cancelTriesTheKeysOfAllAwaitsUntilOneIsNotRefused() {
		try (TinyFishSimulator shared = service();
				TinyFishClient submitting = tenant(shared, "of-a");
				ReactiveTinyFishClient awaiting = awaiting(shared)) {
			String runId = submitting.agent().queue(Samples.request()).runId();
			awaitWith(awaiting, runId, 3);
			shared.fault(FaultPoint.cancelRun(), Fault.refusal(404, "NOT_FOUND", "No"), 1);
			shared.fault(FaultPoint.cancelRun(), Fault.refusal(403, "FORBIDDEN", "No"), 1);
			assertThat(this.registry.cancel(runId).join()).extracting(CancelledRun::status)
				.isEqualTo(RunStatus.CANCELLED);
			assertThat(shared.journal().requests("POST /v1/runs/{id}/cancel")).isEqualTo(3);
		}
	}

	@Test
	void firstRefusalOfACancelIsTheFailureIfAllKeysAreRefused() {
		try (TinyFishSimulator shared = service();
				TinyFishClient submitting = tenant(shared, "of-a");
				ReactiveTinyFishClient awaiting = awaiting(shared)) {
			String runId = submitting.agent().queue(Samples.request()).runId();
			awaitWith(awaiting, runId, 3);
			// the one that was planned last comes first
			shared.fault(FaultPoint.cancelRun(), Fault.refusal(404, "NOT_FOUND", "No"), 2);
			shared.fault(FaultPoint.cancelRun(), Fault.refusal(403, "FORBIDDEN", "No"), 1);
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> this.registry.cancel(runId).join())
				.withCauseInstanceOf(TinyFishPermissionDeniedException.class);
			assertThat(shared.journal().requests("POST /v1/runs/{id}/cancel")).isEqualTo(3);
		}
	}

	/** A service that knows many accounts, whose runs do not end. */
	private static TinyFishSimulator service() {
		return Samples.simulator().anyApiKey().given("price", Scenario.builder().neverEnds().build()).start();
	}

	private TinyFishClient tenant(TinyFishSimulator service, String key) {
		return Samples.client(service.baseUrl()).apiKey("sk-tinyfish-" + key).openRuns(this.registry).build();
	}

	private ReactiveTinyFishClient awaiting(TinyFishSimulator service) {
		return Samples.reactiveClient(service.baseUrl()).openRuns(this.registry).build();
	}

	/** Await a run with several keys, of which each is another account. */
	private void awaitWith(ReactiveTinyFishClient client, String runId, int keys) {
		for (int i = 0; i < keys; i++) {
			client.mutate().apiKey("sk-tinyfish-await-" + i).build().runs().await(runId, SOON).toFuture();
		}
		await().atMost(SOON)
			.until(() -> this.registry.list().stream().filter((run) -> runId.equals(run.runId())).count() >= keys);
	}

	private OpenRun run() {
		assertThat(this.registry.list()).hasSize(1);
		return this.registry.list().get(0);
	}

	private RunControl control() {
		return (RunControl) this.registry;
	}

}
