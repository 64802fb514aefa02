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

package ai.tinyfish.durable.internal.task;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.durable.internal.store.Database;
import ai.tinyfish.durable.testing.DatabaseKind;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Scheduling}.
 */
class SchedulingTests {

	/**
	 * The second one finds no task, and inserts one after the first has committed.
	 */
	@ParameterizedTest
	@MethodSource(DatabaseKind.TESTED)
	void transactionsThatScheduleTheSameTaskDoNotFail(DatabaseKind kind) throws Exception {
		String platform = (kind == DatabaseKind.H2) ? "h2" : "postgresql";
		// that of CompletableFuture may have one thread
		ExecutorService executor = Executors.newFixedThreadPool(2);
		try (HikariDataSource dataSource = new HikariDataSource()) {
			dataSource.setJdbcUrl(kind.newDatabase().get(0).replace("spring.datasource.url=", ""));
			new ResourceDatabasePopulator(
					new ClassPathResource("ai/tinyfish/durable/schema/schema-" + platform + ".sql"))
				.execute(dataSource);
			Database database = new Database(dataSource, new JdbcTransactionManager(dataSource));
			Scheduling scheduling = new Scheduling(database, List::of);
			CountDownLatch inserted = new CountDownLatch(1);
			CountDownLatch commit = new CountDownLatch(1);
			CompletableFuture<Void> first = CompletableFuture.runAsync(() -> database.inTransaction(() -> {
				gate(database, "first");
				ensure(scheduling);
				inserted.countDown();
				return await(commit);
			}), executor);
			assertThat(await(inserted)).isTrue();
			CompletableFuture<Void> second = CompletableFuture.runAsync(() -> database.inTransaction(() -> {
				gate(database, "second");
				commit.countDown();
				ensure(scheduling);
				return true;
			}), executor);
			first.get(60, TimeUnit.SECONDS);
			second.get(60, TimeUnit.SECONDS);
			assertThat(count(database, "tinyfish_pause")).isEqualTo(2);
			assertThat(count(database, "tinyfish_task")).isEqualTo(1);
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static void ensure(Scheduling scheduling) {
		scheduling.ensure(TaskKind.PLAN, "tenant#", Instant.parse("2026-01-01T00:00:00Z"));
	}

	private static void gate(Database database, String name) {
		database.jdbc().sql("insert into tinyfish_pause (name) values (?)").param(name).update();
	}

	private static long count(Database database, String table) {
		return database.jdbc().sql("select count(*) from " + table).query(Long.class).single();
	}

	private static boolean await(CountDownLatch latch) {
		try {
			return latch.await(60, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
