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

package ai.tinyfish.internal.delivery;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.internal.lifecycle.ClientThreads;
import ai.tinyfish.internal.lifecycle.Counter;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executor for listeners: threads of the client's own, or an executor that was given to
 * it. A task that the latter refuses, or would run on the submitting thread, runs on a
 * thread of its own, since the submitting thread may read the streams of other runs.
 */
public final class EventExecutor implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EventExecutor.class);

	private final Executor executor;

	private final @Nullable ClientThreads ownThreads;

	private final Counter tasks = new Counter();

	private final AtomicBoolean refused = new AtomicBoolean();

	private EventExecutor(Executor executor, @Nullable ClientThreads ownThreads) {
		this.executor = executor;
		this.ownThreads = ownThreads;
	}

	/**
	 * Use threads of the client's own.
	 * @param maxThreads how many there may be
	 * @return an executor, without a thread as long as there is nothing to do
	 */
	public static EventExecutor ownThreads(int maxThreads) {
		ClientThreads threads = new ClientThreads("tinyfish-events", maxThreads);
		return new EventExecutor(threads, threads);
	}

	/**
	 * Use an executor that is not closed with the client.
	 * @param executor the executor
	 * @return an executor that uses it
	 */
	public static EventExecutor of(Executor executor) {
		return new EventExecutor(executor, null);
	}

	@Override
	public void execute(Runnable action) {
		Task task = new Task(action);
		this.tasks.begin();
		try {
			this.executor.execute(task);
		}
		catch (Throwable ex) {
			logRefused(ex);
			task.runElsewhere();
		}
		finally {
			task.submitted();
		}
	}

	/**
	 * Warns once: an executor that is saturated may refuse very many.
	 */
	private void logRefused(Throwable refusal) {
		String message = "The event executor refused a task ({}); another thread calls the listeners";
		if (this.refused.compareAndSet(false, true)) {
			logger.warn(message, refusal.toString());
		}
		else {
			logger.debug(message, refusal.toString());
		}
	}

	/**
	 * Execute an action on the executor or not at all.
	 * @param action the action
	 * @return false if the executor takes no more tasks
	 */
	public boolean tryExecute(Runnable action) {
		Task task = new Task(action);
		this.tasks.begin();
		try {
			this.executor.execute(task);
			return true;
		}
		catch (Throwable ex) {
			return !task.withdraw();
		}
		finally {
			task.submitted();
		}
	}

	@Override
	public void close() {
		close(new CloseBudget());
	}

	/**
	 * Wait for what is being delivered, and end the client's own threads.
	 * @param budget the time left
	 */
	public void close(CloseBudget budget) {
		if (this.ownThreads != null) {
			this.ownThreads.close(budget);
		}
		else if (this.tasks.count() > 0) {
			// what is not delivered in time is delivered all the same
			CloseBudget.await(this.tasks.whenNone().toFuture(), budget.leftToDeliver());
		}
	}

	/**
	 * One thing to do, which never runs while it is being submitted.
	 */
	private final class Task implements Runnable {

		private final Runnable action;

		private final AtomicBoolean taken = new AtomicBoolean();

		private volatile @Nullable Thread submitter = Thread.currentThread();

		Task(Runnable action) {
			this.action = action;
		}

		void submitted() {
			this.submitter = null;
		}

		/**
		 * Keep it from being done.
		 * @return false if that is too late
		 */
		boolean withdraw() {
			if (!this.taken.compareAndSet(false, true)) {
				return false;
			}
			EventExecutor.this.tasks.end();
			return true;
		}

		@Override
		public void run() {
			if (this.submitter == Thread.currentThread()) {
				runElsewhere();
			}
			else if (this.taken.compareAndSet(false, true)) {
				call();
			}
		}

		private void call() {
			try {
				this.action.run();
			}
			finally {
				EventExecutor.this.tasks.end();
			}
		}

		void runElsewhere() {
			ClientThreads.daemon(this, "tinyfish-events-rejected").start();
		}

	}

}
