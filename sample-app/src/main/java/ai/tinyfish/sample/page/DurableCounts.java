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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.DurableRunState;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import static ai.tinyfish.durable.DurableRunState.ABANDONED;
import static ai.tinyfish.durable.DurableRunState.ACCEPTED;
import static ai.tinyfish.durable.DurableRunState.DONE;
import static ai.tinyfish.durable.DurableRunState.HELD;
import static ai.tinyfish.durable.DurableRunState.LOST;
import static ai.tinyfish.durable.DurableRunState.PARKED;
import static ai.tinyfish.durable.DurableRunState.REFUSED;
import static ai.tinyfish.durable.DurableRunState.RUNNING;
import static ai.tinyfish.durable.DurableRunState.SENDING;
import static ai.tinyfish.durable.DurableRunState.UNCERTAIN;
import static ai.tinyfish.durable.DurableRunState.UNDELIVERED;

/**
 * Numbers of durable runs by their state, as the database has them now.
 */
@Component
@Profile("durable")
class DurableCounts {

	private static final String COUNT = "select state, count(*), count(*) filter (where not cancel_requested) from tinyfish_run";

	private static final List<DurableRunState> STATES = List.of(HELD, UNCERTAIN, LOST, PARKED, REFUSED, ACCEPTED,
			SENDING, RUNNING, UNDELIVERED, DONE, ABANDONED);

	private final JdbcClient jdbc;

	DurableCounts(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Count the runs.
	 * @param tag the tag of the runs, or null for all runs
	 * @return the numbers of all states: those that a person decides about come first
	 */
	Map<DurableRunState, Count> counts(@Nullable String tag) {
		JdbcClient.StatementSpec statement = (tag != null)
				? this.jdbc.sql(COUNT + " where tag = ? group by state").param(tag)
				: this.jdbc.sql(COUNT + " group by state");
		Map<DurableRunState, Count> counts = new LinkedHashMap<>();
		STATES.forEach((state) -> counts.put(state, Count.NONE));
		statement.query((row) -> {
			counts.put(DurableRunState.valueOf(row.getString(1)), new Count(row.getLong(2), row.getLong(3)));
		});
		return counts;
	}

	/**
	 * Number of the runs in a state.
	 *
	 * @param runs all runs
	 * @param notCancelled those that are not to be cancelled
	 */
	record Count(long runs, long notCancelled) {

		static final Count NONE = new Count(0, 0);

	}

}
