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

import org.jspecify.annotations.Nullable;

/**
 * Conditions for a list of durable runs, and its page. A condition that is null holds for
 * all runs.
 *
 * @param state the state of the runs, or null
 * @param tag the tag of the runs, or null
 * @param cursor where the page begins, from {@link DurableRunPage#nextCursor()}; null for
 * the first
 * @param limit the largest number of runs on the page, from 1 to 1000
 */
public record DurableRunQuery(@Nullable DurableRunState state, @Nullable String tag, @Nullable String cursor,
		int limit) {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private static final DurableRunQuery ALL = new DurableRunQuery(null, null, null, DEFAULT_LIMIT);

	/**
	 * Create a new query.
	 * @param state the state of the runs, or null
	 * @param tag the tag of the runs, or null
	 * @param cursor where the page begins, or null
	 * @param limit the largest number of runs on the page
	 * @throws IllegalArgumentException if the limit is out of range or the cursor is not
	 * one of a page
	 */
	public DurableRunQuery {
		if (limit < 1 || limit > MAX_LIMIT) {
			throw new IllegalArgumentException("limit must be from 1 to " + MAX_LIMIT);
		}
		if (cursor != null && !cursor.matches("[0-9]{1,18}")) {
			throw new IllegalArgumentException("cursor is not one of a page");
		}
	}

	/**
	 * Return the query for all runs: pages of 100, in the order of their submission.
	 * @return the query
	 */
	public static DurableRunQuery all() {
		return ALL;
	}

	/**
	 * Return the same query for runs in a state.
	 * @param state the state, or null for any
	 * @return the query
	 */
	public DurableRunQuery withState(@Nullable DurableRunState state) {
		return new DurableRunQuery(state, this.tag, this.cursor, this.limit);
	}

	/**
	 * Return the same query for runs with a tag.
	 * @param tag the tag, or null for any
	 * @return the query
	 */
	public DurableRunQuery withTag(@Nullable String tag) {
		return new DurableRunQuery(this.state, tag, this.cursor, this.limit);
	}

	/**
	 * Return the same query for another page.
	 * @param cursor where the page begins, or null for the first
	 * @return the query
	 * @throws IllegalArgumentException if the cursor is not one of a page
	 */
	public DurableRunQuery withCursor(@Nullable String cursor) {
		return new DurableRunQuery(this.state, this.tag, cursor, this.limit);
	}

	/**
	 * Return the same query with another size of the page.
	 * @param limit the largest number of runs on the page, from 1 to 1000
	 * @return the query
	 * @throws IllegalArgumentException if the limit is out of range
	 */
	public DurableRunQuery withLimit(int limit) {
		return new DurableRunQuery(this.state, this.tag, this.cursor, limit);
	}

}
