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

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Objects;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.support.RunLog;
import org.jspecify.annotations.Nullable;

/**
 * A row of the table of runs.
 */
public record RunRow(String id, long seq, @Nullable String batch, @Nullable String key, @Nullable String tag,
		String account, DurableRunState state, String request, @Nullable String submitted,
		@Nullable String submissionId, @Nullable String secrets, @Nullable Long timeoutMillis,
		@Nullable String sendToken, @Nullable Instant sendingAt, int attempts, boolean cancelRequested,
		@Nullable String runId, @Nullable String verdict, @Nullable String result, @Nullable String error, int failures,
		int handoverAttempts, @Nullable Instant nextAt, Instant acceptedAt, @Nullable Instant endedAt,
		Instant changedAt, @Nullable String decidedBy, @Nullable Instant decidedAt, @Nullable String goalVersion,
		@Nullable String watch, @Nullable Instant slot, @Nullable String page, @Nullable String trace) {

	static final String SELECT = "select * from tinyfish_run ";

	static RunRow of(ResultSet row, int number) throws SQLException {
		return new RunRow(row.getString("id"), row.getLong("seq"), row.getString("batch"),
				row.getString("submission_key"), row.getString("tag"), row.getString("account"),
				DurableRunState.valueOf(row.getString("state")), row.getString("request"), row.getString("submitted"),
				row.getString("submission_id"), row.getString("secrets"), row.getObject("timeout_millis", Long.class),
				row.getString("send_token"), time(row, "sending_at"), row.getInt("attempts"),
				row.getBoolean("cancel_requested"), row.getString("run_id"), row.getString("verdict"),
				row.getString("result"), row.getString("error"), row.getInt("failures"),
				row.getInt("handover_attempts"), time(row, "next_at"), Objects.requireNonNull(time(row, "accepted_at")),
				time(row, "ended_at"), Objects.requireNonNull(time(row, "changed_at")), row.getString("decided_by"),
				time(row, "decided_at"), row.getString("goal_version"), row.getString("watch"), time(row, "slot"),
				row.getString("page"), row.getString("trace"));
	}

	/**
	 * Return the verdict.
	 * @return the verdict, {@code UNKNOWN} if this version does not know it, or null if
	 * the run has none
	 */
	public @Nullable GoalOutcome goalOutcome() {
		return (this.verdict == null) ? null
				: EnumSet.allOf(GoalOutcome.class)
					.stream()
					.filter((outcome) -> outcome.name().equals(this.verdict))
					.findFirst()
					.orElse(GoalOutcome.UNKNOWN);
	}

	static @Nullable Instant time(ResultSet row, String column) throws SQLException {
		OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
		return (time != null) ? time.toInstant() : null;
	}

	/**
	 * Return a time as the drivers accept it.
	 */
	static OffsetDateTime parameter(Instant time) {
		return time.atOffset(ZoneOffset.UTC);
	}

	/**
	 * Return a value of a parameter as the drivers accept it.
	 */
	static @Nullable Object value(@Nullable Object value) {
		return (value instanceof Instant at) ? parameter(at) : (value instanceof Enum<?> name) ? name.name() : value;
	}

	/**
	 * Return the account as the API names it.
	 */
	public @Nullable String accountName() {
		return this.account.isEmpty() ? null : this.account;
	}

	/**
	 * Call an action that logs lines about this run.
	 * @param runId the id of its run, or null if it is not known
	 */
	public void about(@Nullable String runId, Runnable action) {
		RunLog.about(runId, this.tag, accountName(), action);
	}

	/**
	 * Have the lines of a task about this run, also the one that says that it failed.
	 */
	public void inLog() {
		RunLog.set(this.runId, this.tag, accountName());
	}

	/**
	 * Return the token of the last submission; set for a request that was sent.
	 */
	public String token() {
		return Objects.requireNonNull(this.sendToken);
	}

	/**
	 * Return the run as the API shows it.
	 */
	public DurableRun view() {
		AgentRequest request = Requests.withoutSecrets(this.request);
		return DurableRun.builder()
			.id(this.id)
			.key(this.key)
			.tag(this.tag)
			.account(accountName())
			.state(this.state)
			.url(request.url())
			.goal(request.goal())
			.goalVersion(this.goalVersion)
			.runId(this.runId)
			.run(StoredOutcome.run(this.result))
			.error(this.error)
			.attempts(this.attempts)
			.cancelRequested(this.cancelRequested)
			.acceptedAt(this.acceptedAt)
			.endedAt(this.endedAt)
			.changedAt(this.changedAt)
			.verdict(goalOutcome())
			.decidedBy(this.decidedBy)
			.decidedAt(this.decidedAt)
			.build();
	}

	/**
	 * Return a description without the request and its secrets.
	 */
	@Override
	public String toString() {
		return "RunRow[" + this.id + ", " + this.state + "]";
	}

}
