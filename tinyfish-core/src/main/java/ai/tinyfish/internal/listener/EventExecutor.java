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

package ai.tinyfish.internal.listener;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.internal.lifecycle.ClientThreads;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.lifecycle.Counter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Executor for listeners: the client's own threads, or the application's executor. The
 * client's own threads take over once the latter refuses a task, or runs one on the
 * submitting thread, which may read the streams of other runs.
 */
public final class EventExecutor implements Executor {

	private static final Logger logger = LoggerFactory.getLogger(EventExecutor.class);

	/** The executor that was given, or null once the own threads have taken over. */
	private final AtomicReference<@Nullable Executor> given;

	private final ClientThreads ownThreads;

	private final Counter tasks = new Counter();

	/**
	 * Create a new executor, whose own threads start with the first task.
	 * @param given an executor that is not closed with the client, or null for the
	 * client's own threads
	 * @param maxThreads the maximum number of own threads
	 */
	public EventExecutor(@Nullable Executor given, int maxThreads) {
		this.given = new AtomicReference<>(given);
		this.ownThreads = new ClientThreads("tinyfish-events", maxThreads);
	}

	@Override
	public void execute(Runnable action) {
		if (!tryExecute(action)) {
			// the client is closed
			ClientThreads.daemon(action, "tinyfish-events-late").start();
		}
	}

	/**
	 * Execute an action unless the client is closed.
	 * @param action the action
	 * @return false if no further tasks are accepted
	 */
	public boolean tryExecute(Runnable action) {
		Executor current = this.given.get();
		if (current != null && new Task(action).submitTo(current)) {
			return true;
		}
		try {
			this.ownThreads.execute(action);
			return true;
		}
		catch (RejectedExecutionException ex) {
			return false;
		}
	}

	private void replace(String problem) {
		if (this.given.getAndSet(null) != null) {
			logger.warn("The event executor {}. Threads of the client call the listeners from now on", problem);
		}
	}

	/**
	 * Wait for the deliveries in progress, unless the calling thread must not, and end
	 * the client's own threads.
	 * @param budget the time left
	 */
	public void close(CloseBudget budget) {
		if (!ListenerDelivery.mayWait()) {
			this.ownThreads.close();
			return;
		}
		if (this.tasks.count() > 0) {
			// events that are not delivered in time are still delivered
			this.tasks.whenNone().timeout(budget.leftToDeliver(), Mono.empty()).toFuture().join();
		}
		this.ownThreads.close(budget);
	}

	/**
	 * Task of the executor that was given.
	 */
	private final class Task implements Runnable {

		private final Runnable action;

		private final AtomicBoolean taken = new AtomicBoolean();

		private volatile @Nullable Thread submitter = Thread.currentThread();

		Task(Runnable action) {
			this.action = action;
		}

		/**
		 * Submit the task.
		 * @return false if it will not run
		 */
		boolean submitTo(Executor executor) {
			EventExecutor.this.tasks.begin();
			try {
				executor.execute(this);
				this.submitter = null;
				return true;
			}
			catch (Throwable ex) {
				replace("refused a task (" + ex + ")");
				// it may have queued the task before
				boolean runs = !this.taken.compareAndSet(false, true);
				if (!runs) {
					EventExecutor.this.tasks.end();
				}
				return runs;
			}
		}

		@Override
		public void run() {
			if (!this.taken.compareAndSet(false, true)) {
				return;
			}
			try {
				if (this.submitter == Thread.currentThread()) {
					replace("ran a task on the submitting thread");
					execute(this.action);
				}
				else {
					this.action.run();
				}
			}
			finally {
				EventExecutor.this.tasks.end();
			}
		}

	}

}
