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

package ai.tinyfish.durable;

import java.time.Instant;

import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.RunStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Conditions, order and page of a list of durable runs. A condition that is null holds
 * for all runs.
 *
 * @param state the state of the runs, or null for all
 * @param tag the tag of the runs, or null for all
 * @param key the key of the run's submission, or null for all
 * @param account the account of the runs, or null for all
 * @param status the status that the service reported: runs that failed are
 * {@link DurableRunState#DONE}, too; or null for all
 * @param verdict whether the runs have reached their goal, as the
 * {@link ai.tinyfish.run.GoalEvaluator} said at the handover, or null for all
 * @param acceptedAfter the time from which the runs were submitted, or null for all
 * @param acceptedBefore the time before which the runs were submitted, or null for all
 * @param newestFirst whether the runs that were submitted last come first
 * @param cursor where the page begins, from {@link DurableRunPage#nextCursor()}; null for
 * the first
 * @param limit the largest number of runs, from 1 to 1000
 * @since 0.1.0
 */
public record DurableRunQuery(@Nullable DurableRunState state, @Nullable String tag, @Nullable String key,
		@Nullable String account, @Nullable RunStatus status, @Nullable GoalOutcome verdict,
		@Nullable Instant acceptedAfter, @Nullable Instant acceptedBefore, boolean newestFirst, @Nullable String cursor,
		int limit) {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private static final DurableRunQuery ALL = new DurableRunQuery(null, null, null, null, null, null, null, null,
			false, null, DEFAULT_LIMIT);

	/**
	 * Create a new query.
	 * @throws IllegalArgumentException if the limit is out of range or the cursor is not
	 * one of a page
	 */
	public DurableRunQuery {
		Assert.isTrue(limit >= 1 && limit <= MAX_LIMIT, () -> "limit must be from 1 to " + MAX_LIMIT);
		Assert.isTrue(cursor == null || cursor.matches("[0-9]{1,18}(-[0-9]{1,18})?"),
				"cursor must be the nextCursor of a page");
		Assert.isTrue(cursor == null || cursor.contains("-") || (acceptedAfter == null && acceptedBefore == null),
				"cursor must be the nextCursor of a page that was requested with acceptedAfter or acceptedBefore."
						+ " Request the first page again");
	}

	/**
	 * Return the query for all runs: pages of 100, in the order of their submission.
	 * @return the query
	 */
	public static DurableRunQuery all() {
		return ALL;
	}

	/**
	 * Start a new query.
	 * @return a builder without any condition
	 */
	public static Builder builder() {
		return new Builder(ALL);
	}

	/**
	 * Start a new query from this one.
	 * @return a builder with the conditions of this query
	 */
	public Builder toBuilder() {
		return new Builder(this);
	}

	/**
	 * Builder for a {@link DurableRunQuery}. In every method, null removes the condition.
	 */
	public static final class Builder {

		private @Nullable DurableRunState state;

		private @Nullable String tag;

		private @Nullable String key;

		private @Nullable String account;

		private @Nullable RunStatus status;

		private @Nullable GoalOutcome verdict;

		private @Nullable Instant acceptedAfter;

		private @Nullable Instant acceptedBefore;

		private boolean newestFirst;

		private @Nullable String cursor;

		private int limit;

		private Builder(DurableRunQuery query) {
			this.state = query.state;
			this.tag = query.tag;
			this.key = query.key;
			this.account = query.account;
			this.status = query.status;
			this.verdict = query.verdict;
			this.acceptedAfter = query.acceptedAfter;
			this.acceptedBefore = query.acceptedBefore;
			this.newestFirst = query.newestFirst;
			this.cursor = query.cursor;
			this.limit = query.limit;
		}

		/**
		 * Limit the runs to those in a state.
		 * @param state the state, or null for any
		 * @return this builder
		 */
		public Builder state(@Nullable DurableRunState state) {
			this.state = state;
			return this;
		}

		/**
		 * Limit the runs to those with a tag.
		 * @param tag the tag, or null for any
		 * @return this builder
		 */
		public Builder tag(@Nullable String tag) {
			this.tag = tag;
			return this;
		}

		/**
		 * Limit the runs to that of a submission key: one for each account.
		 * @param key the key, or null for any
		 * @return this builder
		 */
		public Builder key(@Nullable String key) {
			this.key = key;
			return this;
		}

		/**
		 * Limit the runs to those of an account.
		 * @param account the account, or null for any
		 * @return this builder
		 */
		public Builder account(@Nullable String account) {
			this.account = account;
			return this;
		}

		/**
		 * Limit the runs to those that ended with a status.
		 * @param status the status, or null for any
		 * @return this builder
		 */
		public Builder status(@Nullable RunStatus status) {
			this.status = status;
			return this;
		}

		/**
		 * Limit the runs to those with a verdict.
		 * @param verdict whether the runs have reached their goal, or null for any
		 * @return this builder
		 */
		public Builder verdict(@Nullable GoalOutcome verdict) {
			this.verdict = verdict;
			return this;
		}

		/**
		 * Limit the runs to those submitted at or after a time.
		 * @param acceptedAfter the time, or null for any
		 * @return this builder
		 */
		public Builder acceptedAfter(@Nullable Instant acceptedAfter) {
			this.acceptedAfter = acceptedAfter;
			return this;
		}

		/**
		 * Limit the runs to those submitted before a time.
		 * @param acceptedBefore the time, or null for any
		 * @return this builder
		 */
		public Builder acceptedBefore(@Nullable Instant acceptedBefore) {
			this.acceptedBefore = acceptedBefore;
			return this;
		}

		/**
		 * Set the order: by default, the runs that were submitted first come first.
		 * @param newestFirst whether the runs that were submitted last come first
		 * @return this builder
		 */
		public Builder newestFirst(boolean newestFirst) {
			this.newestFirst = newestFirst;
			return this;
		}

		/**
		 * Set where the page begins.
		 * @param cursor {@link DurableRunPage#nextCursor()} of the page before, or null
		 * for the first page
		 * @return this builder
		 */
		public Builder cursor(@Nullable String cursor) {
			this.cursor = cursor;
			return this;
		}

		/**
		 * Set the largest number of runs.
		 * @param limit from 1 to 1000, 100 by default
		 * @return this builder
		 */
		public Builder limit(int limit) {
			this.limit = limit;
			return this;
		}

		/**
		 * Build the query.
		 * @return the query
		 * @throws IllegalArgumentException if the limit is out of range or the cursor is
		 * not one of a page
		 */
		public DurableRunQuery build() {
			return new DurableRunQuery(this.state, this.tag, this.key, this.account, this.status, this.verdict,
					this.acceptedAfter, this.acceptedBefore, this.newestFirst, this.cursor, this.limit);
		}

	}

}
