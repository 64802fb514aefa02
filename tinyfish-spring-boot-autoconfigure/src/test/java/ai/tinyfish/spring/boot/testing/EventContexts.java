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

package ai.tinyfish.spring.boot.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that listen to simulated runs.
 */
public final class EventContexts {

	public static final Duration SOON = Duration.ofSeconds(30);

	/** A run of two steps. */
	public static final String TWO_STEPS = "two steps";

	/** A run that goes on until it is cancelled. */
	public static final String ENDLESS = "endless";

	private EventContexts() {
	}

	public static TinyFishSimulator startSimulator() {
		return TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.heartbeat(Duration.ofMillis(20))
			.given(TWO_STEPS, Scenario.builder().steps("Opening", "Reading").resultJson("{\"price\": 42}").build())
			.given(ENDLESS, Scenario.builder().steps("Waiting").neverEnds().build())
			.start();
	}

	/**
	 * A context that gives open runs no time when it is closed.
	 */
	public static ApplicationContextRunner using(TinyFishSimulator simulator) {
		return BootContexts.withTinyFish()
			.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey(),
					"tinyfish.retry.max-retries=0", "tinyfish.run.shutdown-timeout=0s");
	}

	public static TinyFishClient client(ApplicationContext context) {
		return context.getBean(TinyFishClient.class);
	}

	public static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

	/**
	 * Start a run and wait until it exists.
	 * @return the run id
	 */
	public static String start(ApplicationContext context, AgentRequest request) {
		return startedId(client(context).agent().start(request));
	}

	public static String startedId(RunHandle handle) {
		try {
			return handle.started().get(SOON.toSeconds(), TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public static void awaitLatch(CountDownLatch latch) {
		try {
			assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
