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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.RunTable.Link;
import ai.tinyfish.durable.internal.store.RunTable.NewRun;
import ai.tinyfish.durable.internal.store.RunTable.Sent;
import com.zaxxer.hikari.HikariDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
		this.table = new RunTable(this.database, () -> NOW);
		this.database.inTransaction(() -> {
			this.table.insert(List.of(new NewRun(this.id, null, null, null, "", DurableRunState.ACCEPTED, "{}", null,
					"secret", null, null, null)));
			return null;
		});
	}

	@AfterEach
	void close() {
		this.dataSource.close();
	}

	@Test
	void aRequestIsTakenOnce() {
		assertThat(change(() -> claim("one"))).isTrue();
		assertThat(change(() -> claim("two"))).isFalse();
		assertThat(row().sendToken()).isEqualTo("one-1");
		assertThat(row().attempts()).isEqualTo(1);
	}

	@Test
	void onlyTheSenderStoresTheAnswer() {
		change(() -> claim("one"));
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("other"), "run-1"))).isEmpty())).isFalse();
		assertThat(change(() -> this.table.change(Transition.RETURN, this.id, "batch", null, "error", "no", "next", NOW,
				"token", "other")))
			.isFalse();
		assertThat(change(() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "other")))
			.isFalse();
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("one-1"), "run-1"))).isEmpty())).isTrue();
		assertThat(row().secrets()).isNull();
		assertThat(change(() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "one-1")))
			.isFalse();
		assertThat(row().state()).isEqualTo(DurableRunState.RUNNING);
	}

	@Test
	void aLateAnswerDecidesAboutAnUncertainRun() {
		change(() -> claim("one"));
		change(() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "one-1"));
		assertThat(row().secrets()).isEqualTo("secret");
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("one-1"), "run-1"))).isEmpty())).isTrue();
	}

	@Test
	void aLateAnswerDoesNotDecideAboutARunThatWasSentAgain() {
		change(() -> claim("one"));
		change(() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "one-1"));
		change(() -> this.table.change(Transition.RESUBMIT, this.id, "submission", null, "by", null));
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("one-1"), "run-1"))).isEmpty())).isFalse();
		change(() -> claim("two"));
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("one-1"), "run-1"))).isEmpty())).isFalse();
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("two-1"), "run-2"))).isEmpty())).isTrue();
	}

	@Test
	void aLateAnswerDoesNotDecideAboutARunThatAPersonAbandoned() {
		claim("one");
		change(() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "one-1"));
		change(() -> this.table.change(Transition.ABANDON, this.id, "by", "someone"));
		assertThat(change(() -> !this.table.link(List.of(new Link(sent("one-1"), "run-1"))).isEmpty())).isFalse();
	}

	@Test
	void aRunThatIsNotSentIsNeitherSettledNorLost() {
		assertThat(change(() -> this.table.change(Transition.SETTLE, this.id, "runId", "run-1", "by", null))).isFalse();
		assertThat(change(() -> this.table.change(Transition.RESUBMIT, this.id, "submission", null, "by", null)))
			.isFalse();
		assertThat(change(() -> this.table.change(Transition.ABANDON, this.id, "by", null))).isFalse();
		assertThat(change(() -> this.table.change(Transition.REDELIVER, this.id, "by", null))).isFalse();
		assertThat(change(() -> this.table.change(Transition.LOSE, this.id, "error", "gone"))).isFalse();
		assertThat(row().state()).isEqualTo(DurableRunState.ACCEPTED);
	}

	@Test
	void aCancelledRunIsNotSentAgain() {
		change(() -> claim("one"));
		assertThat(change(() -> this.table.requestCancel(this.id, null))).isTrue();
		assertThat(change(() -> this.table.change(Transition.RETURN, this.id, "batch", null, "error", "no", "next", NOW,
				"token", "one-1")))
			.isFalse();
		change(() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "one-1"));
		assertThat(change(() -> this.table.change(Transition.RESUBMIT, this.id, "submission", null, "by", null)))
			.isFalse();
		assertThat(change(() -> this.table.change(Transition.ABANDON, this.id, "by", null))).isTrue();
		assertThat(change(() -> this.table.requestCancel(this.id, null))).isFalse();
	}

	@Test
	void aRequestThatIsBeingSentIsNotCancelledAsUnsent() {
		change(() -> claim("one"));
		assertThat(change(() -> this.table.change(Transition.CANCEL, this.id, StoredOutcome.cancelled(), "attempts", 0,
				"next", NOW)))
			.isFalse();
		assertThat(change(() -> this.table.requestCancel(this.id, null))).isTrue();
		assertThat(change(() -> this.table.requestCancel(this.id, null))).isFalse();
	}

	/**
	 * The picture of the page has the changes that are possible, and no others.
	 */
	@Test
	void thePageShowsEachTransition() throws IOException {
		String page = Files.readString(Path.of("../docs/durable.md"));
		List<String> arrows = Pattern.compile("(?m)^    ([A-Z]+ --> [A-Z]+: .*)$")
			.matcher(page)
			.results()
			.map((match) -> match.group(1))
			.toList();
		assertThat(arrows).containsExactlyInAnyOrderElementsOf(
				Stream.of(Transition.values()).flatMap((transition) -> transition.arrows().stream()).toList());
	}

	/**
	 * Each change is made from the states of its transition, and from no other.
	 */
	@ParameterizedTest
	@EnumSource(DurableRunState.class)
	void aStateIsOnlyLeftByItsTransitions(DurableRunState state) {
		Map<Transition, BooleanSupplier> changes = new EnumMap<>(Transition.class);
		changes.put(Transition.CLAIM, () -> claim("two"));
		changes.put(Transition.RETURN, () -> this.table.change(Transition.RETURN, this.id, "batch", null, "error", "no",
				"next", NOW, "token", "one-1"));
		changes.put(Transition.LINK, () -> !this.table.link(List.of(new Link(sent("one-1"), "run-1"))).isEmpty());
		changes.put(Transition.DOUBT,
				() -> this.table.change(Transition.DOUBT, this.id, "error", "lost", "token", "one-1"));
		changes.put(Transition.LOSE, () -> this.table.change(Transition.LOSE, this.id, "error", "gone"));
		changes.put(Transition.KEEP, () -> this.table.change(Transition.KEEP, this.id, StoredOutcome.refused("no"),
				"attempts", 1, "next", NOW));
		changes.put(Transition.REJECT, () -> this.table.change(Transition.REJECT, this.id, StoredOutcome.refused("no"),
				"attempts", 0, "next", NOW, "token", "one-1"));
		changes.put(Transition.CANCEL, () -> this.table.change(Transition.CANCEL, this.id, StoredOutcome.cancelled(),
				"attempts", 0, "next", NOW));
		changes.put(Transition.PARK, () -> this.table.change(Transition.PARK, this.id));
		changes.put(Transition.EXPIRE,
				() -> this.table.change(Transition.EXPIRE, this.id, "before", NOW, "by", RunTable.POLICY));
		for (Transition end : List.of(Transition.END, Transition.REFUSE)) {
			changes.put(end, () -> this.table.change(end, this.id, StoredOutcome.cancelled(), "verdict", null));
		}
		changes.put(Transition.SETTLE,
				() -> this.table.change(Transition.SETTLE, this.id, "runId", "run-1", "by", null));
		changes.put(Transition.RESUBMIT,
				() -> this.table.change(Transition.RESUBMIT, this.id, "submission", null, "by", null));
		changes.put(Transition.ABANDON, () -> this.table.change(Transition.ABANDON, this.id, "by", null));
		changes.put(Transition.REDELIVER, () -> this.table.change(Transition.REDELIVER, this.id, "by", null));
		changes.forEach((transition, change) -> {
			this.database.inTransaction(() -> this.database.jdbc()
				.sql("update tinyfish_run set state = ?, send_token = 'one-1', run_id = null, decided_by = ?")
				.params(state.name(), RunTable.POLICY)
				.update());
			assertThat(change.getAsBoolean()).as(transition + " of " + state)
				.isEqualTo(transition.from().contains(state));
			assertThat(row().state()).isEqualTo(transition.from().contains(state) ? transition.to() : state);
		});
	}

	@Test
	void descriptionsShowNoSecrets() {
		assertThat(row().toString()).doesNotContain("secret");
		assertThat(new NewRun(this.id, null, null, null, "", DurableRunState.ACCEPTED, "{}", null, "secret", null, null,
				null)
			.toString()).doesNotContain("secret");
	}

	private boolean claim(String token) {
		return this.table.claim(List.of(row()), token, "sender");
	}

	private boolean change(BooleanSupplier change) {
		return this.database.inTransaction(change::getAsBoolean);
	}

	private Sent sent(String token) {
		return new Sent(row(), token);
	}

	private RunRow row() {
		return this.table.find(this.id).orElseThrow();
	}

}
