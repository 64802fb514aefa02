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

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.sample.Shop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Logs the next steps once the application is ready, and runs the agent once if this
 * costs nothing.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class FirstSteps {

	private static final Logger logger = LoggerFactory.getLogger(FirstSteps.class);

	/** Time to wait for a browser, so that a person sees the first run. */
	private static final Duration WAIT = Duration.ofSeconds(10);

	private final Shop shop;

	private final Environment environment;

	private final AsyncTaskExecutor executor;

	private final Board board;

	private final boolean simulated;

	FirstSteps(Shop shop, Environment environment, AsyncTaskExecutor applicationTaskExecutor, Board board,
			Simulation simulation) {
		this.shop = shop;
		this.environment = environment;
		this.executor = applicationTaskExecutor;
		this.board = board;
		this.simulated = simulation.isActive();
	}

	@EventListener(ApplicationReadyEvent.class)
	void say() {
		String address = "localhost:" + this.environment.getProperty("local.server.port");
		System.out.printf("""

				The page:       http://%s
				With curl:      curl -X POST %1$s/products -H 'Content-Type: application/json' -d '{"count": 3}'
				%s

				""", address, this.simulated
				? "With TinyFish:  stop, set TINYFISH_API_KEY (https://agent.tinyfish.ai/api-keys), start again; runs are billed"
				: "Runs are real, and billed. Without TINYFISH_API_KEY they are simulated");
		if (this.simulated) {
			this.board.watched()
				.completeOnTimeout(null, WAIT.toMillis(), TimeUnit.MILLISECONDS)
				.thenRunAsync(this::firstRun, this.executor);
		}
	}

	private void firstRun() {
		try {
			this.shop.cheapest(3);
		}
		catch (TinyFishException ex) {
			logger.debug("The outcome of the first run has been published", ex);
		}
	}

}
