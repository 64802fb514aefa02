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

package ai.tinyfish.spring.ai.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

import ai.tinyfish.spring.ai.tools.LedgerRuns;
import ai.tinyfish.spring.ai.tools.RunLedger;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;

import static ai.tinyfish.spring.ai.autoconfigure.McpSessions.MAX_SESSIONS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatRuntimeException;

/**
 * Whose a session is, and how many there are.
 */
class McpSessionsTests {

	private final AtomicLong time = new AtomicLong();

	private final McpSessions sessions = new McpSessions(3, this.time::get);

	@Test
	void sessionStaysWithItsPrincipalWhileItIsIdle() {
		this.sessions.open("session", "alice");
		this.time.addAndGet(Duration.ofHours(2).toNanos());
		assertBelongsToAlice("session");
	}

	@Test
	void sessionStaysWithItsPrincipalForAnyIdsOfRequests() {
		this.sessions.open("session", "alice");
		RunLedger ledger = this.sessions.ledger("session");
		for (int i = 0; i < MAX_SESSIONS; i++) {
			assertThat(this.sessions.refusal("no session " + i, "mallory")).isEqualTo(HttpStatus.NOT_FOUND);
		}
		assertBelongsToAlice("session");
		assertThat(this.sessions.ledger("session")).isSameAs(ledger);
		assertHasRoom();
	}

	@Test
	void newSessionIsRefusedAtTheBoundUntilOneHasEnded() {
		this.sessions.open("session", "alice");
		fill(MAX_SESSIONS - 1);
		assertIsFull();
		assertBelongsToAlice("session");
		this.sessions.end("session");
		assertHasRoom();
		assertThat(this.sessions.refusal("session", "alice")).isEqualTo(HttpStatus.NOT_FOUND);
	}

	@Test
	void idleSessionsMakeRoomAtTheBoundUnlessTheyHaveOpenRuns() {
		this.sessions.open("open", "alice");
		this.sessions.open("used", "alice");
		Runnable end = LedgerRuns.open(this.sessions.ledger("open"));
		fill(MAX_SESSIONS - 2);
		this.time.addAndGet(Duration.ofHours(2).toNanos());
		assertBelongsToAlice("used");
		assertHasRoom();
		assertThat(this.sessions.refusal("session 0", "bob")).isEqualTo(HttpStatus.NOT_FOUND);
		assertBelongsToAlice("open");
		assertBelongsToAlice("used");
		end.run();
		fill(MAX_SESSIONS - 2);
		assertIsFull();
		this.time.addAndGet(Duration.ofHours(2).toNanos());
		assertHasRoom();
		assertThat(this.sessions.refusal("open", "alice")).isEqualTo(HttpStatus.NOT_FOUND);
	}

	@Test
	void onePrincipalCannotHoldAllPlaces() {
		this.sessions.open("open", "alice");
		LedgerRuns.open(this.sessions.ledger("open"));
		int opened = MAX_SESSIONS / 5;
		for (int i = 0; i < opened; i++) {
			this.time.incrementAndGet();
			assertHasRoom();
			this.sessions.open("session " + i, "alice");
		}
		assertThat(this.sessions.refusal(null, "bob")).isNull();
		assertBelongsToAlice("open");
		assertBelongsToAlice("session " + (opened - 1));
		assertThat(IntStream.range(0, opened)
			.filter((i) -> this.sessions.refusal("session " + i, "alice") == null)
			.count()).isEqualTo(MAX_SESSIONS / 10 - 1);
	}

	@Test
	void principalIsRefusedWhileAllItsSessionsHaveOpenRuns() {
		List<Runnable> ends = new ArrayList<>();
		for (int i = 0; i < MAX_SESSIONS / 10; i++) {
			this.sessions.open("session " + i, "alice");
			ends.add(LedgerRuns.open(this.sessions.ledger("session " + i)));
		}
		assertIsFull();
		assertThat(this.sessions.refusal(null, "bob")).isNull();
		ends.get(7).run();
		assertHasRoom();
		assertThat(this.sessions.refusal("session 7", "alice")).isEqualTo(HttpStatus.NOT_FOUND);
	}

	/**
	 * As when a client ends its session while the server dispatches a call of it.
	 */
	@Test
	void callOfASessionThatHasEndedOpensNone() {
		this.sessions.open("session", "alice");
		this.sessions.end("session");
		assertThatRuntimeException().isThrownBy(() -> LedgerRuns.open(this.sessions.ledger("session")))
			.withMessageStartingWith("Refused, nothing was sent");
		fill(MAX_SESSIONS - 1);
		assertHasRoom();
	}

	/**
	 * A request of another principal does not use a session.
	 */
	@Test
	void sessionThatOnlyOthersAskForIsIdle() {
		this.sessions.open("session", "alice");
		fill(MAX_SESSIONS - 1);
		this.time.addAndGet(Duration.ofHours(1).toNanos());
		IntStream.range(0, MAX_SESSIONS - 1).forEach((i) -> this.sessions.refusal("session " + i, "bob"));
		assertThat(this.sessions.refusal("session", "mallory")).isEqualTo(HttpStatus.NOT_FOUND);
		assertHasRoom();
		assertThat(this.sessions.refusal("session", "alice")).isEqualTo(HttpStatus.NOT_FOUND);
	}

	/**
	 * As with another path of the application that leads to the server.
	 */
	@Test
	void sessionThatWasNotSeenToOpenOpensNoRuns() {
		assertThatRuntimeException().isThrownBy(() -> LedgerRuns.open(this.sessions.ledger("session")))
			.withMessageStartingWith("Refused, nothing was sent");
		assertThat(this.sessions.refusal("session", "")).isEqualTo(HttpStatus.NOT_FOUND);
	}

	/**
	 * Open sessions until there is no place left.
	 * @return their ids
	 */
	static List<String> fill(McpSessions sessions) {
		List<String> ids = new ArrayList<>();
		// fewer than a hundred are open before; each look goes through all of them
		while (ids.size() < MAX_SESSIONS - 100 || sessions.refusal(null, "") == null) {
			ids.add("held " + ids.size());
			sessions.open(ids.get(ids.size() - 1), "unknown");
		}
		return ids;
	}

	private void fill(int number) {
		IntStream.range(0, number).forEach((i) -> this.sessions.open("session " + i, "bob"));
	}

	private void assertBelongsToAlice(String session) {
		assertThat(this.sessions.refusal(session, "mallory")).isEqualTo(HttpStatus.NOT_FOUND);
		assertThat(this.sessions.refusal(session, "alice")).isNull();
	}

	private void assertHasRoom() {
		assertThat(this.sessions.refusal(null, "alice")).isNull();
	}

	private void assertIsFull() {
		assertThat(this.sessions.refusal(null, "alice")).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE);
	}

}
