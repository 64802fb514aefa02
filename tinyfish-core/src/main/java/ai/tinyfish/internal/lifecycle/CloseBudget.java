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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Remaining time to end the runs of a client or application: first to cancel them, then
 * to notify listeners. Created when the end begins and shared by all participants, so
 * that their waits do not add up.
 */
public final class CloseBudget {

	/** Maximum time to close the connections, in addition to that for the listeners. */
	public static final Duration CONNECTIONS = Duration.ofSeconds(3);

	/** Maximum wait for the service to cancel runs, one or all open ones. */
	public static final Duration CANCELLING = Duration.ofSeconds(10);

	private static final Duration DELIVERY = Duration.ofSeconds(5);

	private static final ThreadLocal<@Nullable Counter> delivering = new ThreadLocal<>();

	private final long cancelUntil = System.nanoTime() + CANCELLING.toNanos();

	private @Nullable Long deliverUntil;

	/**
	 * Return the time left to cancel runs.
	 * @return zero if it is over
	 */
	public Duration leftToCancel() {
		return left(this.cancelUntil);
	}

	/**
	 * Return the time left to notify listeners, which begins with the first call: runs
	 * are cancelled before.
	 * @return zero if it is over
	 */
	public synchronized Duration leftToDeliver() {
		if (this.deliverUntil == null) {
			this.deliverUntil = System.nanoTime() + DELIVERY.toNanos();
		}
		return left(this.deliverUntil);
	}

	private static Duration left(long until) {
		return Duration.ofNanos(Math.max(0, until - System.nanoTime()));
	}

	/**
	 * Return whether the calling thread may wait for the end: not one that must not
	 * block, nor one that notifies a listener, since it would wait for itself.
	 * @return false if it must continue
	 */
	public static boolean mayWait() {
		return delivering.get() == null && !Schedulers.isInNonBlockingThread();
	}

	/**
	 * Notify listeners on the calling thread.
	 * @param deliveries the counter of these deliveries
	 * @param delivery the delivery
	 */
	public static void deliver(Counter deliveries, Runnable delivery) {
		delivering.set(deliveries);
		try {
			delivery.run();
		}
		finally {
			delivering.remove();
		}
	}

	/**
	 * Return whether the calling thread notifies listeners.
	 * @param deliveries the counter of these deliveries
	 * @return true if one of them is on this thread
	 */
	public static boolean isDelivering(Counter deliveries) {
		return delivering.get() == deliveries;
	}

	/**
	 * Wait for a value on a thread that may be interrupted, whose flag stays set.
	 * @param <T> the value
	 * @param value the value
	 * @param onTimeout creates the failure if it does not arrive within
	 * {@link #CANCELLING}
	 * @return the value, possibly null
	 * @throws RuntimeException its failure
	 */
	public static <T> T join(Mono<T> value, Supplier<? extends RuntimeException> onTimeout) {
		try {
			return value.timeout(CANCELLING, Mono.error(onTimeout)).toFuture().join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	/**
	 * Wait, unless the calling thread must not. If it is interrupted, its interrupt flag
	 * stays set.
	 * @param done the awaited future, completed normally or not
	 * @param longest the longest wait
	 */
	public static void await(CompletableFuture<?> done, Duration longest) {
		if (done.isDone() || !mayWait()) {
			return;
		}
		try {
			done.get(longest.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			// either way there is no more to wait for
		}
	}

}
