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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.DroppedErrors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.util.context.Context;

/**
 * Reader of the events of a pipeline for a thread that waits for them. Events that arrive
 * together are read without a lock. The next list is requested when half of them are
 * read, or while there are only a few lists, so that a slow reader slows the sender down.
 */
final class BlockingEventReader extends BaseSubscriber<List<AgentEvent>> {

	/**
	 * Number of lists that are read ahead. With one, the sender would wait for the
	 * reader, and each would wake the other for every list. A list has the events of one
	 * chunk, or one larger event, so that few large events are kept.
	 */
	private static final int AHEAD = 8;

	// not a monitor, which would pin a waiting virtual thread
	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	/** Events that are not in a batch yet; guarded by the lock. */
	private List<AgentEvent> arrived = new ArrayList<>();

	/** The number of lists in the arrived events; guarded by the lock. */
	private int arrivedLists;

	/** The number of lists in the batch; guarded by the lock. */
	private int batchLists;

	/** Whether the next list was requested; guarded by the lock. */
	private boolean asked = true;

	/** Guarded by the lock. */
	private boolean ended;

	private volatile boolean closed;

	// the following belong to the reading thread

	private List<AgentEvent> batch = List.of();

	private int taken;

	@Override
	public Context currentContext() {
		// the outcome of the closing may arrive after that, which is not an error
		return DroppedErrors.quiet().apply(Context.empty());
	}

	@Override
	protected void hookOnSubscribe(Subscription subscription) {
		subscription.request(1);
	}

	@Override
	protected void hookOnNext(List<AgentEvent> events) {
		boolean few;
		this.lock.lock();
		try {
			this.arrived.addAll(events);
			this.arrivedLists++;
			few = this.arrivedLists + this.batchLists < AHEAD;
			this.asked = few;
			this.changed.signal();
		}
		finally {
			this.lock.unlock();
		}
		if (few) {
			request(1);
		}
	}

	@Override
	protected void hookOnComplete() {
		end();
	}

	@Override
	protected void hookOnError(Throwable failure) {
		// the session has the outcome
		end();
	}

	private void end() {
		this.lock.lock();
		try {
			this.ended = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Wait for the next event.
	 * @return the event, or null at the end: the pipeline has ended or failed, or this
	 * was closed
	 * @throws InterruptedException if the thread is interrupted
	 */
	@Nullable AgentEvent next() throws InterruptedException {
		if (Thread.interrupted()) {
			throw new InterruptedException();
		}
		if (this.taken == this.batch.size()) {
			awaitBatch();
		}
		if (this.closed || this.taken == this.batch.size()) {
			return null;
		}
		AgentEvent event = this.batch.get(this.taken++);
		if (this.taken == (this.batch.size() + 1) / 2) {
			askForMore();
		}
		return event;
	}

	private void askForMore() {
		this.lock.lock();
		try {
			if (this.asked) {
				return;
			}
			this.asked = true;
		}
		finally {
			this.lock.unlock();
		}
		request(1);
	}

	/**
	 * Take the events that have arrived; empty only at the end.
	 */
	private void awaitBatch() throws InterruptedException {
		this.batch = List.of();
		this.taken = 0;
		this.lock.lockInterruptibly();
		try {
			this.batchLists = 0;
			while (this.arrived.isEmpty() && !this.ended) {
				this.changed.await();
			}
			this.batch = this.arrived;
			this.batchLists = this.arrivedLists;
			this.arrived = new ArrayList<>();
			this.arrivedLists = 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Close the connection and wake the waiting thread.
	 */
	void close() {
		// first, so that a thread that sees this as closed also sees the outcome
		cancel();
		this.closed = true;
		end();
	}

}
