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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.rules.TinyFishRunRulesAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.webhook.TinyFishWebhookAutoConfiguration;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetExceededException;
import ai.tinyfish.spring.boot.budget.TinyFishBudgetUnavailableException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.Configurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;

import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.SOON;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.TWO_STEPS;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.client;
import static ai.tinyfish.spring.boot.autoconfigure.budget.Budgets.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class TinyFishBudgetAutoConfigurationTests {

	private static final String WALLET = "GET /v1/wallet";

	@AutoClose
	private static final TinyFishSimulator simulator = Budgets.startSimulator();

	private final ApplicationContextRunner contextRunner = Budgets.using(simulator);

	@AfterEach
	void reset() {
		simulator.reset();
	}

	@Test
	void theBudgetComesAfterOtherAutoConfigurations() {
		assertThat(Configurations.getClasses(AutoConfigurations.of(TinyFishBudgetAutoConfiguration.class,
				TinyFishRunRulesAutoConfiguration.class, TinyFishWebhookAutoConfiguration.class)))
			.containsExactly(TinyFishWebhookAutoConfiguration.class, TinyFishRunRulesAutoConfiguration.class,
					TinyFishBudgetAutoConfiguration.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "tinyfish.budget.price-per-step=0.01", "tinyfish.enabled=false" })
	void thereIsNoBudgetWithoutALimit(String property) {
		String limit = property.contains("enabled") ? "tinyfish.budget.runs-per-day=1" : "";
		this.contextRunner.withPropertyValues(property, limit)
			.run((context) -> assertThat(context.getBeansOfType(TinyFishRunInterceptor.class)).isEmpty());
	}

	@ParameterizedTest
	@ValueSource(strings = { "runs-per-day=-1", "steps-per-day=-1", "cost-per-day=-0.01", "price-per-step=0",
			"price-per-step=-1", "steps-per-run=0", "zone=", "zone=Europe/Nowhere", "runs-per-day=many" })
	void anInvalidPropertyFailsTheStart(String property) {
		this.contextRunner
			.withPropertyValues("tinyfish.budget.cost-per-day=1", "tinyfish.budget.price-per-step=0.01",
					"tinyfish.budget." + property)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasStackTraceContaining("tinyfish.budget." + property.substring(0, property.indexOf('='))));
	}

	@Test
	void thePriceOfTheWalletLimitsTheCostAndIsReadOnce() {
		// 0.01 for a step
		this.contextRunner.withPropertyValues("tinyfish.budget.cost-per-day=1.52").run((context) -> {
			assertThat(simulator.journal().requests(WALLET)).isZero();
			client(context).agent().run(request(TWO_STEPS));
			await().atMost(SOON).until(() -> left(context, BudgetLimit.COST) == 1.5);
			client(context).agent().queue(request(TWO_STEPS));
			assertThatThrownBy(() -> client(context).agent().run(request(TWO_STEPS)))
				.isInstanceOfSatisfying(TinyFishBudgetExceededException.class, (refusal) -> {
					assertThat(refusal.property()).isEqualTo("tinyfish.budget.cost-per-day");
					assertThat(refusal.limit()).isEqualTo("1.52");
					assertThat(refusal.used()).isEqualByComparingTo("1.52");
					assertThat(refusal.requested()).isEqualByComparingTo("1.50");
				});
			assertThat(simulator.journal().requests(WALLET)).isEqualTo(1);
			assertThat(simulator.journal().runsCreated()).isEqualTo(2);
		});
	}

	@Test
	void theConfiguredPriceTakesPrecedence() {
		this.contextRunner.withPropertyValues("tinyfish.budget.cost-per-day=1", "tinyfish.budget.price-per-step=0.005")
			.run((context) -> {
				client(context).agent().queue(request(TWO_STEPS));
				assertThat(context.getBean(RunBudget.class).details().get("used"))
					.isEqualTo(Map.of("cost", new BigDecimal("0.750")));
			});
		assertThat(simulator.journal().requests(WALLET)).isZero();
	}

	@Test
	void runsAreRefusedIfTheirPriceIsNotKnown() {
		simulator.fault(FaultPoint.answerOf(WALLET), Fault.refusal(404, "FEATURE_NOT_AVAILABLE", "No wallet"));
		this.contextRunner.withPropertyValues("tinyfish.budget.cost-per-day=1").run((context) -> {
			for (int i = 0; i < 2; i++) {
				assertThatThrownBy(() -> client(context).agent().run(request(TWO_STEPS)))
					.isInstanceOf(TinyFishBudgetUnavailableException.class)
					.hasMessageContaining("nothing was sent. Set tinyfish.budget.price-per-step")
					.hasCauseInstanceOf(TinyFishNotFoundException.class);
			}
		});
		assertThat(simulator.journal().requests(WALLET)).isEqualTo(1);
		assertThat(simulator.journal().runsCreated()).isZero();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			steps-per-day=149 | runs-per-day=10 | steps-per-day is 149, but a run may need 150, since \
			tinyfish.budget.steps-per-run is 150
			steps-per-day=50 | steps-per-run=51 | steps-per-day is 50, but a run may need 51, since \
			tinyfish.budget.steps-per-run is 51
			cost-per-day=1.4 | price-per-step=0.01 | cost-per-day is 1.4, but a run may need 1.50, since \
			tinyfish.budget.steps-per-run is 150""")
	@ExtendWith(OutputCaptureExtension.class)
	void aLimitThatLeavesNoRoomForOneRunIsNamedAtTheStart(String limit, String other, String warning,
			CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.budget." + limit, "tinyfish.budget." + other)
			.run((context) -> assertThat(output.getOut().split("but a run may need", -1)).hasSize(2));
		assertThat(output).contains("tinyfish.budget." + warning);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void theMaximumOfAllRunsIsWhatOneRunMayNeed(CapturedOutput output) {
		this.contextRunner.withPropertyValues("tinyfish.budget.steps-per-day=149", "tinyfish.run.max-steps=149")
			.run((context) -> assertThat(output).doesNotContain("but a run may need"));
		this.contextRunner.withPropertyValues("tinyfish.budget.steps-per-day=160", "tinyfish.run.max-steps=161")
			.run((context) -> assertThat(output).contains("tinyfish.budget.steps-per-day is 160, but a run may need"
					+ " 161, since tinyfish.run.max-steps is 161"));
	}

	@Test
	void gaugesAndDetailsShowTheRest() {
		this.contextRunner.withBean(SimpleMeterRegistry.class)
			.withPropertyValues("tinyfish.budget.runs-per-day=10", "tinyfish.budget.steps-per-day=200",
					"tinyfish.budget.zone=Europe/Berlin")
			.run((context) -> {
				MeterRegistry meters = context.getBean(MeterRegistry.class);
				client(context).agent().run(request(TWO_STEPS));
				await().atMost(SOON)
					.until(() -> meters.get("tinyfish.budget.left").tag("limit", "steps").gauge().value() == 198);
				assertThat(meters.get("tinyfish.budget.left").tag("limit", "runs").gauge().value()).isEqualTo(9);
				assertThat(meters.get("tinyfish.budget.left").gauges()).hasSize(2);
				assertThat(context.getBean(RunBudget.class).details()).containsEntry("zone", "Europe/Berlin")
					.containsKey("day")
					.containsEntry("limits", numbers(10, 200))
					.containsEntry("used", numbers(1, 2))
					.containsEntry("left", numbers(9, 198));
			});
	}

	@Test
	void aBudgetNeedsNoMicrometer() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("io.micrometer.core"))
			.withPropertyValues("tinyfish.budget.runs-per-day=1")
			.run((context) -> {
				client(context).agent().run(request(TWO_STEPS));
				assertThatThrownBy(() -> client(context).agent().run(request(TWO_STEPS)))
					.isInstanceOf(TinyFishBudgetExceededException.class);
			});
	}

	@Test
	void thePropertiesOfThePageAreValid() throws IOException {
		Matcher properties = Pattern.compile("```properties\\n(.*?)```", Pattern.DOTALL)
			.matcher(Files.readString(Path.of("..", "docs", "interceptors.md")));
		assertThat(properties.find()).isTrue();
		this.contextRunner.withPropertyValues(properties.group(1).lines().toArray(String[]::new))
			.run((context) -> assertThat(context.getBean(RunBudget.class).limits())
				.containsExactly(BudgetLimit.values()));
	}

	private static double left(ApplicationContext context, BudgetLimit limit) {
		return context.getBean(RunBudget.class).left(limit);
	}

	private static Map<String, BigDecimal> numbers(long runs, long steps) {
		return Map.of("runs", BigDecimal.valueOf(runs), "steps", BigDecimal.valueOf(steps));
	}

}
