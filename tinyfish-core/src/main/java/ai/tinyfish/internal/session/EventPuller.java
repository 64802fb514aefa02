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

import java.util.concurrent.LinkedBlockingQueue;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Hands the events of a pipeline to a thread that waits for them, a few ahead of it, so
 * that a slow reader slows the sender down.
 */
final class EventPuller extends BaseSubscriber<AgentEvent> {

	private static final int AHEAD = 16;

	private static final Object END = new Object();

	private final LinkedBlockingQueue<Object> signals = new LinkedBlockingQueue<>();

	private volatile boolean closed;

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		subscription.request(AHEAD);
	}

	@Override
	protected void hookOnNext(AgentEvent event) {
		this.signals.add(event);
	}

	@Override
	protected void hookOnComplete() {
		this.signals.add(END);
	}

	@Override
	protected void hookOnError(Throwable failure) {
		this.signals.add(failure);
	}

	/**
	 * Wait for the next event.
	 * @return the event, or null if there is none because this was closed
	 * @throws TinyFishException what the pipeline failed with
	 * @throws InterruptedException if the thread is interrupted
	 */
	@Nullable AgentEvent next() throws InterruptedException {
		Object signal = this.signals.take();
		if (signal instanceof AgentEvent event && !this.closed) {
			request(1);
			return event;
		}
		if (signal instanceof TinyFishException failure && !this.closed) {
			throw failure;
		}
		// whoever asks again is to see this too
		this.signals.add(END);
		return null;
	}

	/**
	 * Close the connection and wake the waiting thread.
	 */
	void close() {
		this.closed = true;
		cancel();
		this.signals.add(END);
	}

}
