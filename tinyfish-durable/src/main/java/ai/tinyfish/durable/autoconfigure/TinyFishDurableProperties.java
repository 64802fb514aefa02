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
import org.springframework.boot.jdbc.init.DatabaseInitializationProperties;

/**
 * Properties of durable runs.
 */
@ConfigurationProperties("tinyfish.durable")
public class TinyFishDurableProperties extends DatabaseInitializationProperties {

	private static final String DEFAULT_SCHEMA_LOCATION = "classpath:ai/tinyfish/durable/schema/schema-@@platform@@.sql";

	/**
	 * Whether durable runs are offered, sent and followed.
	 */
	private boolean enabled = true;

	/**
	 * Time between two polls of the open runs.
	 */
	private Duration interval = Duration.ofSeconds(10);

	/**
	 * Number of threads that send requests, poll runs and call listeners. The connection
	 * pool needs four connections more, and those of the application.
	 */
	private int threads = 4;

	/**
	 * Longest wait for the answer to a request. It is sent once: after this time, whether
	 * a run was started is not known.
	 */
	private Duration sendTimeout = Duration.ofSeconds(60);

	/**
	 * How long runs are kept in the database after they ended.
	 */
	private Duration retention = Duration.ofDays(30);

	/**
	 * How many times an outcome is handed over to listeners that fail on it, before it is
	 * parked.
	 */
	private int maxHandovers = 10;

	/**
	 * Maximum number of runs that are running at once, of all instances. Further runs
	 * wait, first come, first served. If not set, there is no limit.
	 */
	private @Nullable Integer maxRunning;

	private final Uncertain uncertain = new Uncertain();

	/**
	 * Create new properties, with which a script that fails is an error.
	 */
	public TinyFishDurableProperties() {
		setContinueOnError(false);
	}

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public Duration getInterval() {
		return this.interval;
	}

	public void setInterval(Duration interval) {
		this.interval = interval;
	}

	public int getThreads() {
		return this.threads;
	}

	public void setThreads(int threads) {
		this.threads = threads;
	}

	public Duration getSendTimeout() {
		return this.sendTimeout;
	}

	public void setSendTimeout(Duration sendTimeout) {
		this.sendTimeout = sendTimeout;
	}

	public Duration getRetention() {
		return this.retention;
	}

	public void setRetention(Duration retention) {
		this.retention = retention;
	}

	public int getMaxHandovers() {
		return this.maxHandovers;
	}

	public void setMaxHandovers(int maxHandovers) {
		this.maxHandovers = maxHandovers;
	}

	public @Nullable Integer getMaxRunning() {
		return this.maxRunning;
	}

	public void setMaxRunning(@Nullable Integer maxRunning) {
		this.maxRunning = maxRunning;
	}

	public Uncertain getUncertain() {
		return this.uncertain;
	}

	@Override
	public String getDefaultSchemaLocation() {
		return DEFAULT_SCHEMA_LOCATION;
	}

	/**
	 * Policy for runs about which a person has to decide, since their requests have no
	 * answer.
	 */
	public static class Uncertain {

		/**
		 * How long a run is uncertain before the policy applies.
		 */
		private Duration after = Duration.ofDays(1);

		/**
		 * Action on a run that is uncertain for that long. No request is sent again.
		 */
		private UncertainPolicy then = UncertainPolicy.KEEP;

		public Duration getAfter() {
			return this.after;
		}

		public void setAfter(Duration after) {
			this.after = after;
		}

		public UncertainPolicy getThen() {
			return this.then;
		}

		public void setThen(UncertainPolicy then) {
			this.then = then;
		}

	}

	/**
	 * What is done with a run that has been uncertain for some time.
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
