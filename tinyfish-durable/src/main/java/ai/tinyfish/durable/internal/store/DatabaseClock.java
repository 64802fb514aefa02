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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import com.github.kagkarlsson.scheduler.Clock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clock of the database, which all instances share. Between two readings, the time is
 * measured with the monotonic clock. With different clocks, instances would take each
 * other for dead and do the same work at once.
 */
public final class DatabaseClock implements Clock {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseClock.class);

	private static final Duration MAX_AGE = Duration.ofMinutes(1);

	private final Database database;

	private final LongSupplier nanoTime;

	private final AtomicReference<@Nullable Reading> reading = new AtomicReference<>();

	public DatabaseClock(Database database, LongSupplier nanoTime) {
		this.database = database;
		this.nanoTime = nanoTime;
	}

	@Override
	public Instant now() {
		Reading last = this.reading.get();
		if (last == null) {
			last = read();
			this.reading.set(last);
		}
		return last.at(this.nanoTime.getAsLong());
	}

	/**
	 * Read the clock of the database again if the last reading is old. If this fails, the
	 * last reading remains valid.
	 */
	public void refresh() {
		Reading last = this.reading.get();
		if (last != null && this.nanoTime.getAsLong() - last.nanos() < MAX_AGE.toNanos()) {
			return;
		}
		try {
			this.reading.set(read());
		}
		catch (RuntimeException ex) {
			logger.debug("The clock of the database could not be read", ex);
		}
	}

	private Reading read() {
		long before = this.nanoTime.getAsLong();
		Instant time = this.database.jdbc()
			.sql(this.database.isPostgreSql() ? "select clock_timestamp()" : "select current_timestamp")
			.query((row, number) -> row.getObject(1, OffsetDateTime.class))
			.single()
			.toInstant();
		return new Reading(time, before + (this.nanoTime.getAsLong() - before) / 2);
	}

	private record Reading(Instant time, long nanos) {

		Instant at(long nanos) {
			return this.time.plusNanos(nanos - this.nanos);
		}

	}

}
