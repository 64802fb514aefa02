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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.scheduler.Schedulers;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Subscription to a run. Events are read from its history on demand, and emitted on
 * Reactor's threads, one after the other, so that the publisher never waits.
 */
final class RunWatch {

	private static final RunHistory.Entry HEARTBEAT = new RunHistory.Entry(0,
			ServerSentEvent.<TinyFishRunEvent>builder().comment("heartbeat").build(),
			":heartbeat\n\n".getBytes(StandardCharsets.UTF_8));

	private final RunHistory history;

	private final @Nullable String viewer;

	private final AtomicInteger signals = new AtomicInteger();

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile @Nullable FluxSink<RunHistory.Entry> sink;

	/** Initially true: the first heartbeat makes the server send the headers. */
	private volatile boolean heartbeatDue = true;

	private long lastId;

	private boolean done;

	RunWatch(RunHistory history, RelayRequest request) {
		this.history = history;
		this.viewer = request.viewer();
		this.lastId = history.resumeAfter(request.lastEventId());
	}

	RunHistory history() {
		return this.history;
	}

	@Nullable String viewer() {
		return this.viewer;
	}

	/**
	 * Return the events and heartbeats, for one subscriber.
	 */
	Flux<RunHistory.Entry> entries() {
		return Flux.create((sink) -> {
			this.sink = sink;
			sink.onRequest((count) -> signal());
			signal();
		}, FluxSink.OverflowStrategy.ERROR);
	}

	/**
	 * Schedule the emission of pending events.
	 */
	void signal() {
		if (this.signals.getAndIncrement() == 0) {
			Schedulers.parallel().schedule(this::run);
		}
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
	 * Emit a heartbeat, unless an event comes first.
	 */
	void keepAlive() {
		this.heartbeatDue = true;
		signal();
	}

	private void run() {
		int seen = this.signals.get();
		while (seen != 0) {
			FluxSink<RunHistory.Entry> sink = this.sink;
			if (sink != null) {
				emit(sink);
			}
			seen = this.signals.addAndGet(-seen);
		}
	}

	private void emit(FluxSink<RunHistory.Entry> sink) {
		while (!this.done && !sink.isCancelled()) {
			boolean mayEnd = this.history.hasEnded();
			RunHistory.Entry entry = this.history.after(this.lastId);
			boolean pending = entry != null || mayEnd || this.heartbeatDue;
			if (this.closed.get()) {
				this.done = true;
				sink.error(new ClosedException());
			}
			else if (!pending || sink.requestedFromDownstream() == 0) {
				return;
			}
			else if (entry == null && mayEnd) {
				this.done = true;
				sink.complete();
			}
			else {
				this.heartbeatDue = false;
				this.lastId = (entry != null) ? entry.id() : this.lastId;
				sink.next((entry != null) ? entry : HEARTBEAT);
			}
		}
	}

	/**
	 * Signal that ends a subscription before the end of the run, or before all its events
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
