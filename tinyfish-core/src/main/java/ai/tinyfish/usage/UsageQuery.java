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

package ai.tinyfish.usage;

import java.time.Instant;

import ai.tinyfish.internal.json.EnumTexts;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Query for the usage records of searches, fetches or browser sessions. Immutable.
 *
 * @since 0.1.0
 */
public final class UsageQuery {

	private static final WireForm EMPTY = WireForm.register(UsageQuery.class, (query) -> query.params);

	private static final UsageQuery ALL = new UsageQuery(EMPTY);

	private static final int MAX_LIMIT = 1000;

	private final WireForm params;

	private UsageQuery(WireForm params) {
		this.params = params;
	}

	/**
	 * Return all records.
	 * @return the query
	 */
	public static UsageQuery all() {
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
	 * Return the time after which the records begin.
	 * @return the point in time, or null for any
	 */
	public @Nullable Instant startAfter() {
		return (Instant) this.params.get("start_after");
	}

	/**
	 * Return the time before which the records end.
	 * @return the point in time, or null for any
	 */
	public @Nullable Instant endBefore() {
		return (Instant) this.params.get("end_before");
	}

	/**
	 * Return the status of the records.
	 * @return the status, or null for any
	 */
	public @Nullable UsageStatus status() {
		return this.params.read("status", UsageStatus::of);
	}

	/**
	 * Return the browser session of the records.
	 * @return the session, or null for any
	 */
	public @Nullable String sessionId() {
		return this.params.text("session_id");
	}

	/**
	 * Return the largest number of records of a page.
	 * @return the number, or null for the service's default
	 */
	public @Nullable Integer limit() {
		return (Integer) this.params.get("limit");
	}

	/**
	 * Return the page to read.
	 * @return the number of the page, counted from 1, or null for the first
	 */
	public @Nullable Integer page() {
		return (Integer) this.params.get("page");
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof UsageQuery that && this.params.equals(that.params));
	}

	@Override
	public int hashCode() {
		return this.params.hashCode();
	}

	@Override
	public String toString() {
		return "UsageQuery" + LogText.of(this.params.toMap());
	}

	/**
	 * Builder for a {@link UsageQuery}. In every method, null removes the condition.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> params;

		private Builder(WireForm params) {
			this.params = params.toBuilder(this);
		}

		/**
		 * Limit the records to usage after this time.
		 * @param startAfter the point in time, or null for any
		 * @return this builder
		 */
		public Builder startAfter(@Nullable Instant startAfter) {
			return this.params.set("start_after", startAfter);
		}

		/**
		 * Limit the records to usage before this time.
		 * @param endBefore the point in time, or null for any
		 * @return this builder
		 */
		public Builder endBefore(@Nullable Instant endBefore) {
			return this.params.set("end_before", endBefore);
		}

		/**
		 * Set the status of the records. Operations refuse a status that their records
		 * never have.
		 * @param status {@link UsageStatus#COMPLETED} or {@link UsageStatus#FAILED} of
		 * searches and fetches, {@link UsageStatus#RUNNING} or {@link UsageStatus#ENDED}
		 * of browser sessions, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the status is {@link UsageStatus#UNKNOWN}
		 */
		public Builder status(@Nullable UsageStatus status) {
			Checks.that(status != UsageStatus.UNKNOWN, "status must be one that the service knows, not UNKNOWN");
			return this.params.set("status", EnumTexts.write(status));
		}

		/**
		 * Set the browser session of the records. Operations on other records refuse it.
		 * @param sessionId the session, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the id is blank
		 */
		public Builder sessionId(@Nullable String sessionId) {
			return this.params.set("session_id", Checks.optionalText("sessionId", sessionId));
		}

		/**
		 * Set the largest number of records of a page.
		 * @param limit from 1 to 1000, or null for the service's default of 100
		 * @return this builder
		 * @throws IllegalArgumentException if the limit is out of range
		 */
		public Builder limit(@Nullable Integer limit) {
			return this.params.set("limit", Checks.optionalRange("limit", limit, 1, MAX_LIMIT));
		}

		/**
		 * Set the page to read.
		 * @param page the number of the page, counted from 1, or null for the first
		 * @return this builder
		 * @throws IllegalArgumentException if the number is not positive
		 */
		public Builder page(@Nullable Integer page) {
			return this.params.set("page", Checks.optionalRange("page", page, 1, Integer.MAX_VALUE));
		}

		/**
		 * Build the query.
		 * @return the query
		 */
		public UsageQuery build() {
			return new UsageQuery(this.params.build());
		}

	}

}
