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

import ai.tinyfish.internal.lifecycle.Counter;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * Delivery of events to the listeners of one client.
 *
 * @param executor calls them
 * @param buffer the maximum number of events of a run that wait for its listeners
 * @param underWay the counter of runs with events to deliver
 * @param counters the counters of dropped events and failed calls
 */
public record ListenerDelivery(EventExecutor executor, int buffer, Counter underWay, RunCounters counters) {

	/** The counter of the deliveries of the calling thread. */
	private static final ThreadLocal<@Nullable Counter> current = new ThreadLocal<>();

	/**
	 * Notify listeners on the calling thread.
	 */
	void run(Runnable deliveries) {
		current.set(this.underWay);
		try {
			deliveries.run();
		}
		finally {
			current.remove();
		}
	}

	/**
	 * Return whether the calling thread notifies listeners.
	 * @param underWay the counter of their deliveries
	 */
	public static boolean isOnThisThread(Counter underWay) {
		return current.get() == underWay;
	}

	/**
	 * Return whether the calling thread may wait for the end of a client: not one that
	 * must not block, nor one that notifies a listener, since it would wait for itself.
	 */
	public static boolean mayWait() {
		return current.get() == null && !Schedulers.isInNonBlockingThread();
	}

}
