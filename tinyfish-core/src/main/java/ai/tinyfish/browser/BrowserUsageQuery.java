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

package ai.tinyfish.browser;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.WireFields;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.observation.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Which records of browser sessions to list. Immutable.
 */
public final class BrowserUsageQuery {

	static {
		WireForm.register(BrowserUsageQuery.class, (query) -> query.params);
	}

	private static final BrowserUsageQuery ALL = new BrowserUsageQuery(Map.of());

	private static final int MAX_LIMIT = 1000;

	private final Map<String, String> params;

	private BrowserUsageQuery(Map<String, String> params) {
		this.params = params;
	}

	/**
	 * All records.
	 * @return the query
	 */
	public static BrowserUsageQuery all() {
		return ALL;
	}

	/**
	 * Start a new query.
	 * @return a builder without any condition
	 */
	public static Builder builder() {
		return new Builder(Map.of());
	}

	/**
	 * Start a new query from this one.
	 * @return a builder with the conditions of this query
	 */
	public Builder toBuilder() {
		return new Builder(this.params);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof BrowserUsageQuery that && this.params.equals(that.params));
	}

	@Override
	public int hashCode() {
		return this.params.hashCode();
	}

	@Override
	public String toString() {
		return "BrowserUsageQuery" + LogText.of(this.params);
	}

	/**
	 * Builds a {@link BrowserUsageQuery}. In every method null takes the condition away.
	 */
	public static final class Builder {

		private final WireFields<String> params;

		private Builder(Map<String, String> params) {
			this.params = new WireFields<>(params);
		}

		/**
		 * Only what happened after this.
		 * @param startAfter the point in time, or null for any
		 * @return this builder
		 */
		public Builder startAfter(@Nullable Instant startAfter) {
			return set("start_after", startAfter);
		}

		/**
		 * Only what happened before this.
		 * @param endBefore the point in time, or null for any
		 * @return this builder
		 */
		public Builder endBefore(@Nullable Instant endBefore) {
			return set("end_before", endBefore);
		}

		/**
		 * Only this session.
		 * @param sessionId the session, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the id is blank
		 */
		public Builder sessionId(@Nullable String sessionId) {
			return set("session_id", Checks.optionalText("sessionId", sessionId));
		}

		/**
		 * Only sessions that stand there.
		 * @param status {@link BrowserSessionStatus#RUNNING} or
		 * {@link BrowserSessionStatus#ENDED}, or null for any
		 * @return this builder
		 * @throws IllegalArgumentException if the status is another one
		 */
		public Builder status(@Nullable BrowserSessionStatus status) {
			Checks.that(
					status == null || status == BrowserSessionStatus.RUNNING || status == BrowserSessionStatus.ENDED,
					"status must be RUNNING or ENDED");
			return set("status", (status != null) ? status.name().toLowerCase(Locale.ROOT) : null);
		}

		/**
		 * How many records a page has at most.
		 * @param limit from 1 to 1000, or null for the service's default of 100
		 * @return this builder
		 * @throws IllegalArgumentException if the limit is out of range
		 */
		public Builder limit(@Nullable Integer limit) {
			return set("limit", Checks.optionalRange("limit", limit, 1, MAX_LIMIT));
		}

		/**
		 * Which page to read.
		 * @param page the number of the page, counted from 1, or null for the first
		 * @return this builder
		 * @throws IllegalArgumentException if the number is not positive
		 */
		public Builder page(@Nullable Integer page) {
			return set("page", Checks.optionalRange("page", page, 1, Integer.MAX_VALUE));
		}

		/**
		 * Build the query.
		 * @return the query
		 */
		public BrowserUsageQuery build() {
			return new BrowserUsageQuery(this.params.toMap());
		}

		private Builder set(String name, @Nullable Object value) {
			this.params.set(name, (value != null) ? value.toString() : null);
			return this;
		}

	}

}
