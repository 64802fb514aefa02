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
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;

import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.within;

/**
 * Tests for {@link DatabaseClock}.
 */
class DatabaseClockTests {

	@Test
	void readsTheClockOfTheDatabaseAndNotThatOfTheProcess() {
		try (HikariDataSource dataSource = h2("clock1")) {
			Database database = new Database(dataSource, new JdbcTransactionManager(dataSource));
			// wherever the clocks of two processes are
			DatabaseClock one = new DatabaseClock(database, () -> System.nanoTime() - 30_000_000_000L);
			DatabaseClock two = new DatabaseClock(database, () -> System.nanoTime() + 30_000_000_000L);
			assertThat(one.now()).isCloseTo(two.now(), within(5, ChronoUnit.SECONDS));
			assertThat(one.now()).isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));
		}
	}

	@Test
	void measuresTheTimeSinceThenAndReadsAgainAfterAMinute() {
		AtomicLong nanos = new AtomicLong();
		try (HikariDataSource dataSource = h2("clock2")) {
			DatabaseClock clock = new DatabaseClock(new Database(dataSource, new JdbcTransactionManager(dataSource)),
					nanos::get);
			Instant first = clock.now();
			nanos.set(Duration.ofSeconds(59).toNanos());
			clock.refresh();
			assertThat(clock.now()).isEqualTo(first.plusSeconds(59));
			nanos.set(Duration.ofHours(1).toNanos());
			assertThat(clock.now()).isEqualTo(first.plusSeconds(3600));
			clock.refresh();
			assertThat(clock.now()).isCloseTo(Instant.now(), within(30, ChronoUnit.SECONDS));
		}
	}

	@Test
	void theLastReadingHoldsWhileTheDatabaseIsAway() {
		AtomicLong nanos = new AtomicLong();
		HikariDataSource dataSource = h2("clock3");
		DatabaseClock clock = new DatabaseClock(new Database(dataSource, new JdbcTransactionManager(dataSource)),
				nanos::get);
		Instant first = clock.now();
		dataSource.close();
		nanos.set(Duration.ofMinutes(5).toNanos());
		assertThatNoException().isThrownBy(clock::refresh);
		assertThat(clock.now()).isEqualTo(first.plus(Duration.ofMinutes(5)));
	}

	private static HikariDataSource h2(String name) {
		HikariDataSource dataSource = new HikariDataSource();
		dataSource.setJdbcUrl("jdbc:h2:mem:" + name);
		return dataSource;
	}

}
