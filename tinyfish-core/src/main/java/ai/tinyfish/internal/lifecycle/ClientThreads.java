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
 * Threads of a client for code of the application, which may block. They start with the
 * first task, and their number is bounded.
 */
public final class ClientThreads implements Executor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(ClientThreads.class);

	private static final long KEEP_ALIVE_SECONDS = 30;

	private final String name;

	private final AtomicInteger count = new AtomicInteger();

	private final ThreadPoolExecutor pool;

	/**
	 * Create the threads' pool.
	 * @param name the prefix of the names of the threads, such as {@code tinyfish-events}
	 * @param maxThreads the maximum number of threads
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
	 * Create a thread that does not keep the JVM alive and inherits no thread-local
	 * values.
	 * @param task its task
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
	 * Accept no further tasks. Queued tasks are still executed; this method does not wait
	 * for them.
	 */
	@Override
	public void close() {
		this.pool.shutdown();
	}

	/**
	 * Accept no further tasks, and wait for the current ones.
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
			// queued tasks are still executed
			Thread.currentThread().interrupt();
		}
	}

	private static final class ClientThread extends Thread {

		ClientThread(Runnable task, String name) {
			// inherited thread-locals would leak into every listener
			super(null, task, name, 0, false);
			setDaemon(true);
			// on later JDKs this also stops inheritance
			setContextClassLoader(Thread.currentThread().getContextClassLoader());
		}

	}

}
