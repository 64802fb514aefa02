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

package ai.tinyfish.durable.internal.watch;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.durable.internal.service.Meters;
import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.ListenerFailedException;
import ai.tinyfish.durable.internal.store.WatchEvents;
import ai.tinyfish.durable.internal.store.WatchTable;
import ai.tinyfish.durable.internal.store.WatchTable.Delivery;
import ai.tinyfish.durable.internal.task.RepeatedWarnings;
import ai.tinyfish.durable.internal.task.TaskHandler;
import ai.tinyfish.durable.watch.WatchDeliveryState;
import com.github.kagkarlsson.scheduler.Clock;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Delivers the stored events of a watch to the listeners, the oldest first, each result
 * in one transaction. Each result has a task: one that waits for another delivery would
 * be lost if that one ended at the same time.
 *
 * @param maxAttempts how many times the events of a result are delivered before they are
 * parked
 */
public record WatchDeliveryTask(WatchTable table, ApplicationEventPublisher publisher, Meters meters, Clock clock,
		int maxAttempts, RepeatedWarnings warnings, AtomicBoolean stopped) implements TaskHandler {

	/**
	 * Return the instance of the task.
	 * @param slot the slot of the result, or another time
	 */
	public static String instance(String watch, Instant slot) {
		return watch + "#" + slot.toEpochMilli();
	}

	@Override
	public @Nullable Instant execute(TaskInstance<String> task, Instant due) {
		String watch = task.getId().substring(0, task.getId().indexOf('#'));
		while (true) {
			Delivery oldest = this.table.oldestDelivery(watch).orElse(null);
			if (oldest == null || oldest.parked()) {
				return null;
			}
			// without listeners, the events would count as delivered
			if (this.stopped.get() || oldest.next().isAfter(this.clock.now())) {
				return oldest.next();
			}
			if (!deliver(oldest)) {
				// by another instance
				return this.clock.now().plus(FIRST_DELAY);
			}
		}
	}

	private boolean deliver(Delivery delivery) {
		try {
			boolean delivered = this.table.database()
				.withListeners(() -> this.table.change(delivery, WatchDeliveryState.DELIVERED, delivery.attempts(),
						this.clock.now()) ? () -> events(delivery).forEach(this.publisher::publishEvent) : null);
			if (delivered) {
				events(delivery).forEach(this.meters::published);
			}
			return delivered;
		}
		catch (ListenerFailedException ex) {
			return failed(delivery, ex.getCause());
		}
	}

	private static List<Object> events(Delivery delivery) {
		return Json.read(delivery.events(), WatchEvents.class).all();
	}

	private boolean failed(Delivery delivery, @Nullable Throwable failure) {
		int attempts = delivery.attempts() + 1;
		boolean park = attempts >= this.maxAttempts;
		boolean counted = this.table.database()
			.inTransaction(
					() -> this.table.change(delivery, park ? WatchDeliveryState.PARKED : WatchDeliveryState.UNDELIVERED,
							attempts, this.clock.now().plus(TaskHandler.delay(attempts))));
		if (counted) {
			this.meters.handedOver(park ? "parked" : "retry");
			logger.atWarn()
				.setCause(this.warnings.isFirst("watch " + delivery.watch()) ? failure : null)
				.log("An event of watch {} could not be delivered, and is {}: {}", delivery.watch(),
						park ? "parked, with those after it" : "delivered again", String.valueOf(failure));
		}
		return counted;
	}

}
