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

package ai.tinyfish.durable.internal.store;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;

import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.support.agent.ReadFailure;
import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Times before which no instance calls the service for an account, because the service
 * asked to wait.
 */
public record AccountPauses(Database database, Clock clock) {

	private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(10);

	private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

	private static final Logger logger = LoggerFactory.getLogger(AccountPauses.class);

	/**
	 * Return the time before which no calls are made.
	 * @return a time in the future, or null
	 */
	public @Nullable Instant until(String account) {
		return this.database
			.statement("select not_before from tinyfish_pause where name = ? and not_before > ?", name(account),
					this.clock.now())
			.query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
			.optional()
			.orElse(null);
	}

	/**
	 * Return whether the service asks to wait.
	 */
	public static boolean isAsked(@Nullable Throwable failure) {
		return failure != null && ReadFailure.of(failure) == ReadFailure.SERVICE
				&& !(failure instanceof TinyFishInsufficientCreditsException);
	}

	/**
	 * Begin a pause if the service asks to wait.
	 */
	public void beginIfAsked(String account, @Nullable Throwable failure) {
		if (isAsked(failure) && failure instanceof TinyFishStatusException answer) {
			Duration asked = (answer.retryAfter() != null) ? answer.retryAfter() : DEFAULT_PAUSE;
			try {
				begin(name(account), this.clock.now().plus((asked.compareTo(MAX_PAUSE) > 0) ? MAX_PAUSE : asked));
			}
			catch (RuntimeException ex) {
				// ignore it: the service's answer has already been received, and
				// another instance may store the pause
				logger.debug("A pause of account {} could not be stored", account, ex);
			}
		}
	}

	private void begin(String name, Instant until) {
		this.database.doInTransaction(() -> {
			this.database.insert("insert into tinyfish_pause (name, not_before) values (?, ?)",
					List.<@Nullable Object[]>of(new Object[] { name, until }));
			this.database.update("update tinyfish_pause set not_before = greatest(not_before, ?) where name = ?", until,
					name);
		});
	}

	private static String name(String account) {
		return account.isEmpty() ? "*" : account;
	}

}
