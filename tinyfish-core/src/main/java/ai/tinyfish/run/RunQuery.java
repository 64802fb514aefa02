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

package ai.tinyfish.run;

import java.time.Instant;

import ai.tinyfish.internal.json.EnumTexts;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Query for runs. Immutable.
 *
 * @since 0.1.0
 */
public final class RunQuery {

	private static final WireForm EMPTY = WireForm.register(RunQuery.class, (query) -> query.params);

	private static final RunQuery ALL = new RunQuery(EMPTY);

	private static final int MAX_GOAL_LENGTH = 500;

	private static final int MAX_LIMIT = 100;

	private final WireForm params;

	private RunQuery(WireForm params) {
		this.params = params;
	}

	/**
	 * Return all runs, newest first.
	 * @return the query
	 */
	public static RunQuery all() {
		return ALL;
	}

	/**
	 * Start a new query.
	 * @return a builder without any condition
	 */
	public static Builder builder() {
		return new Builder(EMPTY);
	}

	/**
	 * Start a new query from this one.
	 * @return a builder with the conditions of this query
	 */
	public Builder toBuilder() {
		return new Builder(this.params);
	}

	/**
	 * Return the status of the runs.
	 * @return the status, or null for any
	 */
	public @Nullable RunStatus status() {
		return this.params.read("status", RunStatus::of);
	}

	/**
	 * Return the text that the goals of the runs contain.
	 * @return the text, or null for any
	 */
	public @Nullable String goal() {
		return this.params.text("goal");
	}

	/**
	 * Return the time after which the runs were created.
	 * @return the point in time, or null for any
	 */
	public @Nullable Instant createdAfter() {
		return (Instant) this.params.get("created_after");
	}

	/**
	 * Return the time before which the runs were created.
	 * @return the point in time, or null for any
	 */
	public @Nullable Instant createdBefore() {
		return (Instant) this.params.get("created_before");
	}

	/**
	 * Return the order of the runs.
	 * @return the order, or null for the service's default
	 */
	public @Nullable SortDirection sortDirection() {
		return this.params.read("sort_direction", (String text) -> EnumTexts.read(text, SortDirection.DESC));
	}

	/**
	 * Return the cursor to continue from.
	 * @return the cursor, or null for the first page
	 */
	public @Nullable String cursor() {
		return this.params.text("cursor");
	}

	/**
	 * Return the largest number of runs of a page.
	 * @return the number, or null for the service's default
	 */
	public @Nullable Integer limit() {
		return (Integer) this.params.get("limit");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof RunQuery that && this.params.equals(that.params));
	}

	@Override
	public int hashCode() {
		return this.params.hashCode();
	}

	@Override
	public String toString() {
		return "RunQuery" + LogText.of(this.params.toMap());
	}

	/**
	 * Builder for a {@link RunQuery}. In every method, null removes the condition.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> params;

		private Builder(WireForm params) {
			this.params = params.toBuilder(this);
		}

		/**
		 * Limit the runs to those of this status.
		 * @param status the status, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the status is {@link RunStatus#UNKNOWN}
		 */
		public Builder status(@Nullable RunStatus status) {
			Checks.that(status != RunStatus.UNKNOWN, "status must be one that the service knows, not UNKNOWN");
			return this.params.set("status", (status != null) ? status.name() : null);
		}

		/**
		 * Limit the runs to those whose goal contains this text, in any case.
		 * @param goal the text, at most 500 characters, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the text is blank or too long
		 */
		public Builder goal(@Nullable String goal) {
			Checks.that(goal == null || goal.length() <= MAX_GOAL_LENGTH,
					"goal must not be longer than 500 characters");
			return this.params.set("goal", Checks.optionalText("goal", goal));
		}

		/**
		 * Limit the runs to those created after this time.
		 * @param createdAfter the point in time, or null for any
		 * @return this builder
		 */
		public Builder createdAfter(@Nullable Instant createdAfter) {
			return this.params.set("created_after", createdAfter);
		}

		/**
		 * Limit the runs to those created before this time.
		 * @param createdBefore the point in time, or null for any
		 * @return this builder
		 */
		public Builder createdBefore(@Nullable Instant createdBefore) {
			return this.params.set("created_before", createdBefore);
		}

		/**
		 * Set the order of the runs.
		 * @param sortDirection the order, or null for the service's default
		 * @return this builder
		 */
		public Builder sortDirection(@Nullable SortDirection sortDirection) {
			return this.params.set("sort_direction", EnumTexts.write(sortDirection));
		}

		/**
		 * Set the cursor to continue from.
		 * @param cursor the {@link Pagination#nextCursor() cursor} of the page before, or
		 * null for the first page
		 * @return this builder
		 * @throws IllegalArgumentException if the cursor is blank
		 */
		public Builder cursor(@Nullable String cursor) {
			return this.params.set("cursor", Checks.optionalText("cursor", cursor));
		}

		/**
		 * Set the largest number of runs of a page.
		 * @param limit from 1 to 100, or null for the service's default of 20
		 * @return this builder
		 * @throws IllegalArgumentException if the limit is out of range
		 */
		public Builder limit(@Nullable Integer limit) {
			return this.params.set("limit", Checks.optionalRange("limit", limit, 1, MAX_LIMIT));
		}

		/**
		 * Build the query.
		 * @return the query
		 */
		public RunQuery build() {
			return new RunQuery(this.params.build());
		}

	}

}
