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

package ai.tinyfish.spring.relay;

import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Subscription to a run. Events are taken from its history when there is demand, and
 * emitted on Reactor's threads, one after the other, so that the publisher never waits.
 */
final class RunWatch {

	private static final RunHistory.Entry HEARTBEAT = new RunHistory.Entry(0,
			ServerSentEvent.<TinyFishRunEvent>builder().comment("heartbeat").build(),
			":heartbeat\n\n".getBytes(StandardCharsets.UTF_8));

	private final FluxSink<RunHistory.Entry> sink;

	private final @Nullable String lastEventId;

	private final @Nullable Duration demandDeadline;

	private final AtomicInteger signals = new AtomicInteger();

	private @Nullable RunHistory history;

	private long lastId;

	/** Initially true: the first heartbeat makes the server send the headers. */
	private volatile boolean heartbeatDue = true;

	private final AtomicBoolean closed = new AtomicBoolean();

	private boolean done;

	/** Time of the subscriber's last request. */
	private volatile long requestedAt = System.nanoTime();

	/**
	 * Create a new watch.
	 * @param sink the sink of the events
	 * @param lastEventId the last event that the subscriber has, or null
	 * @param demandDeadline time after which the watch ends if the subscriber has asked
	 * for nothing, or null if the writer of the events checks that
	 */
	RunWatch(FluxSink<RunHistory.Entry> sink, @Nullable String lastEventId, @Nullable Duration demandDeadline) {
		this.sink = sink;
		this.demandDeadline = demandDeadline;
		this.lastEventId = lastEventId;
	}

	void attachTo(RunHistory history) {
		this.history = history;
		this.lastId = history.resumeAfter(this.lastEventId);
	}

	@Nullable RunHistory history() {
		return this.history;
	}

	/**
	 * Record that the subscriber has requested more.
	 */
	void requested() {
		this.requestedAt = System.nanoTime();
		signal();
	}

	/**
	 * Schedule the emission of pending events.
	 */
	void signal() {
		if (this.signals.getAndIncrement() != 0) {
			return;
		}
		Schedulers.parallel().schedule(this::run);
	}

	/**
	 * End the watch, even if events are pending.
	 * @return false if it was ended before
	 */
	boolean close() {
		boolean closes = this.closed.compareAndSet(false, true);
		signal();
		return closes;
	}

	/**
	 * Return whether the subscriber has requested nothing for too long.
	 */
	boolean takesNothing() {
		return this.demandDeadline != null && this.sink.requestedFromDownstream() == 0
				&& System.nanoTime() - this.requestedAt >= this.demandDeadline.toNanos();
	}

	/**
	 * Emit a heartbeat, unless an event comes first.
	 */
	void keepAlive() {
		this.heartbeatDue = true;
		signal();
	}

	private void run() {
		int seen = this.signals.get();
		while (seen != 0) {
			RunHistory history = this.history;
			if (history != null) {
				handOut(history);
			}
			seen = this.signals.addAndGet(-seen);
		}
	}

	private void handOut(RunHistory history) {
		while (!this.done && !this.sink.isCancelled()) {
			boolean mayEnd = history.hasEnded();
			RunHistory.Entry entry = history.after(this.lastId);
			if (this.closed.get()) {
				this.done = true;
				this.sink.error(new ClosedException());
				return;
			}
			if (this.sink.requestedFromDownstream() == 0) {
				return;
			}
			if (entry == null && mayEnd) {
				this.done = true;
				this.sink.complete();
				return;
			}
			if (entry == null && !this.heartbeatDue) {
				return;
			}
			this.heartbeatDue = false;
			if (entry != null) {
				this.lastId = entry.id();
			}
			this.sink.next((entry != null) ? entry : HEARTBEAT);
		}
	}

	/**
	 * Signal that ends a subscription before the run has ended, or before all its events
	 * were read.
	 */
	static final class ClosedException extends RuntimeException {

		@Serial
		private static final long serialVersionUID = 1L;

		ClosedException() {
			super("The relay has ended the subscription to a run", null, false, false);
		}

	}

}
