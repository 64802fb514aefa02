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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;

import static ai.tinyfish.spring.boot.testing.EventContexts.ENDLESS;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static ai.tinyfish.spring.boot.testing.EventContexts.start;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is closed while the service does not respond takes as long as the
 * page says, and its browser sessions are logged before.
 */
@Tag("slow")
@ExtendWith(OutputCaptureExtension.class)
class ClosedContextTests {

	private static final Pattern PHASE_OF_RUNS = Pattern
		.compile("\\| runs \\|[^|]*\\| `tinyfish\\.run\\.shutdown-timeout` and ([0-9]+) seconds at most \\|");

	/** For a machine with other work. */
	private static final Duration TOLERANCE = Duration.ofSeconds(3);

	@Test
	void aContextThatCannotEndItsSessionsClosesInTheTimeOfThePage(CapturedOutput output) throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try (TinyFishSimulator simulator = EventContexts.startSimulator()) {
			simulator.fault(FaultPoint.answerOf("DELETE /v1/browser/{id}"), Fault.silence(), 100);
			simulator.fault(FaultPoint.answerOf("POST /v1/runs/{id}/cancel"), Fault.silence(), 100);
			ApplicationContextRunner runner = EventContexts.using(simulator)
				// without it, Spring waits for a phase for 10 seconds only
				.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class))
				.withPropertyValues("tinyfish.run.on-close=cancel")
				.withBean(LaterPhase.class, () -> new LaterPhase(output));
			Future<Duration> sessions = threads.submit(() -> close(runner, simulator, false));
			Future<Duration> cancel = threads.submit(() -> close(runner, simulator, true));
			Future<Duration> listener = threads
				.submit(() -> close(runner.withBean(Blocking.class, () -> new Blocking(release)), simulator, true));
			for (Future<Duration> took : List.of(sessions, cancel, listener)) {
				assertThat(took.get(2, TimeUnit.MINUTES)).isBetween(Duration.ofSeconds(10),
						timeOnPage().plus(TOLERANCE));
			}
			assertThat(listener.get()).as("the time of listeners was used").isGreaterThan(Duration.ofSeconds(14));
		}
		finally {
			release.countDown();
			threads.shutdownNow();
		}
	}

	/**
	 * Close a context with sessions of both clients.
	 * @return how long it took
	 */
	private static Duration close(ApplicationContextRunner runner, TinyFishSimulator simulator, boolean withRun) {
		Duration[] took = new Duration[1];
		runner.run((context) -> {
			if (withRun) {
				start(context, request(ENDLESS));
			}
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			LaterPhase later = context.getBean(LaterPhase.class);
			later.sessions = List.of(client(context).browser().create().sessionId(),
					client(context).browser().create().sessionId(),
					String.valueOf(reactive.browser().create().block(Duration.ofSeconds(20)).sessionId()));
			long begin = System.nanoTime();
			context.getSourceApplicationContext().close();
			took[0] = Duration.ofNanos(System.nanoTime() - begin);
			assertThat(later.logged).isTrue();
		});
		return took[0];
	}

	private static Duration timeOnPage() throws IOException {
		Matcher row = PHASE_OF_RUNS.matcher(Files.readString(Path.of("..", "docs", "production.md")));
		assertThat(row.find()).isTrue();
		return Duration.ofSeconds(Long.parseLong(row.group(1)));
	}

	/**
	 * Stops after the phase of runs.
	 */
	static class LaterPhase implements SmartLifecycle {

		private final CapturedOutput output;

		private List<String> sessions = List.of();

		private boolean logged;

		private boolean running;

		LaterPhase(CapturedOutput output) {
			this.output = output;
		}

		@Override
		public void start() {
			this.running = true;
		}

		@Override
		public void stop() {
			String lines = this.output.toString();
			this.logged = this.sessions.stream().allMatch((id) -> lines.contains("Session " + id + " is still open"));
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

		@Override
		public int getPhase() {
			return 0;
		}

	}

	/**
	 * Does not return from the outcome of a run, also if it is interrupted.
	 */
	static class Blocking {

		private final CountDownLatch release;

		Blocking(CountDownLatch release) {
			this.release = release;
		}

		@EventListener
		void on(TinyFishRunErrorEvent event) {
			while (this.release.getCount() > 0) {
				try {
					this.release.await();
				}
				catch (InterruptedException ex) {
					// as a listener may that is stuck
				}
			}
		}

	}

}
