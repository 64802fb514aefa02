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

package ai.tinyfish.durable.internal;

import java.util.Locale;
import java.util.function.BooleanSupplier;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.internal.store.RunRow;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes that a person has to decide about a run, in the transaction in which it gets
 * into that state. A listener that fails does not keep it from getting there.
 */
final class Notices {

	private static final Logger logger = LoggerFactory.getLogger(Notices.class);

	private final Database database;

	private final ApplicationEventPublisher publisher;

	private final Meters meters;

	Notices(Database database, ApplicationEventPublisher publisher, Meters meters) {
		this.database = database;
		this.publisher = publisher;
		this.meters = meters;
	}

	/**
	 * Change the state of a run, and publish that.
	 * @param row the run before that
	 * @param state the state after it
	 * @param runId the id of the run, or null
	 * @param message what happened
	 * @param update changes the state; false if the run is not in the expected one
	 * @return whether the state was changed
	 */
	boolean change(RunRow row, DurableRunState state, @Nullable String runId, String message, BooleanSupplier update) {
		DurableRunErrorEvent event = new DurableRunErrorEvent(row.id(), row.tag(), row.accountName(), state, runId,
				message);
		boolean changed;
		try {
			changed = this.database.withApplication(() -> {
				boolean updated = update.getAsBoolean();
				if (updated) {
					this.publisher.publishEvent(event);
				}
				return updated;
			});
		}
		catch (RuntimeException | LinkageError | AssertionError | StackOverflowError ex) {
			changed = this.database.inTransaction(update::getAsBoolean);
			if (changed) {
				logger.warn("A listener failed on {}", event, ex);
			}
		}
		if (changed) {
			logger.warn("Durable run {} is {}: {}", row.id(), state, message);
			this.meters.undecided(state.name().toLowerCase(Locale.ROOT));
		}
		return changed;
	}

}
