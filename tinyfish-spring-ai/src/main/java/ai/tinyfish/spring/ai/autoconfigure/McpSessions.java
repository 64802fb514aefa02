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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import ai.tinyfish.spring.ai.tools.RunLedger;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * Sessions of an MCP server, each with its ledger and the principal that opened it. Only
 * an initialize request opens one. At the limit, sessions that have not been used for an
 * hour and have no run in progress are removed: their clients have to initialize again.
 * If no place becomes free, a new session is refused. A principal has at most a tenth of
 * the places. Beyond that, its least recently used session is removed for a new one.
 */
final class McpSessions {

	static final int MAX_SESSIONS = 10_000;

	/** Maximum number of sessions of one principal. */
	private static final int MAX_OWN_SESSIONS = MAX_SESSIONS / 10;

	private static final long IDLE = Duration.ofHours(1).toNanos();

	private final int maxRuns;

	private final LongSupplier nanoTime;

	private final Map<String, McpSession> sessions = new ConcurrentHashMap<>();

	McpSessions(int maxRuns) {
		this(maxRuns, System::nanoTime);
	}

	McpSessions(int maxRuns, LongSupplier nanoTime) {
		this.maxRuns = maxRuns;
		this.nanoTime = nanoTime;
	}

	/**
	 * Return the status that refuses a request, or null to admit it.
	 * @param id the session that the request names, or null if it can only open one
	 * @param principal the principal of the request
	 */
	@Nullable HttpStatus refusal(@Nullable String id, String principal) {
		if (id == null) {
			return (isFull() || !hasRoom(principal)) ? HttpStatus.SERVICE_UNAVAILABLE : null;
		}
		McpSession session = this.sessions.computeIfPresent(id,
				(key, known) -> principal.equals(known.principal()) ? used(known) : known);
		return (session != null && principal.equals(session.principal())) ? null : HttpStatus.NOT_FOUND;
	}

	/**
	 * Add a session that the server has opened. Requests that were admitted at the same
	 * time may exceed the limit.
	 */
	void open(String id, String principal) {
		this.sessions.putIfAbsent(id,
				new McpSession(new RunLedger(this.maxRuns), principal, this.nanoTime.getAsLong()));
	}

	/**
	 * Remove a session that its client has ended.
	 */
	void end(String id) {
		this.sessions.remove(id);
	}

	/**
	 * Return the ledger of a session.
	 * @return a ledger, which opens no runs if the session has ended
	 */
	RunLedger ledger(String id) {
		McpSession session = this.sessions.computeIfPresent(id, (key, known) -> used(known));
		if (session != null) {
			return session.ledger();
		}
		RunLedger closed = new RunLedger(this.maxRuns);
		closed.close();
		return closed;
	}

	private boolean isFull() {
		if (this.sessions.size() >= MAX_SESSIONS) {
			long now = this.nanoTime.getAsLong();
			// keeps a session that has just been used, since it is no longer equal
			this.sessions.values().removeIf((session) -> now - session.at() >= IDLE && !session.ledger().hasOpenRuns());
		}
		return this.sessions.size() >= MAX_SESSIONS;
	}

	/**
	 * Return whether a principal may open a session. At its limit, its least recently
	 * used session is removed, unless a run of it is in progress.
	 */
	private boolean hasRoom(String principal) {
		long now = this.nanoTime.getAsLong();
		List<Map.Entry<String, McpSession>> own = this.sessions.entrySet()
			.stream()
			.filter((entry) -> principal.equals(entry.getValue().principal()))
			.sorted(Comparator.comparingLong((entry) -> entry.getValue().at() - now))
			.toList();
		return own.size() < MAX_OWN_SESSIONS || own.stream()
			.anyMatch((entry) -> entry.getValue().ledger().close() && this.sessions.remove(entry.getKey()) != null);
	}

	private McpSession used(McpSession session) {
		return new McpSession(session.ledger(), session.principal(), this.nanoTime.getAsLong());
	}

	private record McpSession(RunLedger ledger, String principal, long at) {
	}

}
