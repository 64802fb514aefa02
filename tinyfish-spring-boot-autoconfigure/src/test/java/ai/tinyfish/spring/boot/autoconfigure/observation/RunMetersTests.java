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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.RunForm;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static ai.tinyfish.spring.boot.testing.EventContexts.ENDLESS;
import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Steps and cost of runs are recorded once, however their outcome is received.
 */
class RunMetersTests {

	private static final Map<String, String> NO_AGENT = Map.of("agent.interface", "none", "agent.method", "none");

	private static TinyFishSimulator simulator;

	private static ConfigurableApplicationContext context;

	private static volatile @Nullable BigDecimal price;

	@BeforeAll
	static void start() {
		simulator = EventContexts.startSimulator()
			.given("fails", Scenario.builder().steps("Opening").fails("SITE_BLOCKED", "Blocked").build());
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.run("--spring.main.banner-mode=off", "--tinyfish.base-url=" + simulator.baseUrl(),
					"--tinyfish.api-key=" + simulator.apiKey(), "--tinyfish.run.poll-interval=10ms",
					"--spring.reactor.netty.shutdown-quiet-period=0s");
	}

	@AfterAll
	static void stop() {
		context.close();
		simulator.close();
	}

	@BeforeEach
	void clear() {
		meters().clear();
		price = new BigDecimal("0.05");
	}

	@ParameterizedTest
	@EnumSource
	void stepsAndCostAreRecordedWithTheOutcome(RunForm form) {
		form.submit(context, request(TWO_STEPS));
		awaitRecorded(1);
		assertThat(summaries("tinyfish.run.steps")).singleElement()
			.satisfies((steps) -> assertThat(steps.totalAmount()).isEqualTo(2))
			.satisfies((steps) -> assertThat(tags(steps)).containsAllEntriesOf(NO_AGENT)
				.containsEntry("status", "COMPLETED")
				.hasSize(3));
		awaitRecorded("tinyfish.run.cost", 1);
		assertThat(summaries("tinyfish.run.cost")).singleElement()
			.satisfies((cost) -> assertThat(cost.totalAmount()).isEqualTo(0.1))
			.satisfies((cost) -> assertThat(tags(cost))
				.isEqualTo(tags(summaries("tinyfish.run.steps").iterator().next())));
	}

	@Test
	void runsOfAgentsAreRecordedByTheirMethod() {
		Shop shop = context.getBean(Shop.class);
		shop.price();
		QueuedRun queued = shop.order();
		client().runs().await(queued, SOON);
		awaitRecorded(2);
		assertThat(summaries("tinyfish.run.steps")).extracting(RunMetersTests::tags)
			.containsExactlyInAnyOrder(
					Map.of("agent.interface", Shop.class.getName(), "agent.method", "price", "status", "COMPLETED"),
					Map.of("agent.interface", Shop.class.getName(), "agent.method", "order", "status", "COMPLETED"));
	}

	@Test
	void versionOfAGoalIsATagIfItIsSet() {
		context.getBean(Shop.class).priceWithTax();
		awaitRecorded(1);
		awaitRecorded("tinyfish.run.cost", 1);
		for (String meter : List.of("tinyfish.run.steps", "tinyfish.run.cost")) {
			assertThat(summaries(meter)).singleElement()
				.satisfies((summary) -> assertThat(tags(summary)).containsEntry("goal.version", "2")
					.containsEntry("agent.method", "priceWithTax")
					.hasSize(4));
		}
	}

	@Test
	void failedRunsAreRecorded() {
		AgentRun run = client().agent().run(request("fails"));
		awaitRecorded(1);
		assertThat(summaries("tinyfish.run.steps")).singleElement()
			.satisfies((steps) -> assertThat(steps.totalAmount()).isEqualTo(run.numOfSteps().doubleValue()))
			.satisfies((steps) -> assertThat(tags(steps)).containsEntry("status", "FAILED"));
	}

	@Test
	void aRunIsRecordedOnceHoweverOftenItIsAwaited() {
		QueuedRun queued = client().agent().queue(request(TWO_STEPS));
		client().runs().await(queued, SOON);
		client().runs().await(queued, SOON);
		awaitRecorded(1);
		client().agent().run(request("another"));
		awaitRecorded(2);
	}

	@ParameterizedTest
	@EnumSource(names = { "STREAM", "START", "REACTIVE_STREAM", "REACTIVE_START" })
	void runThatIsCancelledAtItsDeadlineIsRecordedOnce(RunForm form) {
		TinyFishRunTimeoutException failure = exceedDeadline(form);
		awaitRecorded(1);
		assertThat(summaries("tinyfish.run.steps")).singleElement()
			.satisfies((steps) -> assertThat(steps.totalAmount()).isEqualTo(1))
			.satisfies((steps) -> assertThat(tags(steps)).containsEntry("status", "CANCELLED"));
		awaitRecorded("tinyfish.run.cost", 1);
		assertThat(summaries("tinyfish.run.cost")).singleElement()
			.satisfies((cost) -> assertThat(cost.totalAmount()).isEqualTo(0.05));
		// its outcome is read again
		AgentRun run = client().runs().await(Objects.requireNonNull(failure.runId()), SOON);
		assertThat(run.status()).isEqualTo(RunStatus.CANCELLED);
		client().agent().run(request("another"));
		awaitRecorded(2);
	}

	/**
	 * Let a run exceed its deadline, which is longer if the run was not known by then.
	 */
	private static TinyFishRunTimeoutException exceedDeadline(RunForm form) {
		for (int seconds = 1; seconds < SOON.toSeconds(); seconds *= 2) {
			AgentRequest endless = request(ENDLESS).toBuilder().runTimeout(Duration.ofSeconds(seconds)).build();
			Throwable failure = catchThrowable(() -> form.submit(context, endless));
			if (failure instanceof TinyFishRunTimeoutException cancelled) {
				return cancelled;
			}
			assertThat(failure).isInstanceOfAny(TinyFishRunOutcomeUnknownException.class,
					TinyFishTimeoutException.class);
		}
		throw new AssertionError("No run was known before its deadline");
	}

	@Test
	void thereIsNoCostWithoutAPrice() {
		price = null;
		client().agent().run(request(TWO_STEPS));
		awaitRecorded(1);
		assertThat(summaries("tinyfish.run.cost")).isEmpty();
	}

	@Test
	void runsWithoutANumberOfStepsAreNotRecorded() {
		try (TinyFishClient client = context.getBean(TinyFishClient.Builder.class).readOutcome(false).build()) {
			assertThat(client.agent().start(request(TWO_STEPS).withTag("no record")).await().numOfSteps()).isNull();
			// the event follows the recording
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(context.getBean(RunEvents.class).endedTags()).contains("no record"));
			assertThat(summaries("tinyfish.run.steps")).isEmpty();
		}
	}

	private static void awaitRecorded(long runs) {
		awaitRecorded("tinyfish.run.steps", runs);
	}

	private static void awaitRecorded(String name, long runs) {
		await().atMost(SOON)
			.untilAsserted(() -> assertThat(summaries(name).stream().mapToLong(DistributionSummary::count).sum())
				.isEqualTo(runs));
	}

	private static Collection<DistributionSummary> summaries(String name) {
		return meters().find(name).summaries();
	}

	private static Map<String, String> tags(DistributionSummary summary) {
		return summary.getId().getTags().stream().collect(Collectors.toMap(Tag::getKey, Tag::getValue));
	}

	private static SimpleMeterRegistry meters() {
		return context.getBean(SimpleMeterRegistry.class);
	}

	private static TinyFishClient client() {
		return EventContexts.client(context);
	}

	@WebAgent(url = "https://shop.example")
	interface Shop {

		@Goal("Read the price")
		String price();

		@Goal("Order it")
		QueuedRun order();

		@Goal(value = "Read the price with tax", version = "2")
		String priceWithTax();

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TinyFishAutoConfiguration.class, TinyFishMetricsAutoConfiguration.class })
	@ImportWebAgents(Shop.class)
	static class Application {

		@Bean
		SimpleMeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		RunEvents runEvents() {
			return new RunEvents();
		}

		@Bean
		Supplier<@Nullable BigDecimal> tinyFishStepPrice() {
			return () -> price;
		}

	}

}
