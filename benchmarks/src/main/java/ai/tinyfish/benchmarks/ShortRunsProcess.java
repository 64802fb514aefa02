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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import com.sun.management.OperatingSystemMXBean;
import org.jspecify.annotations.Nullable;

/**
 * Measures one side of {@link ShortRuns}.
 */
final class ShortRunsProcess {

	private static final int PATIENCE_SECONDS = 120;

	/** The client's default. */
	private static final int MAX_OPEN_STREAMS = 500;

	private final int atOnce;

	private final Semaphore places;

	private final AtomicInteger completed = new AtomicInteger();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private ShortRunsProcess(int atOnce) {
		this.atOnce = atOnce;
		this.places = new Semaphore(atOnce);
	}

	public static void main(String[] args) throws InterruptedException {
		int runs = Integer.parseInt(args[1]);
		int warmUp = Integer.parseInt(args[3]);
		ShortRunsProcess process = new ShortRunsProcess(Integer.parseInt(args[2]));
		try (ServerProcess server = new ServerProcess()) {
			if (ShortRuns.Side.valueOf(args[0]) == ShortRuns.Side.TINYFISH) {
				try (TinyFishClient client = TinyFishClient.builder()
					.apiKey(Wire.API_KEY)
					.baseUrl(server.baseUrl())
					// by hand it is not read either
					.readOutcome(false)
					.build()) {
					process.measure(server, runs, warmUp, () -> process.start(client));
				}
			}
			else {
				try (EventSource source = new WebClientSource(server.baseUrl(), MAX_OPEN_STREAMS, (builder) -> {
				})) {
					process.measure(server, runs, warmUp, () -> process.stream(source));
				}
			}
		}
	}

	private void measure(ServerProcess server, int runs, int warmUp, Runnable submission) throws InterruptedException {
		for (int i = 0; i < warmUp; i++) {
			repeat(runs, submission);
		}
		OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		System.gc();
		int connections = server.connections();
		long cpu = process.getProcessCpuTime();
		repeat(runs, submission);
		Processes.report("micros", (process.getProcessCpuTime() - cpu) / 1e3 / runs);
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

	private void start(TinyFishClient client) {
		client.agent().start(AgentRequest.of(Wire.URL, Script.SHORT_RUN)).result().whenComplete(this::ended);
	}

	private void ended(@Nullable AgentRun run, @Nullable Throwable failure) {
		if (run != null && run.isCompleted()) {
			this.completed.incrementAndGet();
		}
		ended(failure);
	}

	private void stream(EventSource source) {
		source.stream(Script.SHORT_RUN).subscribe(this::arrived, this::ended, () -> ended(null));
	}

	private void arrived(AgentEvent event) {
		if (HandWrittenEvent.isCompleted(event)) {
			this.completed.incrementAndGet();
		}
	}

	private void ended(@Nullable Throwable failure) {
		if (failure != null) {
			this.failure.compareAndSet(null, failure);
		}
		this.places.release();
	}

}
