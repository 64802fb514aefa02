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

package ai.tinyfish.internal.lifecycle;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads of a client, for code of the application's that may block: none before the
 * first task, and a bounded number.
 */
public final class ClientThreads implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ClientThreads.class);

	private static final long KEEP_ALIVE_SECONDS = 30;

	private final String name;

	private final AtomicInteger count = new AtomicInteger();

	private final ThreadPoolExecutor pool;

	/**
	 * Create the threads' pool.
	 * @param name what the threads are named after, such as {@code tinyfish-events}
	 * @param maxThreads how many there may be
	 */
	public ClientThreads(String name, int maxThreads) {
		this.name = name;
		this.pool = new ThreadPoolExecutor(maxThreads, maxThreads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), this::newThread);
		this.pool.allowCoreThreadTimeOut(true);
	}

	@Override
	public void execute(Runnable task) {
		this.pool.execute(task);
	}

	/**
	 * A thread of its own, which keeps no JVM alive and inherits no thread-local values.
	 * @param task what it does
	 * @param name its name
	 * @return the thread, to be started
	 */
	public static Thread daemon(Runnable task, String name) {
		return new ClientThread(task, name);
	}

	private Thread newThread(Runnable task) {
		return new ClientThread(task, this.name + "-" + this.count.incrementAndGet());
	}

	/**
	 * Take no more tasks. Those that wait are run all the same, and are not waited for.
	 */
	@Override
	public void close() {
		this.pool.shutdown();
	}

	/**
	 * Take no more tasks, and wait for those that there are.
	 * @param budget the time left, after which the tasks that have not begun are dropped,
	 * and the others interrupted
	 */
	public void close(CloseBudget budget) {
		this.pool.shutdown();
		if (this.pool.isTerminated() || !CloseBudget.mayWait()) {
			return;
		}
		try {
			if (!this.pool.awaitTermination(budget.leftToDeliver().toNanos(), TimeUnit.NANOSECONDS)) {
				int running = this.pool.getActiveCount();
				logger.warn("{} tasks of {} were not finished when the client was closed",
						running + this.pool.shutdownNow().size(), this.name);
			}
		}
		catch (InterruptedException ex) {
			// what is waiting is delivered all the same
			Thread.currentThread().interrupt();
		}
	}

	private static final class ClientThread extends Thread {

		ClientThread(Runnable task, String name) {
			// what the thread inherits would be there for all whom it serves
			super(null, task, name, 0, false);
			setDaemon(true);
			// later JDKs take this for inherited as well
			setContextClassLoader(Thread.currentThread().getContextClassLoader());
		}

	}

}
