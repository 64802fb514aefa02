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
import java.util.List;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.WebClientObservationAutoConfiguration;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

class TinyFishObservabilityTests {

	private static final String GOAL = "Find the very private price";

	private static final String URL = "https://shop.example/very/private";

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.given("never ends", Scenario.builder().steps("Waiting").neverEnds().build())
		.start();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey());

	private final ApplicationContextRunner bootRunner = this.contextRunner.withConfiguration(
			AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class,
					SimpleMetricsExportAutoConfiguration.class, ObservationAutoConfiguration.class,
					RestClientAutoConfiguration.class, RestClientObservationAutoConfiguration.class,
					WebClientAutoConfiguration.class, WebClientObservationAutoConfiguration.class));

	@Test
	void timersAreRecordedThroughTheApplicationsObservations() {
		this.bootRunner.run((context) -> {
			assertThat(context).hasSingleBean(ObservationRegistry.class);
			assertTimers(context);
			assertThat(context.getBean(MeterRegistry.class).find("http.client.requests").timers())
				.as("Boot's own timers of the same calls")
				.isNotEmpty();
		});
	}

	@Test
	void timersAreRecordedWithMetersAlone() {
		this.contextRunner.withBean(SimpleMeterRegistry.class).run((context) -> {
			assertTimers(context);
			assertThat(context).as("our registry is not the application's").doesNotHaveBean(ObservationRegistry.class);
		});
	}

	@Test
	void nothingIsRecordedWithoutMetersAndObservations() {
		this.contextRunner.run((context) -> {
			assertThat(context.getBean(TinyFishObservations.class).registry().isNoop()).isTrue();
			assertThat(context.getBean(TinyFishClient.class).runs().list().data()).isNotNull();
		});
	}

	@Test
	void observationsOfTheApplicationAreUsed() {
		TestObservationRegistry registry = TestObservationRegistry.create();
		this.contextRunner.withBean(ObservationRegistry.class, () -> registry)
			.run((context) -> context.getBean(TinyFishClient.class).runs().list());
		io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat(registry)
			.hasObservationWithNameEqualTo("tinyfish.client.calls")
			.that()
			.hasBeenStopped()
			.hasLowCardinalityKeyValue("operation", "runs.list");
	}

	@Test
	void retriesAreCounted() {
		try (WireMockApi api = new WireMockApi()) {
			api.reset().unavailableOnce();
			this.contextRunner.withBean(SimpleMeterRegistry.class)
				.withPropertyValues("tinyfish.base-url=" + api.baseUrl(), "tinyfish.retry.delay=1ms",
						"tinyfish.retry.jitter=0")
				.run((context) -> {
					context.getBean(TinyFishClient.class).runs().get(WireMockApi.RUN_ID);
					MeterRegistry meters = context.getBean(MeterRegistry.class);
					assertThat(meters.get("tinyfish.client.calls.retry")
						.tags("operation", "runs.get", "outcome", "SERVER_ERROR", "status", "503")
						.counter()
						.count()).isEqualTo(1);
					assertThat(meters.find("tinyfish.client.calls.retry").counters()).hasSize(1);
					assertThat(meters.get("tinyfish.client.calls").timer().count()).isEqualTo(1);
				});
			assertThat(api.requests()).hasSize(2);
		}
	}

	@Test
	void runsAreOpenUntilTheyHaveEnded() {
		this.contextRunner.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("tinyfish.run.max-in-flight=1", "tinyfish.run.shutdown-timeout=0s")
			.run((context) -> {
				TinyFishClient client = context.getBean(TinyFishClient.class);
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				RunHandle first = client.agent().start(AgentRequest.of(URL, "never ends"));
				RunHandle second = client.agent().start(AgentRequest.of(URL, GOAL));
				await().untilAsserted(() -> {
					assertThat(active(meters, "tinyfish.run.active", "operation", "agent.start", "status", "PENDING"))
						.isEqualTo(2);
					assertThat(active(meters, "tinyfish.run.wait.active", "outcome", "PENDING")).isEqualTo(1);
				});
				first.started().get(30, TimeUnit.SECONDS);
				first.cancel();
				second.await();
				await().untilAsserted(() -> {
					assertThat(active(meters, "tinyfish.run.active")).isZero();
					assertThat(active(meters, "tinyfish.run.wait.active")).isZero();
					assertRun(meters, "agent.start", "COMPLETED");
				});
				assertThat(meters.get("tinyfish.run.wait").tag("outcome", "ADMITTED").timer().count()).isEqualTo(1);
				assertThat(meters.find("tinyfish.client.calls.active").longTaskTimers()).isNotEmpty()
					.allSatisfy((calls) -> assertThat(tagsOf(calls)).contains(Tag.of("outcome", "PENDING"),
							Tag.of("status", "none")));
			});
	}

	private static int active(MeterRegistry meters, String name, String... tags) {
		return meters.get(name).tags(tags).longTaskTimer().activeTasks();
	}

	private static void assertTimers(ApplicationContext context) {
		TinyFishClient client = context.getBean(TinyFishClient.class);
		client.agent().run(AgentRequest.of(URL, GOAL));
		client.agent().stream(AgentRequest.of(URL, GOAL)).await();
		client.agent().start(AgentRequest.of(URL, GOAL + " [fail]")).await();
		assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.runs().get("no-such-run"));
		MeterRegistry meters = context.getBean(MeterRegistry.class);
		await().untilAsserted(() -> {
			assertRun(meters, "agent.run", "COMPLETED");
			assertRun(meters, "agent.stream", "COMPLETED");
			assertRun(meters, "agent.start", "FAILED");
			assertCall(meters, "agent.run", "SUCCESS", "200", "none");
			assertCall(meters, "agent.stream", "SUCCESS", "200", "none");
			assertCall(meters, "agent.start", "SUCCESS", "200", "none");
			assertCall(meters, "runs.get", "CLIENT_ERROR", "404", "TinyFishNotFoundException");
		});
		assertThat(meters.getMeters()).allSatisfy((meter) -> assertThat(tagsOf(meter)).extracting(Tag::getValue)
			.noneMatch((value) -> value.contains("private") || value.contains("shop.example")
					|| value.contains(simulator.apiKey())));
		assertThat(meters.find("tinyfish.client.calls").timers()).isNotEmpty()
			.allSatisfy((timer) -> assertThat(timer.getId().getTags()).extracting(Tag::getKey)
				.containsExactlyInAnyOrder("operation", "outcome", "status", "error"));
		assertThat(meters.find("tinyfish.run").timers()).isNotEmpty()
			.allSatisfy((timer) -> assertThat(timer.getId().getTags()).extracting(Tag::getKey)
				.containsExactlyInAnyOrder("operation", "status", "agent.interface", "agent.method", "error"));
	}

	private static List<Tag> tagsOf(Meter meter) {
		return meter.getId().getTags();
	}

	private static void assertRun(MeterRegistry meters, String operation, String status) {
		assertThat(meters.get("tinyfish.run").tags("operation", operation, "status", status).timer().count())
			.isEqualTo(1);
	}

	private static void assertCall(MeterRegistry meters, String operation, String outcome, String status,
			String error) {
		assertThat(meters.get("tinyfish.client.calls")
			.tags("operation", operation, "outcome", outcome, "status", status, "error", error)
			.timer()
			.count()).isPositive();
	}

}
