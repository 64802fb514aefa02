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

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Bulk decisions of two persons about the same runs.
 */
@Tag(DatabaseKind.ONLY_POSTGRESQL)
class DecisionOrderTests {

	private static final DurableRunQuery OLDEST_FIRST = DurableRunQuery.all();

	private static final DurableRunQuery NEWEST_FIRST = DurableRunQuery.builder().newestFirst(true).build();

	private static final String WAITING = "pg_stat_activity"
			+ " where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0";

	@Test
	void decisionsFromOppositeEndsDoNotWaitForEachOther() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start();
				Instance instance = Instance.start(DatabaseKind.POSTGRESQL.newDatabase(), simulator, List.of())) {
			Stream.of("first", "second", "third").forEach((id) -> instance.update("""
					insert into tinyfish_run (id, state, request, send_token, accepted_at, changed_at)
					values (?, 'UNCERTAIN', '{"run":{"url":"https://shop.example","goal":"Find"}}', ?,
						current_timestamp, current_timestamp)""", id, id));
			List<CompletableFuture<Integer>> decisions = instance.transaction().execute((status) -> {
				instance.jdbc().sql("select id from tinyfish_run where id = 'second' for update").query().singleRow();
				return List.of(decide(instance, 1, () -> instance.runs().abandonAll(OLDEST_FIRST)),
						decide(instance, 2, () -> instance.runs().abandonAll(NEWEST_FIRST)));
			});
			assertThat(decisions.stream().mapToInt(CompletableFuture::join).sum()).isEqualTo(3);
			assertThat(instance.count("tinyfish_run where state = 'ABANDONED'")).isEqualTo(3);
		}
	}

	/**
	 * Begin to decide, until it waits for another thread. On a thread of its own: since
	 * JDK 25, two tasks of a small machine share one.
	 * @param waiting how many wait then
	 */
	private static CompletableFuture<Integer> decide(Instance instance, int waiting, IntSupplier decision) {
		CompletableFuture<Integer> decided = CompletableFuture.supplyAsync(decision::getAsInt,
				(task) -> new Thread(task).start());
		await().atMost(Instance.SOON).until(() -> instance.count(WAITING) == waiting);
		return decided;
	}

}
