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

package ai.tinyfish.internal.area;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;
import org.jspecify.annotations.Nullable;

/**
 * Iteration over the pages of runs, from one cursor to the next. If it cannot continue,
 * the runs of the last page come first, and then the failure.
 */
final class PageWalk {

	/** Limit for a service that has no further runs and does not say so. */
	private static final int MAX_EMPTY_PAGES = 100;

	private final Set<String> cursors = new HashSet<>();

	private RunQuery query;

	private boolean more = true;

	/** Why the next page cannot be requested. */
	private int emptyPages;

	private @Nullable String obstacle;

	PageWalk(RunQuery query) {
		this.query = query;
		String first = query.cursor();
		if (first != null) {
			this.cursors.add(first);
		}
	}

	/**
	 * Return the query for the next page.
	 * @throws TinyFishConnectionException if the page before does not name it, or names
	 * one that was read
	 */
	RunQuery query() {
		if (this.obstacle != null) {
			throw new TinyFishConnectionException("runs.list: " + this.obstacle, null).withoutRun();
		}
		return this.query;
	}

	/**
	 * Return whether there is a page that was not read.
	 */
	boolean hasMore() {
		return this.more;
	}

	/**
	 * Record a page that was read.
	 * @return its runs
	 */
	List<Run> read(RunPage page) {
		String cursor = page.pagination().nextCursor();
		this.more = page.pagination().hasMore();
		this.emptyPages = page.data().isEmpty() ? this.emptyPages + 1 : 0;
		if (this.more && cursor == null) {
			this.obstacle = "the service announced more runs without a cursor for them";
		}
		else if (this.emptyPages == MAX_EMPTY_PAGES) {
			this.obstacle = "the service returned " + MAX_EMPTY_PAGES + " pages without a run, and announced more";
		}
		else if (this.more && !this.cursors.add(cursor)) {
			this.obstacle = "the service returned the same cursor for the second time";
		}
		else if (this.more) {
			this.query = this.query.toBuilder().cursor(cursor).build();
		}
		return page.data();
	}

	/**
	 * Return the runs of all pages. A page is requested when it is needed.
	 */
	static Stream<Run> stream(RunQuery query, Function<RunQuery, RunPage> list) {
		PageWalk walk = new PageWalk(query);
		Spliterator<List<Run>> pages = new AbstractSpliterator<>(Long.MAX_VALUE, Spliterator.ORDERED) {
			@Override
			public boolean tryAdvance(Consumer<? super List<Run>> action) {
				if (!walk.hasMore()) {
					return false;
				}
				action.accept(walk.read(list.apply(walk.query())));
				return true;
			}

			// a split reads a thousand pages ahead
			@Override
			public @Nullable Spliterator<List<Run>> trySplit() {
				return null;
			}
		};
		return StreamSupport.stream(pages, false).flatMap(List::stream);
	}

}
