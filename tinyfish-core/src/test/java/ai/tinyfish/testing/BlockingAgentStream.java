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

package ai.tinyfish.testing;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Signal;

/**
 * A stream that is subscribed to at once, and asks for one event at a time.
 */
final class BlockingAgentStream extends BaseSubscriber<Signal<AgentEvent>>
		implements AgentStream, Iterator<AgentEvent> {

	private final BlockingQueue<Signal<AgentEvent>> signals = new LinkedBlockingQueue<>();

	private @Nullable Signal<AgentEvent> next;

	private @Nullable AgentRun outcome;

	static BlockingAgentStream of(Flux<AgentEvent> flux) {
		BlockingAgentStream events = new BlockingAgentStream();
		flux.materialize().subscribe(events);
		return events;
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		subscription.request(1);
	}

	@Override
	protected void hookOnNext(Signal<AgentEvent> signal) {
		this.signals.add(signal);
	}

	@Override
	public Iterator<AgentEvent> iterator() {
		return this;
	}

	@Override
	public boolean hasNext() {
		if (this.next == null) {
			this.next = take();
		}
		if (this.next.getThrowable() instanceof RuntimeException failure) {
			throw failure;
		}
		return this.next.isOnNext();
	}

	@Override
	public AgentEvent next() {
		if (!hasNext()) {
			throw new NoSuchElementException("The Flux has completed");
		}
		AgentEvent event = this.next.get();
		this.next = null;
		request(1);
		if (event instanceof CompleteEvent complete) {
			this.outcome = complete.run();
		}
		return event;
	}

	private Signal<AgentEvent> take() {
		try {
			Signal<AgentEvent> signal = this.signals.poll(Blocking.BOUND.toSeconds(), TimeUnit.SECONDS);
			if (signal == null) {
				throw new AssertionError("There was no signal");
			}
			return signal;
		}
		catch (InterruptedException ex) {
			throw new AssertionError(ex);
		}
	}

	@Override
	public AgentRun await() {
		while (this.outcome == null) {
			next();
		}
		return this.outcome;
	}

	@Override
	public @Nullable String runId() {
		throw Blocking.unsupported("the run id of a stream");
	}

	@Override
	public void close() {
		cancel();
		this.signals.add(Signal.error(new CancellationException("The Flux was cancelled")));
	}

}
