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

package ai.tinyfish.sample.page;

import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import org.jspecify.annotations.Nullable;

/**
 * Runs that the table shows.
 *
 * @param state their state
 * @param tag their tag, or null for all
 */
record DurableFilter(DurableRunState state, @Nullable String tag) {

	static DurableFilter of(DurableRunState state, String tag) {
		return new DurableFilter(state, tag(tag));
	}

	/**
	 * Return the tag that was entered, or null for none.
	 */
	static @Nullable String tag(String entered) {
		return entered.isEmpty() ? null : entered;
	}

	DurableRunQuery.Builder query() {
		return DurableRunQuery.builder().state(this.state).tag(this.tag);
	}

	/**
	 * Return the words for some of these runs.
	 */
	public String describe(long number) {
		return number + " " + this.state + ((number != 1) ? " runs" : " run")
				+ ((this.tag != null) ? " with the tag " + this.tag : "");
	}

}
