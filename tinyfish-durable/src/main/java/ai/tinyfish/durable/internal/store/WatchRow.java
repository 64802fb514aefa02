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
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchState;
import ai.tinyfish.durable.watch.WatchStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.scheduling.support.CronExpression;

/**
 * A row of the table of watches.
 *
 * @param declaredAt when the instance was started whose code declares it, or null if it
 * was saved
 * @param openRun the durable id of the last run, or null if it was compared
 * @param open whether that run may still have an outcome
 */
public record WatchRow(String id, @Nullable String account, Definition definition, @Nullable String secrets,
		@Nullable Instant declaredAt, WatchState state, @Nullable Instant nextAt, @Nullable String openRun,
		boolean open, @Nullable Instant checkUntil, Progress progress) {

	static WatchRow of(ResultSet row, int number) throws SQLException {
		return new WatchRow(row.getString("id"), row.getString("account"),
				Json.read(row.getString("definition"), Definition.class), row.getString("secrets"),
				RunRow.time(row, "declared_at"), WatchState.valueOf(row.getString("state")),
				RunRow.time(row, "next_at"), row.getString("open_run"), row.getBoolean("is_open"),
				RunRow.time(row, "check_until"), Json.read(row.getString("progress"), Progress.class));
	}

	/**
	 * Return the watch as the API shows it.
	 */
	public WatchStatus status() {
		return new WatchStatus(this.id, this.account, this.state, this.definition.cron, this.definition.zone,
				this.nextAt, this.openRun, this.progress.goodAt, this.progress.misses, this.progress.drift,
				this.progress.page.saved(), this.progress.page.off());
	}

	/**
	 * Return whether the next run is one that was planned to confirm a change before the
	 * next slot.
	 */
	public boolean isEarly(Instant now) {
		Instant slot = this.definition.next(now);
		return this.nextAt != null && this.nextAt.isAfter(now) && (slot == null || this.nextAt.isBefore(slot));
	}

	/**
	 * Return whether the slot is to be checked before it runs.
	 */
	public boolean isToBeChecked() {
		return this.definition.check.skipUnchanged > 0 && this.progress.page.off() == null && this.checkUntil == null;
	}

	/**
	 * Return whether a slot need not run, since the page is the one from which the
	 * baseline was read.
	 * @param digest the digest of the page, or null if it is not known
	 */
	public boolean isUnchanged(@Nullable String digest) {
		Progress known = this.progress;
		return digest != null && known.baseline != null && known.pending.isEmpty() && known.misses == 0
				&& known.drift == null
				&& known.page.isUnchanged(digest, this.definition.confirm, this.definition.check.skipUnchanged);
	}

	/**
	 * Return a description without the request and its secrets.
	 */
	@Override
	public String toString() {
		return "WatchRow[" + this.id + "]";
	}

	/**
	 * Definition of a watch, in the form in which it is stored.
	 *
	 * @param request the request without its secrets
	 */
	public record Definition(String request, String cron, String zone, List<String> key, List<String> ignore,
			Map<String, Tolerance> tolerance, int confirm, @Nullable Duration confirmAfter, boolean acceptEmpty,
			@Nullable String goalVersion, Check check) {

		/**
		 * Return what a result answers: results before and after a change of it cannot be
		 * compared.
		 */
		public List<Object> question() {
			return List.of(run().path("goal"), url(), run().path("output_schema"), this.key);
		}

		/**
		 * Return the URL of the request.
		 */
		public String url() {
			return run().path("url").asString();
		}

		private JsonNode run() {
			return Json.read(this.request).path("run");
		}

		/**
		 * Return the first slot after a time.
		 * @return the slot, or null if there is no schedule
		 */
		public @Nullable Instant next(Instant after) {
			ZonedDateTime next = this.cron.equals(Watch.NEVER) ? null
					: CronExpression.parse(this.cron).next(after.atZone(ZoneId.of(this.zone)));
			return (next != null) ? next.toInstant() : null;
		}

		/**
		 * Return the seconds between two slots, the longer ones after a time.
		 * @return the seconds, or null without a schedule
		 */
		@Nullable Long periodSeconds(Instant after) {
			Instant first = next(after);
			Instant second = (first != null) ? next(first) : null;
			return (first == null || second == null) ? null
					: Math.max(Duration.between(after, first).toSeconds(), Duration.between(first, second).toSeconds());
		}

	}

	/**
	 * Progress of the comparison, in the form in which it is stored.
	 *
	 * @param baseline the records of the baseline, or null before the first result
	 * @param pending the changes that are not confirmed, by key
	 * @param newest the slot of the newest result, or when the baseline was to begin
	 * @param goodAt when the last result was compared, or the watch was created
	 * @param misses the number of misses in a row
	 * @param drift the reason of the drift that was published, or null
	 * @param early how many runs in a row were scheduled to confirm a change
	 * @param page the text of the page and the slots skipped
	 */
	public record Progress(@Nullable List<JsonNode> baseline, Map<String, Pending> pending, Instant newest,
			Instant goodAt, int misses, @Nullable String drift, int early, Page page) {

		/**
		 * Return the same progress with another state of the page.
		 */
		public Progress withPage(Page page) {
			return new Progress(this.baseline, this.pending, this.newest, this.goodAt, this.misses, this.drift,
					this.early, page);
		}

	}

	/**
	 * Check of the page before a run.
	 *
	 * @param skipUnchanged how many slots in a row are skipped; 0 for no check
	 * @param selectors the parts of the page that count; empty for all of it
	 */
	public record Check(int skipUnchanged, List<String> selectors) {

	}

	/**
	 * Change that is not confirmed.
	 *
	 * @param count how many results in a row agree on it
	 * @param record the record in the last of them, or null if it is absent
	 */
	public record Pending(int count, @Nullable JsonNode record) {

	}

}
