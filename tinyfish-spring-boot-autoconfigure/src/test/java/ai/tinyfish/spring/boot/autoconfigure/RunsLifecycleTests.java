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

package ai.tinyfish.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.SimulatedRun.Status;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.AsyncTaskExecutor;

import static ai.tinyfish.spring.boot.testing.EventContexts.ENDLESS;
import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static ai.tinyfish.spring.boot.testing.EventContexts.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Runs when their application ends.
 */
@ExtendWith(OutputCaptureExtension.class)
class RunsLifecycleTests {

	private static TinyFishSimulator simulator;

	/** Stands for anything else that ends runs. */
	private static TinyFishClient outside;

	private final Endings endings = new Endings();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withPropertyValues("tinyfish.run.poll-interval=20ms")
		.withBean(Endings.class, () -> this.endings);

	@BeforeAll
	static void startSimulator() {
		simulator = EventContexts.startSimulator();
		outside = TinyFishClient.builder().baseUrl(simulator.baseUrl()).apiKey(simulator.apiKey()).build();
	}

	@AfterAll
	static void stopSimulator() {
		outside.close();
		simulator.close();
	}

	@Test
	void aRunThatEndsInTimeIsPublishedBeforeBeansAreDestroyed() {
		this.contextRunner.withPropertyValues("tinyfish.run.shutdown-timeout=25s").run((context) -> {
			String runId = start(context, request(ENDLESS).withTag("order-42"));
			CompletableFuture<Void> closed = close(context.getSourceApplicationContext());
			awaitRefusal(client(context));
			assertThat(closed).isNotDone();
			outside.runs().cancel(runId);
			closed.get(SOON.toSeconds(), TimeUnit.SECONDS);
			assertThat(simulator.journal().cancels(runId)).as("by no other caller").hasSize(1);
		});
		assertThat(this.endings.all).singleElement().satisfies((ending) -> {
			assertThat(ending.destroyed()).isFalse();
			assertThat(ending.event().getTag()).isEqualTo("order-42");
			assertThat(ending.event()).isInstanceOfSatisfying(TinyFishRunFinishedEvent.class,
					(event) -> assertThat(event.getRun().status()).isEqualTo(RunStatus.CANCELLED));
		});
		assertThat(this.endings.destroyed).isTrue();
	}

	@Test
	void aQueuedRunThatIsAwaitedIsPublishedAsWell() {
		this.contextRunner.withPropertyValues("tinyfish.run.shutdown-timeout=25s").run((context) -> {
			TinyFishClient client = client(context);
			QueuedRun queued = client.agent().queue(request(ENDLESS).withTag("order-42"));
			CompletableFuture<RunStatus> awaited = CompletableFuture
				.supplyAsync(() -> client.runs().await(queued, SOON).status(), RunsLifecycleTests::onAThreadOfItsOwn);
			await().atMost(SOON).until(() -> isAskedFor(queued.runId()));
			CompletableFuture<Void> closed = close(context.getSourceApplicationContext());
			awaitRefusal(client);
			outside.runs().cancel(queued.runId());
			assertThat(awaited.get(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(RunStatus.CANCELLED);
			closed.get(SOON.toSeconds(), TimeUnit.SECONDS);
		});
		assertThat(this.endings.all).singleElement()
			.satisfies((ending) -> assertThat(ending.event()).isInstanceOf(TinyFishRunFinishedEvent.class));
	}

	@Test
	void listenersMayUseTheClientAndTheApplicationsExecutorWhileTheApplicationEnds() {
		List<String> heard = new CopyOnWriteArrayList<>();
		this.contextRunner.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
			.withPropertyValues("tinyfish.run.shutdown-timeout=25s",
					"spring.task.execution.pool.shutdown.accept-tasks-after-context-close=true")
			.withBean(Using.class, () -> new Using(heard))
			.run((context) -> {
				String runId = start(context, request(ENDLESS));
				CompletableFuture<Void> closed = close(context.getSourceApplicationContext());
				awaitRefusal(client(context));
				outside.runs().cancel(runId);
				closed.get(SOON.toSeconds(), TimeUnit.SECONDS);
			});
		assertThat(heard).containsExactly("asked: CANCELLED", "executed");
	}

	@Test
	void aRunThatIsLeftHasAnUnknownEnding() {
		String[] runId = new String[1];
		this.contextRunner.run((context) -> runId[0] = start(context, request(ENDLESS).withTag("order-42")));
		assertThat(this.endings.all).singleElement().satisfies((ending) -> {
			assertThat(ending.destroyed()).isFalse();
			assertThat(ending.event()).isInstanceOfSatisfying(TinyFishRunErrorEvent.class, (event) -> {
				assertThat(event.getRunId()).isEqualTo(runId[0]);
				assertThat(event.getTag()).isEqualTo("order-42");
				assertThat(event.getErrorType()).isEqualTo("TinyFishRunOutcomeUnknownException");
			});
		});
		assertThat(simulator.journal().cancels(runId[0])).isEmpty();
		assertThat(simulator.journal().outcome(runId[0])).as("it goes on").isNull();
	}

	@Test
	void aRunIsCancelledIfThatIsConfigured() {
		String[] runId = new String[1];
		this.contextRunner.withPropertyValues("tinyfish.run.on-close=cancel")
			.run((context) -> runId[0] = start(context, request(ENDLESS)));
		assertThat(this.endings.all).singleElement().satisfies((ending) -> {
			assertThat(ending.destroyed()).isFalse();
			assertThat(ending.event()).isInstanceOfSatisfying(TinyFishRunFinishedEvent.class,
					(event) -> assertThat(event.getRun().status()).isEqualTo(RunStatus.CANCELLED));
		});
		assertThat(simulator.journal().outcome(runId[0])).isEqualTo(Status.CANCELLED);
		assertThat(simulator.journal().cancels(runId[0])).hasSize(1);
	}

	@Test
	void aListenerThatIsStuckHoldsUpTheEndForFiveSecondsInAll() {
		Stuck stuck = new Stuck();
		Duration[] took = new Duration[1];
		try {
			this.contextRunner.withBean(Stuck.class, () -> stuck).run((context) -> {
				client(context).agent().run(request(TWO_STEPS));
				assertThat(stuck.entered.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
				long begin = System.nanoTime();
				context.getSourceApplicationContext().close();
				took[0] = Duration.ofNanos(System.nanoTime() - begin);
			});
		}
		finally {
			stuck.release.countDown();
		}
		// not once for the runs and again for the client
		assertThat(took[0]).isBetween(Duration.ofSeconds(4), Duration.ofMillis(9500));
	}

	@Test
	void aTimeoutThatDoesNotFitItsPhaseIsWarnedOf(CapturedOutput output) {
		String warning = "Leave at least PT15S between the two";
		this.contextRunner.withPropertyValues("tinyfish.run.shutdown-timeout=15s")
			.run((context) -> assertThat(output).doesNotContain(warning));
		this.contextRunner.withPropertyValues("tinyfish.run.shutdown-timeout=15001ms")
			.run((context) -> assertThat(output).contains("tinyfish.run.shutdown-timeout is PT15.001S")
				.contains("spring.lifecycle.timeout-per-shutdown-phase is PT30S")
				.contains(warning));
		this.contextRunner
			.withPropertyValues("tinyfish.run.shutdown-timeout=1s", "spring.lifecycle.timeout-per-shutdown-phase=5s")
			.run((context) -> assertThat(output).contains("spring.lifecycle.timeout-per-shutdown-phase is PT5S"));
	}

	private static CompletableFuture<Void> close(ConfigurableApplicationContext context) {
		return CompletableFuture.runAsync(context::close, RunsLifecycleTests::onAThreadOfItsOwn);
	}

	private static void onAThreadOfItsOwn(Runnable task) {
		Thread thread = new Thread(task);
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * Wait until no more runs are taken.
	 */
	private static void awaitRefusal(TinyFishClient client) {
		await().atMost(SOON).until(() -> {
			try {
				// a queued run that is not awaited publishes nothing
				client.agent().queue(request(TWO_STEPS));
				return false;
			}
			catch (IllegalStateException ex) {
				return true;
			}
		});
	}

	private static boolean isAskedFor(String runId) {
		return simulator.journal()
			.received()
			.stream()
			.filter((received) -> received.endpoint().contains("/v1/runs/"))
			.anyMatch((received) -> runId.equals(received.runId()) || received.body().contains(runId));
	}

	static void assertRefused(ThrowingCallable submission) {
		assertThatIllegalStateException().isThrownBy(submission).withMessageContaining("no more runs are started");
	}

	/**
	 * Takes note of endings, and of whether they came in time.
	 */
	static class Endings implements DisposableBean {

		final List<Ending> all = new CopyOnWriteArrayList<>();

		private volatile boolean destroyed;

		@EventListener({ TinyFishRunFinishedEvent.class, TinyFishRunErrorEvent.class })
		void on(TinyFishRunEvent event) {
			this.all.add(new Ending(event, this.destroyed));
		}

		@Override
		public void destroy() {
			this.destroyed = true;
		}

	}

	record Ending(TinyFishRunEvent event, boolean destroyed) {

	}

	/**
	 * Ignores interrupts as well.
	 */
	static class Stuck {

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch release = new CountDownLatch(1);

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			this.entered.countDown();
			boolean released = false;
			while (!released) {
				try {
					this.release.await();
					released = true;
				}
				catch (InterruptedException ex) {
					// as a listener may that is stuck
				}
			}
		}

	}

	static class Using {

		private final List<String> heard;

		private ApplicationContext context;

		Using(List<String> heard) {
			this.heard = heard;
		}

		@Autowired
		void setContext(ApplicationContext context) {
			this.context = context;
		}

		@EventListener
		void on(TinyFishRunFinishedEvent event) throws Exception {
			this.heard.add("asked: " + client(this.context).runs().get(String.valueOf(event.getRunId())).status());
			this.context.getBean(AsyncTaskExecutor.class)
				.submit(() -> this.heard.add("executed"))
				.get(10, TimeUnit.SECONDS);
		}

	}

}
