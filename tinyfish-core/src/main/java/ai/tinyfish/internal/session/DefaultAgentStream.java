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

package ai.tinyfish.internal.session;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.listener.ListenerCalls;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * {@link AgentStream} over the engine's pipeline, and the one iterator of its events.
 */
public final class DefaultAgentStream implements AgentStream, Iterator<AgentEvent> {

	private final TinyFishRunListener listener;

	private final RunSession session;

	private final BlockingEventReader reader = new BlockingEventReader();

	private final AtomicBoolean iterated = new AtomicBoolean();

	private volatile @Nullable AgentRun outcome;

	private @Nullable TinyFishException failure;

	/** The outcome, if the listener threw when it was notified. */
	private @Nullable CompleteEvent pendingOutcome;

	/** An event that has arrived and is not iterated yet. */
	private @Nullable AgentEvent next;

	private DefaultAgentStream(RunSession session, TinyFishRunListener listener) {
		this.session = session;
		this.listener = listener;
	}

	/**
	 * Submit the run, and wait until it is accepted.
	 * @param run the events, once the service has accepted the request
	 * @param session the session of the run
	 * @param listener the listener that the reading thread calls
	 * @return the open stream
	 */
	public static AgentStream open(Mono<Flux<List<AgentEvent>>> run, RunSession session, TinyFishRunListener listener) {
		DefaultAgentStream stream = new DefaultAgentStream(session, listener);
		CompletableFuture<Boolean> opened = new CompletableFuture<>();
		// not doOnError(), which would keep the objects that opened the stream
		run.flatMapMany((events) -> {
			opened.complete(true);
			return events;
		}).onErrorMap((failure) -> {
			session.failed(failure);
			opened.completeExceptionally(failure);
			return failure;
		}).subscribe(stream.reader);
		try {
			BlockingWait.get(opened, (interrupted) -> {
				TinyFishException unknown = OutcomeExceptions
					.unknown("Interrupted while waiting for the stream to open", interrupted, session.runId());
				// if the id is known by now, it is closed like any other stream
				if (!session.giveUp("Interrupted") && session.runId() == null) {
					session.end(SessionOutcome.unknown(unknown));
				}
				stream.close();
				SessionOutcome outcome = session.outcome();
				throw (outcome != null && outcome.exception() != null) ? outcome.failure() : unknown;
			});
			return stream;
		}
		catch (TinyFishException ex) {
			if (stream.publishedOutcome() != null) {
				// it has ended, and its outcome can still be read
				return stream;
			}
			throw stream.fail(ex);
		}
	}

	@Override
	public Iterator<AgentEvent> iterator() {
		if (!this.iterated.compareAndSet(false, true)) {
			throw new IllegalStateException("The events of a stream can be iterated once");
		}
		return this;
	}

	@Override
	public @Nullable String runId() {
		return this.session.runId();
	}

	@Override
	public AgentRun await() {
		AgentRun known = this.outcome;
		if (known != null) {
			return known;
		}
		while (true) {
			if (nextEvent() instanceof CompleteEvent complete) {
				return complete.run();
			}
		}
	}

	@Override
	public void close() {
		this.reader.close();
	}

	@Override
	public boolean hasNext() {
		if (this.next == null && this.outcome == null) {
			this.next = nextEvent();
		}
		return this.next != null;
	}

	@Override
	public AgentEvent next() {
		AgentEvent event = hasNext() ? this.next : null;
		if (event == null) {
			throw new NoSuchElementException("The run has ended");
		}
		this.next = null;
		return event;
	}

	/**
	 * Wait for the next event, and notify the listener.
	 */
	private AgentEvent nextEvent() {
		if (this.failure != null) {
			throw this.failure;
		}
		if (this.pendingOutcome != null) {
			return handOut(this.pendingOutcome);
		}
		@Nullable AgentEvent event;
		try {
			event = this.reader.next();
		}
		catch (InterruptedException ex) {
			// not the outcome of the closing, which has no reader
			boolean decided = !this.session.isOpen();
			close();
			Thread.currentThread().interrupt();
			event = decided ? publishedOutcome() : null;
			if (event == null) {
				throw fail(
						OutcomeExceptions.unknown("Interrupted while waiting for an event", ex, this.session.runId()));
			}
		}
		if (event == null) {
			event = lastEvent();
		}
		if (event instanceof CompleteEvent complete) {
			this.pendingOutcome = complete;
		}
		ListenerCalls.notify(this.listener, this.session.context(), event);
		return handOut(event);
	}

	/**
	 * Return the outcome as the last event, which may have been on its way to this reader
	 * when the stream was closed.
	 * @throws TinyFishException if the outcome is not known
	 */
	private CompleteEvent lastEvent() {
		SessionOutcome outcome = this.session.outcome();
		CompleteEvent event = (outcome != null) ? outcome.event() : null;
		if (event == null) {
			throw fail((outcome != null) ? outcome.failure() : OutcomeExceptions.closedEarly(this.session.runId()));
		}
		return event;
	}

	/**
	 * Return the outcome that listeners are notified of.
	 */
	private @Nullable CompleteEvent publishedOutcome() {
		SessionOutcome outcome = this.session.outcome();
		return (outcome != null) ? outcome.event() : null;
	}

	private AgentEvent handOut(AgentEvent event) {
		if (event instanceof CompleteEvent complete) {
			this.pendingOutcome = null;
			this.outcome = complete.run();
		}
		return event;
	}

	private TinyFishException fail(TinyFishException exception) {
		this.failure = exception;
		try {
			this.listener.error(this.session.context(), exception);
		}
		catch (RuntimeException ex) {
			ex.addSuppressed(exception);
			throw ex;
		}
		return exception;
	}

}
