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

package ai.tinyfish.durable.autoconfigure;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.sql.init.DatabaseInitializationMode;
import org.springframework.util.Assert;

/**
 * Properties of durable runs.
 *
 * @param enabled Whether durable runs are offered, sent and followed.
 * @param interval Time between two polls of the open runs.
 * @param threads Number of threads that send requests, poll runs and call listeners. The
 * connection pool needs four connections more, and those of the application.
 * @param sendTimeout Maximum time to wait for the answer to a request. It is sent once:
 * after this time, it is not known whether a run was started.
 * @param retention How long runs are kept in the database after they ended, and results
 * of watches.
 * @param maxHandovers How many times an outcome is handed over to listeners that fail on
 * it, before it is parked.
 * @param maxRunning Maximum number of runs of all instances that are running at once.
 * Further runs wait, first come, first served. If not set, there is no limit.
 * @param uncertain Policy for runs whose requests have no answer.
 * @param approvalTimeout How long a held run waits for a person, before it is refused.
 * @param maxResults How many results of each watch are kept, for as long as runs.
 * @param initializeSchema Whether the tables of durable runs are created.
 * @param schema Location of the script that creates the tables.
 * @param platform Name of the database in the location of the script. Detected unless
 * set.
 * @param continueOnError Whether errors of the script that creates the tables are
 * ignored.
 * @since 0.1.0
 */
@ConfigurationProperties("tinyfish.durable")
public record TinyFishDurableProperties(@DefaultValue("true") boolean enabled, @DefaultValue("10s") Duration interval,
		@DefaultValue("4") int threads, @DefaultValue("60s") Duration sendTimeout,
		@DefaultValue("30d") Duration retention, @DefaultValue("10") int maxHandovers, @Nullable Integer maxRunning,
		@DefaultValue Uncertain uncertain, @DefaultValue("7d") Duration approvalTimeout,
		@DefaultValue("100") int maxResults, @DefaultValue("embedded") DatabaseInitializationMode initializeSchema,
		@DefaultValue("classpath:ai/tinyfish/durable/schema/schema-@@platform@@.sql") String schema,
		@Nullable String platform, @DefaultValue("false") boolean continueOnError) {

	/**
	 * Create new properties.
	 * @param enabled whether durable runs are offered, sent and followed
	 * @param interval the time between two polls of the open runs
	 * @param threads the number of threads
	 * @param sendTimeout the longest wait for the answer to a request
	 * @param retention how long runs are kept after they ended
	 * @param maxHandovers how many times an outcome is handed over
	 * @param maxRunning the maximum number of runs that are running at once, or null for
	 * no limit
	 * @param uncertain the policy for runs whose requests have no answer
	 * @param approvalTimeout how long a held run waits for a decision
	 * @param maxResults how many results of each watch are kept
	 * @param initializeSchema whether the tables are created
	 * @param schema the location of the script that creates the tables
	 * @param platform the name of the database in the location of the script, or null
	 * @param continueOnError whether errors of the script are ignored
	 * @throws IllegalArgumentException if a number or duration is not positive
	 */
	public TinyFishDurableProperties {
		requirePositive("interval", interval);
		requirePositive("threads", threads);
		requirePositive("send-timeout", sendTimeout);
		requirePositive("retention", retention);
		requirePositive("max-handovers", maxHandovers);
		requirePositive("max-running", (maxRunning != null) ? maxRunning : 1);
		requirePositive("uncertain.after", uncertain.after());
		requirePositive("approval-timeout", approvalTimeout);
		requirePositive("max-results", maxResults);
	}

	private static void requirePositive(String name, Duration value) {
		requirePositive(name, value.compareTo(Duration.ZERO));
	}

	private static void requirePositive(String name, int value) {
		Assert.isTrue(value > 0, () -> "tinyfish.durable." + name + " must be positive");
	}

	/**
	 * Policy for uncertain runs: no answer to their requests was received.
	 *
	 * @param after How long a run is uncertain before the policy applies.
	 * @param then Action on a run that is uncertain for that long. No request is sent
	 * again.
	 */
	public record Uncertain(@DefaultValue("1d") Duration after, @DefaultValue("keep") UncertainPolicy then) {

	}

	/**
	 * Action on a run that has been uncertain for some time.
	 */
	public enum UncertainPolicy {

		/**
		 * It stays uncertain until a person decides.
		 */
		KEEP,

		/**
		 * It is abandoned, unless a webhook shows its run later.
		 */
		ABANDON

	}

}
