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

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DuplicateKeyException;

/**
 * Times before which no instance calls the service for an account, because it asked one
 * of them to wait.
 */
public final class Gates {

	private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(10);

	private static final Duration MAX_PAUSE = Duration.ofMinutes(10);

	private static final int TOO_MANY_REQUESTS = 429;

	private final Database database;

	public Gates(Database database) {
		this.database = database;
	}

	/**
	 * Return the time before which nothing is to be called.
	 * @return a time in the future, or null
	 */
	public @Nullable Instant closedUntil(String account, Instant now) {
		Instant notBefore = this.database.jdbc()
			.sql("select not_before from tinyfish_gate where name = ?")
			.param(name(account))
			.query((row, number) -> row.getObject(1, OffsetDateTime.class).toInstant())
			.optional()
			.orElse(null);
		return (notBefore != null && notBefore.isAfter(now)) ? notBefore : null;
	}

	/**
	 * Close the gate of an account if the service asks to wait.
	 * @return whether it does
	 */
	public boolean closeIfAsked(String account, TinyFishException failure, Instant now) {
		if (!(failure instanceof TinyFishStatusException answer)) {
			return false;
		}
		Duration asked = answer.retryAfter();
		if (answer.status() != TOO_MANY_REQUESTS && (answer.status() < 500 || asked == null)) {
			return false;
		}
		Duration pause = (asked != null) ? asked : DEFAULT_PAUSE;
		close(account, now.plus((pause.compareTo(MAX_PAUSE) > 0) ? MAX_PAUSE : pause));
		return true;
	}

	private void close(String account, Instant until) {
		try {
			this.database.inTransaction(() -> {
				if (update(account, until) == 0) {
					this.database.jdbc()
						.sql("insert into tinyfish_gate (name, not_before) values (?, ?)")
						.params(name(account), RunRow.parameter(until))
						.update();
				}
				return null;
			});
		}
		catch (DuplicateKeyException ex) {
			// another instance was the first
			this.database.inTransaction(() -> update(account, until));
		}
	}

	private int update(String account, Instant until) {
		return this.database.jdbc()
			.sql("update tinyfish_gate set not_before = greatest(not_before, ?) where name = ?")
			.params(RunRow.parameter(until), name(account))
			.update();
	}

	private static String name(String account) {
		return account.isEmpty() ? "*" : account;
	}

}
