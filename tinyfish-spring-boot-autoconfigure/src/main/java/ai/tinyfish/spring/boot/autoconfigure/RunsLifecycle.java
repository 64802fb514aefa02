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

package ai.tinyfish.spring.boot.autoconfigure;

import java.time.Duration;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.support.RunControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.env.Environment;

/**
 * Lifecycle that ends runs before the application stops: after the web server, whose last
 * requests may start runs, and before the application's executors and beans, which
 * listeners may need.
 */
final class RunsLifecycle implements SmartLifecycle {

	/** After the webhook receiver, which may publish outcomes. */
	private static final int PHASE = DEFAULT_PHASE - 8192;

	/** Time to cancel the remaining runs and to notify their listeners. */
	private static final Duration AFTERWARDS = Duration.ofSeconds(15);

	private static final String PHASE_TIMEOUT = "spring.lifecycle.timeout-per-shutdown-phase";

	private static final Logger logger = LoggerFactory.getLogger(RunsLifecycle.class);

	private final RunControl runs;

	private final Duration timeout;

	private final Environment environment;

	private volatile boolean running;

	RunsLifecycle(OpenRuns openRuns, Duration timeout, Environment environment) {
		this.runs = (RunControl) openRuns;
		this.timeout = timeout;
		this.environment = environment;
	}

	@Override
	public void start() {
		Duration phase = Binder.get(this.environment)
			.bind(PHASE_TIMEOUT, Duration.class)
			.orElse(Duration.ofSeconds(30));
		if (this.timeout.plus(AFTERWARDS).compareTo(phase) > 0) {
			logger.warn(
					"tinyfish.run.shutdown-timeout is {}, but {} is {}: listeners may not be notified of the"
							+ " outcomes of runs. Leave at least {} between the two",
					this.timeout, PHASE_TIMEOUT, phase, AFTERWARDS);
		}
		this.runs.resume();
		this.running = true;
	}

	@Override
	public void stop(Runnable callback) {
		// at once: if the context no longer waits, it may be started again before the end
		this.running = false;
		this.runs.stop(this.timeout).whenComplete((done, failure) -> callback.run());
	}

	@Override
	public void stop() {
		this.running = false;
		this.runs.stop(this.timeout).join();
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Runs continue while an application is paused.
	 */
	@Override
	public boolean isPauseable() {
		return false;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
