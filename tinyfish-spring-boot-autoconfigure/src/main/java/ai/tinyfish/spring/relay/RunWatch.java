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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Somebody who watches a run. Events are taken from its history when there is demand, and
 * handed out on Reactor's threads, one after the other: who publishes them goes on.
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

	/** At first as well: it makes the server send the headers. */
	private volatile boolean heartbeatDue = true;

	private volatile boolean closed;

	private boolean done;

	/** When the subscriber asked for something. */
	private volatile long requestedAt = System.nanoTime();

	/**
	 * Create a new watch.
	 * @param sink takes the events
	 * @param lastEventId the last event that the subscriber has, or null
	 * @param demandDeadline time after which the watch ends if the subscriber has asked
	 * for nothing, or null if whoever writes the events sees to that
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
	 * Note that the subscriber asks for more.
	 */
	void requested() {
		this.requestedAt = System.nanoTime();
		signal();
	}

	/**
	 * See whether there is something to hand out.
	 */
	void signal() {
		if (this.signals.getAndIncrement() != 0) {
			return;
		}
		try {
			Schedulers.parallel().schedule(this::run);
		}
		catch (RejectedExecutionException ex) {
			// Reactor was shut down, and with it all that could be told
		}
	}

	/**
	 * End, whatever is left.
	 */
	void close() {
		this.closed = true;
		signal();
	}

	/**
	 * See that the connection stays alive, but not for ever.
	 * @param patience how long after the end of the run all must have been taken
	 */
	void lookAfter(Duration patience) {
		RunHistory history = this.history;
		boolean takesNothing = this.demandDeadline != null && this.sink.requestedFromDownstream() == 0
				&& System.nanoTime() - this.requestedAt >= this.demandDeadline.toNanos();
		if (takesNothing || (history != null && history.hasEndedBefore(patience))) {
			close();
		}
		else {
			this.heartbeatDue = true;
			signal();
		}
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
			if (this.closed) {
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
	 * Ends a subscription before the run has ended, or before all its events were taken.
	 */
	static final class ClosedException extends RuntimeException {

		@Serial
		private static final long serialVersionUID = 1L;

		ClosedException() {
			super("The relay has ended the subscription to a run", null, false, false);
		}

	}

}
