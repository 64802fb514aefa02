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

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunTable.NewRun;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.support.JdbcTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RunTable}: each change of a state expects to lose.
 */
class RunTableTests {

	private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

	private final HikariDataSource dataSource = new HikariDataSource();

	private final String id = UUID.randomUUID().toString();

	private Database database;

	private RunTable table;

	@BeforeEach
	void insert() {
		this.dataSource.setJdbcUrl("jdbc:h2:mem:" + this.id);
		new ResourceDatabasePopulator(new ClassPathResource("ai/tinyfish/durable/schema/schema-h2.sql"))
			.execute(this.dataSource);
		this.database = new Database(this.dataSource, new JdbcTransactionManager(this.dataSource));
		this.table = new RunTable(this.database, false);
		this.database.inTransaction(() -> {
			this.table.insert(List.of(new NewRun(this.id, null, null, "", "{}", "secret", null)), NOW);
			return null;
		});
	}

	@AfterEach
	void close() {
		this.dataSource.close();
	}

	@Test
	void aRequestIsTakenOnce() {
		assertThat(change(() -> this.table.claim(this.id, "one", "sender", NOW))).isTrue();
		assertThat(change(() -> this.table.claim(this.id, "two", "sender", NOW))).isFalse();
		assertThat(row().sendToken()).isEqualTo("one");
		assertThat(row().attempts()).isEqualTo(1);
	}

	@Test
	void withALimitOnlyAdmittedRequestsAreTakenAndOnce() {
		RunTable limited = new RunTable(this.database, true);
		Places places = new Places(this.database);
		assertThat(change(() -> limited.claim(this.id, "one", "sender", NOW))).isFalse();
		assertThat(this.database.inTransaction(() -> places.admit(5, "tinyfish-send", NOW))).containsExactly(this.id);
		assertThat(this.database.inTransaction(() -> places.admit(5, "tinyfish-send", NOW))).isEmpty();
		assertThat(places.taken()).isEqualTo(1);
		assertThat(change(() -> limited.claim(this.id, "one", "sender", NOW))).isTrue();
		assertThat(places.taken()).isEqualTo(1);
		assertThat(change(() -> limited.backToAccepted(this.id, "one", null, null, NOW))).isTrue();
		assertThat(places.taken()).isZero();
		// a twin that was paused
		assertThat(change(() -> limited.claim(this.id, "two", "sender", NOW))).isFalse();
	}

	@Test
	void onlyTheSenderStoresTheAnswer() {
		change(() -> this.table.claim(this.id, "one", "sender", NOW));
		assertThat(change(() -> this.table.running(this.id, "other", "run-1", NOW))).isFalse();
		assertThat(change(() -> this.table.backToAccepted(this.id, "other", null, null, NOW))).isFalse();
		assertThat(change(() -> this.table.uncertain(this.id, "other", "lost", NOW))).isFalse();
		assertThat(change(() -> this.table.running(this.id, "one", "run-1", NOW))).isTrue();
		assertThat(row().secrets()).isNull();
		assertThat(change(() -> this.table.uncertain(this.id, "one", "lost", NOW))).isFalse();
		assertThat(row().state()).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void aLateAnswerDecidesAboutAnUncertainRun() {
		change(() -> this.table.claim(this.id, "one", "sender", NOW));
		change(() -> this.table.uncertain(this.id, "one", "lost", NOW));
		assertThat(row().secrets()).isEqualTo("secret");
		assertThat(change(() -> this.table.running(this.id, "one", "run-1", NOW))).isTrue();
	}

	@Test
	void aLateAnswerDoesNotDecideAboutARunThatWasSentAgain() {
		change(() -> this.table.claim(this.id, "one", "sender", NOW));
		change(() -> this.table.uncertain(this.id, "one", "lost", NOW));
		change(() -> this.table.resubmit(this.id, NOW));
		assertThat(change(() -> this.table.running(this.id, "one", "run-1", NOW))).isFalse();
		change(() -> this.table.claim(this.id, "two", "sender", NOW));
		assertThat(change(() -> this.table.running(this.id, "one", "run-1", NOW))).isFalse();
		assertThat(change(() -> this.table.running(this.id, "two", "run-2", NOW))).isTrue();
	}

	@Test
	void aRunThatIsNotSentIsNeitherSettledNorLost() {
		assertThat(change(() -> this.table.settle(this.id, "run-1", NOW))).isFalse();
		assertThat(change(() -> this.table.resubmit(this.id, NOW))).isFalse();
		assertThat(change(() -> this.table.abandon(this.id, NOW))).isFalse();
		assertThat(change(() -> this.table.redeliver(this.id, NOW))).isFalse();
		assertThat(change(() -> this.table.lost(this.id, "gone", NOW))).isFalse();
		assertThat(row().state()).isEqualTo(DurableRunState.ACCEPTED);
	}

	@Test
	void aCancelledRunIsNotSentAgain() {
		change(() -> this.table.claim(this.id, "one", "sender", NOW));
		assertThat(change(() -> this.table.requestCancel(this.id, NOW))).isTrue();
		assertThat(change(() -> this.table.backToAccepted(this.id, "one", null, null, NOW))).isFalse();
		change(() -> this.table.uncertain(this.id, "one", "lost", NOW));
		assertThat(change(() -> this.table.resubmit(this.id, NOW))).isFalse();
		assertThat(change(() -> this.table.abandon(this.id, NOW))).isTrue();
		assertThat(change(() -> this.table.requestCancel(this.id, NOW))).isFalse();
	}

	@Test
	void aRequestThatIsBeingSentIsNotCancelledAsUnsent() {
		change(() -> this.table.claim(this.id, "one", "sender", NOW));
		assertThat(change(() -> this.table.cancelUnsent(this.id, Ending.refused("cancelled"), NOW))).isFalse();
		assertThat(change(() -> this.table.requestCancel(this.id, NOW))).isTrue();
		assertThat(change(() -> this.table.requestCancel(this.id, NOW))).isFalse();
	}

	@Test
	void descriptionsShowNoSecrets() {
		assertThat(row().toString()).doesNotContain("secret");
		assertThat(new NewRun(this.id, null, null, "", "{}", "secret", null).toString()).doesNotContain("secret");
	}

	private boolean change(BooleanSupplier change) {
		return this.database.inTransaction(change::getAsBoolean);
	}

	private RunRow row() {
		return this.table.find(this.id).orElseThrow();
	}

}
