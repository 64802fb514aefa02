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

package ai.tinyfish.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.benchmarks.ShortRuns.Side;
import com.sun.management.OperatingSystemMXBean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;

/**
 * Measures one side of {@link ShortRuns}.
 */
final class ShortRunsProcess {

	private static final int PATIENCE_SECONDS = 120;

	private static final Duration PATIENCE = Duration.ofSeconds(PATIENCE_SECONDS);

	private static final int BATCH_SIZE = 100;

	private static final Duration GATHERING = Duration.ofMillis(50);

	/** The client's default. */
	private static final int MAX_OPEN_STREAMS = 500;

	private final int atOnce;

	private final Semaphore places;

	private final AtomicInteger completed = new AtomicInteger();

	/** Runs whose records are to be read by hand. */
	private final Sinks.Many<String> wanted = Sinks.many().unicast().onBackpressureBuffer();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private ShortRunsProcess(int atOnce) {
		this.atOnce = atOnce;
		this.places = new Semaphore(atOnce);
	}

	public static void main(String[] args) throws InterruptedException {
		int runs = Integer.parseInt(args[1]);
		int warmUp = Integer.parseInt(args[3]);
		ShortRunsProcess process = new ShortRunsProcess(Integer.parseInt(args[2]));
		Side side = Side.valueOf(args[0]);
		try (ServerProcess server = new ServerProcess()) {
			switch (side) {
				case START, START_WITH_RECORD -> {
					try (TinyFishClient client = TinyFishClient.builder()
						.apiKey(Wire.API_KEY)
						.baseUrl(server.baseUrl())
						.readOutcome(side == Side.START_WITH_RECORD)
						.build()) {
						process.measure(server, runs, warmUp, () -> process.start(client, side));
					}
				}
				case BY_HAND, BY_HAND_WITH_RECORD -> {
					try (WebClientSource source = new WebClientSource(server.baseUrl(), MAX_OPEN_STREAMS)) {
						process.readRecords(source);
						process.measure(server, runs, warmUp, (side == Side.BY_HAND) ? () -> process.stream(source)
								: () -> process.streamAndRead(source));
					}
				}
			}
		}
	}

	private void measure(ServerProcess server, int runs, int warmUp, Runnable submission) throws InterruptedException {
		for (int i = 0; i < warmUp; i++) {
			if (i == warmUp / 2) {
				// not just before the measurement, since code is compiled again after it
				System.gc();
			}
			repeat(runs, submission);
		}
		OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		int connections = server.connections();
		int requests = server.requests();
		long cpu = process.getProcessCpuTime();
		repeat(runs, submission);
		Processes.report("micros", (process.getProcessCpuTime() - cpu) / 1e3 / runs);
		Processes.report("calls", (server.requests() - requests) / (double) runs);
		Processes.report("connections", server.connections() - connections);
	}

	/**
	 * Submit the runs, some at once, and wait until all have ended.
	 */
	private void repeat(int runs, Runnable submission) throws InterruptedException {
		this.completed.set(0);
		for (int i = 0; i < runs; i++) {
			acquire(1);
			submission.run();
		}
		acquire(this.atOnce);
		this.places.release(this.atOnce);
		if (this.completed.get() != runs) {
			throw new IllegalStateException(this.completed + " of " + runs + " runs have completed",
					this.failure.get());
		}
	}

	private void acquire(int places) throws InterruptedException {
		if (!this.places.tryAcquire(places, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
			throw new IllegalStateException("No run has ended for long", this.failure.get());
		}
	}

	private void start(TinyFishClient client, Side side) {
		client.agent().start(AgentRequest.of(Wire.URL, Script.SHORT_RUN)).result().whenComplete((run, failure) -> {
			if (run != null && run.isCompleted()
					&& (side == Side.START || Objects.equals(run.numOfSteps(), Wire.STEPS))) {
				this.completed.incrementAndGet();
			}
			ended(failure);
		});
	}

	private void stream(WebClientSource source) {
		source.stream(Script.SHORT_RUN).filter(HandWrittenEvent::isCompleted).subscribe((event) -> {
			this.completed.incrementAndGet();
		}, this::ended, () -> ended(null));
	}

	private void streamAndRead(WebClientSource source) {
		source.stream(Script.SHORT_RUN)
			.filter(HandWrittenEvent::isCompleted)
			.subscribe((event) -> this.wanted.emitNext(Objects.requireNonNull(event.runId()),
					EmitFailureHandler.busyLooping(PATIENCE)), this::ended);
	}

	/**
	 * Read the records of runs that end at about the same time with one call, as the
	 * client does.
	 */
	private void readRecords(WebClientSource source) {
		this.wanted.asFlux()
			.bufferTimeout(BATCH_SIZE, GATHERING)
			.flatMap(source::records, Integer.MAX_VALUE)
			.subscribe((records) -> records.data().forEach((run) -> {
				if (run.numOfSteps() == Wire.STEPS) {
					this.completed.incrementAndGet();
				}
				ended(null);
			}), (failure) -> this.failure.compareAndSet(null, failure));
	}

	private void ended(@Nullable Throwable failure) {
		if (failure != null) {
			this.failure.compareAndSet(null, failure);
		}
		this.places.release();
	}

}
