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

import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import ai.tinyfish.agent.event.AgentEvent;
import io.netty.util.internal.PlatformDependent;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Measures one side of {@link OpenStreams}.
 */
final class OpenStreamsProcess implements AutoCloseable {

	private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(3);

	/** Number of streams that are opened at the same time. */
	private static final int OPENING = 200;

	private final int eventsPerStream;

	private final EventSource source;

	private final ServerProcess server = new ServerProcess();

	private final AtomicInteger events = new AtomicInteger();

	private final AtomicInteger completed = new AtomicInteger();

	private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

	private final Semaphore opening = new Semaphore(OPENING);

	private List<Disposable> streams = new ArrayList<>();

	private OpenStreamsProcess(OpenStreams.Side side, int eventsPerStream, int maxOpenStreams) {
		this.eventsPerStream = eventsPerStream;
		this.source = (side == OpenStreams.Side.TINYFISH) ? new TinyFishSource(this.server.baseUrl(), maxOpenStreams)
				: new WebClientSource(this.server.baseUrl(), maxOpenStreams);
	}

	public static void main(String[] args) throws InterruptedException {
		int[] counts = Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray();
		int most = counts[counts.length - 1];
		try (OpenStreamsProcess process = new OpenStreamsProcess(OpenStreams.Side.valueOf(args[0]),
				Integer.parseInt(args[1]), most)) {
			process.open(Math.min(most, 2 * OPENING));
			process.complete();
			process.measure(counts);
		}
	}

	private void measure(int[] counts) throws InterruptedException {
		long heapBefore = usedHeap();
		this.completed.set(0);
		for (int count : counts) {
			open(count);
			Processes.report("threads." + count, ManagementFactory.getThreadMXBean().getThreadCount());
			Processes.report("heap." + count, (double) (usedHeap() - heapBefore) / count);
			Processes.report("direct." + count, directMemory());
		}
		complete();
		Processes.report("completed", this.completed.get());
	}

	/**
	 * Open streams until there are so many, and wait until each has its first events.
	 */
	private void open(int count) throws InterruptedException {
		String goal = Script.waitingAfter(this.eventsPerStream).goal();
		while (this.streams.size() < count) {
			if (!this.opening.tryAcquire(PATIENCE_NANOS, TimeUnit.NANOSECONDS)) {
				throw new IllegalStateException("No stream has been opened for long");
			}
			this.streams.add(this.source.stream(goal).subscribe(this::arrived, this::failed));
		}
		await(() -> this.events.get() == count * (Script.OPENING_EVENTS + this.eventsPerStream));
	}

	private void arrived(AgentEvent event) {
		if (HandWrittenEvent.isCompleted(event)) {
			this.completed.incrementAndGet();
			return;
		}
		if (event.type().equals("STARTED")) {
			this.opening.release();
		}
		this.events.incrementAndGet();
	}

	private void failed(Throwable failure) {
		this.failure.compareAndSet(null, failure);
	}

	private void complete() throws InterruptedException {
		this.server.completeStreams();
		await(() -> this.streams.stream().allMatch(Disposable::isDisposed));
		if (this.completed.get() != this.streams.size()) {
			throw new IllegalStateException(this.completed + " of " + this.streams.size() + " have completed");
		}
		this.streams = new ArrayList<>();
		this.events.set(0);
	}

	private void await(BooleanSupplier condition) throws InterruptedException {
		long start = System.nanoTime();
		while (!condition.getAsBoolean()) {
			Throwable thrown = this.failure.get();
			if (thrown != null) {
				throw new IllegalStateException("A stream has failed", thrown);
			}
			if (System.nanoTime() - start > PATIENCE_NANOS) {
				throw new IllegalStateException(
						"Only " + this.events + " events arrived, and " + this.completed + " runs completed");
			}
			Thread.sleep(10);
		}
	}

	private static long usedHeap() throws InterruptedException {
		long least = Long.MAX_VALUE;
		for (int i = 0; i < 4; i++) {
			System.gc();
			least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
			// other threads clean the objects that a collection has found to be
			// unreachable
			Thread.sleep(100);
		}
		return least;
	}

	private static double directMemory() {
		long ofJdk = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)
			.stream()
			.filter((pool) -> pool.getName().equals("direct"))
			.mapToLong(BufferPoolMXBean::getMemoryUsed)
			.sum();
		// Netty counts what it allocates past the JDK's accounts
		return Math.max(ofJdk, PlatformDependent.usedDirectMemory());
	}

	@Override
	public void close() {
		this.source.close();
		this.server.close();
	}

}
