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

import ai.tinyfish.internal.request.WireForm;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Function;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunPage;
import ai.tinyfish.run.RunQuery;

/**
 * A walk over the pages of runs, from one cursor to the next.
 */
final class PageWalk {

	private final Set<String> cursors = new HashSet<>();

	private RunQuery query;

	private boolean more = true;

	PageWalk(RunQuery query) {
		this.query = query;
		String first = WireForm.ofQuery(query).get("cursor");
		if (first != null) {
			this.cursors.add(first);
		}
	}

	/**
	 * Return the query for the next page.
	 */
	RunQuery query() {
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
	 * @throws TinyFishConnectionException if it leads back to a page that was read
	 */
	List<Run> read(RunPage page) {
		String cursor = page.pagination().nextCursor();
		this.more = page.pagination().hasMore() && cursor != null;
		if (this.more) {
			if (!this.cursors.add(cursor)) {
				throw new TinyFishConnectionException(
						"runs.list: the service returned the same cursor for the second time", null);
			}
			this.query = this.query.toBuilder().cursor(cursor).build();
		}
		return page.data();
	}

	/**
	 * The runs of all pages; a page is asked for when it is needed.
	 */
	static Iterator<Run> iterator(RunQuery query, Function<RunQuery, RunPage> list) {
		PageWalk walk = new PageWalk(query);
		return new Iterator<>() {

			private Iterator<Run> page = List.<Run>of().iterator();

			@Override
			public boolean hasNext() {
				while (!this.page.hasNext() && walk.hasMore()) {
					this.page = walk.read(list.apply(walk.query())).iterator();
				}
				return this.page.hasNext();
			}

			@Override
			public Run next() {
				if (!hasNext()) {
					throw new NoSuchElementException("There are no more runs");
				}
				return this.page.next();
			}

		};
	}

}
