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

package ai.tinyfish.internal.stream;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Schedulers;

/**
 * One timer for all open streams and their deadlines. Separate timers would wake the
 * timers' thread several times in each run.
 */
public final class Ticker {

	static final long PERIOD_MILLIS = 50;

	// not a scheduler of Reactor, whose hooks would keep the context of the first
	// stream's thread forever
	private static final Executor EXECUTOR = CompletableFuture.delayedExecutor(PERIOD_MILLIS, TimeUnit.MILLISECONDS,
			Runnable::run);

	private static final Set<Ticked> members = ConcurrentHashMap.newKeySet();

	private static final AtomicBoolean scheduled = new AtomicBoolean();

	private Ticker() {
	}

	/**
	 * Execute an action at a deadline, at most one tick late.
	 * @param time the time until then
	 * @param action the action, run on another thread
	 * @return cancels the deadline
	 */
	public static Disposable deadline(Duration time, Runnable action) {
		long at = System.nanoTime() + time.toNanos();
		Disposable.Swap member = Disposables.swap();
		Ticked deadline = (now) -> {
			if (now - at < 0) {
				return null;
			}
			member.dispose();
			return action;
		};
		member.update(() -> remove(deadline));
		add(deadline);
		return member;
	}

	/**
	 * Check the time for a member from now on.
	 * @param member the member
	 */
	public static void add(Ticked member) {
		members.add(member);
		schedule();
	}

	/**
	 * Stop checking the time for a member.
	 * @param member the member
	 */
	public static void remove(Ticked member) {
		members.remove(member);
	}

	private static void schedule() {
		if (scheduled.compareAndSet(false, true)) {
			EXECUTOR.execute(Ticker::tick);
		}
	}

	private static void tick() {
		// first, so that a member that is added now has a timer
		scheduled.set(false);
		try {
			long now = System.nanoTime();
			for (Ticked member : members) {
				Runnable due = member.tick(now);
				if (due != null) {
					Schedulers.parallel().schedule(due);
				}
			}
		}
		finally {
			if (!members.isEmpty()) {
				schedule();
			}
		}
	}

	/**
	 * Callback interface for timed actions.
	 */
	@FunctionalInterface
	public interface Ticked {

		/**
		 * Check the time, for all streams on one thread.
		 * @param now the time of {@link System#nanoTime()}
		 * @return the due action, which is executed on another thread, or null
		 */
		@Nullable Runnable tick(long now);

	}

}
