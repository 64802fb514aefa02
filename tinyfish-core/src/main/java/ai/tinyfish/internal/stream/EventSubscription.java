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

package ai.tinyfish.internal.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.internal.stream.EventStreamReader.EventDecoder;
import ai.tinyfish.internal.wire.SseFrameHandler;
import ai.tinyfish.internal.wire.SseParser;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Subscription of an {@link EventStreamReader}, between the body and the subscriber to
 * the events. Each signal, on any thread, sets a volatile field; {@link #advance()} then
 * acts on it, on one thread at a time.
 *
 * @param <T> the type of event
 */
final class EventSubscription<T> implements CoreSubscriber<byte[]>, Subscription, Ticker.Ticked {

	/** Maximum rest of a body that is read so that its connection can be used again. */
	private static final int MAX_REST = 64 * 1024;

	/** With the time until the next tick, at most a tenth of a second. */
	private static final long REST_NANOS = TimeUnit.MILLISECONDS.toNanos(100 - Ticker.PERIOD_MILLIS);

	private final EventStreamReader reader;

	private final CoreSubscriber<? super List<T>> subscriber;

	private final EventDecoder<T> decoder;

	private final SseFrameHandler last;

	private final SseParser parser;

	private final long idleNanos;

	/**
	 * Pending calls of {@link #advance()}; one until there is a body.
	 */
	private final AtomicInteger calls = new AtomicInteger(1);

	private final AtomicLong requested = new AtomicLong();

	private volatile @Nullable Subscription body;

	private volatile byte @Nullable [] chunk;

	private volatile boolean bodyEnded;

	private volatile @Nullable Throwable bodyFailure;

	private volatile boolean cancelled;

	private volatile boolean asking;

	/** Whether the rest of the body is dropped. */
	private volatile boolean dropping;

	private volatile int dropped;

	private volatile boolean dropsTooLong;

	private volatile long lastSign;

	// the following belong to the thread that advances

	private List<T> events = List.of();

	private @Nullable Throwable failure;

	private boolean bodyClosed;

	private boolean over;

	EventSubscription(EventStreamReader reader, CoreSubscriber<? super List<T>> subscriber, int maxEventSize,
			EventDecoder<T> decoder, SseFrameHandler last) {
		this.reader = reader;
		this.subscriber = subscriber;
		this.decoder = decoder;
		this.last = last;
		this.parser = new SseParser(maxEventSize, this::decode);
		this.idleNanos = reader.idleTimeout().toNanos();
	}

	private void decode(byte[] buffer, int offset, int length) {
		if (this.reader.isCompleted()) {
			return;
		}
		T event = this.decoder.decode(buffer, offset, length);
		if (event != null) {
			if (this.events.isEmpty()) {
				this.events = new ArrayList<>();
			}
			this.events.add(event);
		}
	}

	@Override
	public Context currentContext() {
		return this.subscriber.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		if (Operators.validate(this.body, subscription)) {
			this.body = subscription;
			Ticker.add(this);
			this.subscriber.onSubscribe(this);
			act();
		}
	}

	@Override
	public void onNext(byte[] bytes) {
		this.asking = false;
		if (this.dropping) {
			this.dropped = this.dropped + bytes.length;
		}
		else {
			this.chunk = bytes;
		}
		advance();
	}

	@Override
	public void onError(Throwable failure) {
		this.bodyFailure = failure;
		this.bodyEnded = true;
		advance();
	}

	@Override
	public void onComplete() {
		this.bodyEnded = true;
		advance();
	}

	@Override
	public void request(long n) {
		if (Operators.validate(n)) {
			this.requested.getAndUpdate((current) -> Operators.addCap(current, n));
			advance();
		}
	}

	@Override
	public void cancel() {
		this.cancelled = true;
		advance();
	}

	@Override
	public @Nullable Runnable tick(long now) {
		if (this.dropping) {
			if (!this.dropsTooLong && now - this.lastSign >= REST_NANOS) {
				this.dropsTooLong = true;
				return this::advance;
			}
		}
		else if (this.asking && this.reader.stopped() == null && now - this.lastSign >= this.idleNanos) {
			return () -> this.reader.stop(new StreamIdleException(this.reader.idleTimeout()));
		}
		return null;
	}

	void advance() {
		if (this.calls.getAndIncrement() == 0) {
			act();
		}
	}

	private void act() {
		int seen = 1;
		do {
			readBody();
			if (!this.over) {
				handOut();
			}
			seen = this.calls.addAndGet(-seen);
		}
		while (seen != 0);
	}

	/**
	 * Decode the chunk that has arrived, and close the body if nothing more is read.
	 */
	private void readBody() {
		Subscription current = this.body;
		if (current == null || this.bodyClosed) {
			return;
		}
		// first, so that the chunk before the end is not overlooked
		boolean ended = this.bodyEnded;
		byte[] bytes = this.chunk;
		this.chunk = null;
		if (bytes != null && !this.reader.isCompleted()) {
			guarded(() -> this.parser.feed(bytes));
		}
		Throwable stopped = this.reader.stopped();
		if (this.reader.isCompleted()) {
			if (ended) {
				closeBody();
			}
			else if (this.dropsTooLong || this.dropped > MAX_REST) {
				closeBody();
				current.cancel();
			}
			else if (!this.dropping) {
				dropRest(current);
			}
		}
		else if (this.cancelled) {
			closeBody();
			current.cancel();
		}
		else if (ended || stopped != null || this.failure != null) {
			closeBody();
			if (!ended) {
				current.cancel();
			}
			if (this.failure == null) {
				this.failure = ended ? this.bodyFailure : stopped;
			}
			guarded(() -> this.parser.end(this.last));
		}
	}

	private void closeBody() {
		this.bodyClosed = true;
		Ticker.remove(this);
	}

	/**
	 * Read the body to its end, without waiting for demand: a connection whose body was
	 * not read to its end cannot be used again.
	 */
	private void dropRest(Subscription current) {
		// first, so that the tick never sees an old time
		this.lastSign = System.nanoTime();
		this.dropping = true;
		current.request(Long.MAX_VALUE);
	}

	private void guarded(Runnable decoding) {
		try {
			decoding.run();
		}
		catch (RuntimeException | Error ex) {
			// an error as well: otherwise the stream would never end
			this.failure = ex;
		}
	}

	/**
	 * Emit the events of the chunk and the end, or request the next chunk if there is
	 * demand for its events.
	 */
	private void handOut() {
		if (!this.events.isEmpty() && !this.cancelled) {
			List<T> read = this.events;
			this.events = List.of();
			this.requested.updateAndGet((demand) -> (demand != Long.MAX_VALUE) ? demand - 1 : demand);
			this.subscriber.onNext(read);
		}
		if (this.cancelled) {
			over();
		}
		else if (this.failure != null && !this.reader.isCompleted()) {
			over();
			this.subscriber.onError(this.failure);
		}
		else if (this.bodyClosed || this.reader.isCompleted()) {
			// it has not failed: errors after its completion do not count
			over();
			this.subscriber.onComplete();
		}
		else if (!this.asking && this.requested.get() > 0) {
			ask();
		}
	}

	private void ask() {
		Subscription current = this.body;
		if (current != null) {
			// first, so that the tick never sees the demand with an old time
			this.lastSign = System.nanoTime();
			this.asking = true;
			current.request(1);
		}
	}

	private void over() {
		this.over = true;
		this.events = List.of();
	}

}
