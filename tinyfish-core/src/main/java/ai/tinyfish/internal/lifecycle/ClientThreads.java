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

import java.util.concurrent.CompletableFuture;
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

	private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

	/**
	 * Create the threads' pool.
	 * @param name the prefix of the names of the threads, such as {@code tinyfish-events}
	 * @param maxThreads the maximum number of threads
	 */
	public ClientThreads(String name, int maxThreads) {
		this.name = name;
		this.pool = new ThreadPoolExecutor(maxThreads, maxThreads, KEEP_ALIVE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), this::newThread) {

			@Override
			protected void terminated() {
				ClientThreads.this.ended.complete(true);
			}

		};
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
	 * Accept no further tasks, and wait for the current ones, also on a thread that is
	 * interrupted.
	 * @param budget the time left, after which the tasks that have not begun are dropped,
	 * and the others interrupted
	 */
	public void close(CloseBudget budget) {
		this.pool.shutdown();
		long left = budget.leftToDeliver().toNanos();
		if (!this.ended.copy().completeOnTimeout(false, left, TimeUnit.NANOSECONDS).join()) {
			int running = this.pool.getActiveCount();
			logger.warn("{} tasks of {} were not finished when the client was closed",
					running + this.pool.shutdownNow().size(), this.name);
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
