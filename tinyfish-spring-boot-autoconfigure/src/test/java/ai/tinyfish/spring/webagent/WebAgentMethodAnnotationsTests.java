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

package ai.tinyfish.spring.webagent;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.TinyFishGoalMissedException;
import ai.tinyfish.run.TinyFishResultMappingException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.EnableResilientMethods;
import org.springframework.resilience.annotation.Retryable;
import org.springframework.resilience.retry.MethodRetryPredicate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Spring's annotations on the methods of agents, by the runs that they save or cost.
 */
@ExtendWith(OutputCaptureExtension.class)
class WebAgentMethodAnnotationsTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.given("price", Scenario.completed(Map.of("value", 7)))
		.start();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
		.withPropertyValues("tinyfish.base-url=" + this.simulator.baseUrl(),
				"tinyfish.api-key=" + this.simulator.apiKey());

	@AfterEach
	void close() {
		this.simulator.close();
	}

	@Test
	void cachedMethodRunsOnceForEachKeyHoweverManyAsk(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Complete.class).run((context) -> {
			Prices prices = context.getBean(Prices.class);
			assertThat(inParallel(8, () -> prices.cached("Book"))).containsOnly(7).hasSize(8);
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(1);
			assertThat(prices.cached("Pen")).isEqualTo(7);
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(2);
		});
		assertThat(output).doesNotContain("repeats every exception");
	}

	@Test
	void failureIsNotCached() {
		this.contextRunner.withUserConfiguration(Complete.class).run((context) -> {
			Prices prices = context.getBean(Prices.class);
			this.simulator.given("price", Scenario.failed("TASK_FAILED", "Broke"));
			assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(() -> prices.cached("Book"));
			this.simulator.given("price", Scenario.completed(Map.of("success", false)));
			assertThatExceptionOfType(TinyFishGoalMissedException.class).isThrownBy(() -> prices.cached("Book"));
			this.simulator.given("price", Scenario.completed(Map.of("value", "many")));
			assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> prices.cached("Book"));
			this.simulator.given("price", Scenario.completed(Map.of("value", 8)));
			assertThat(prices.cached("Book")).isEqualTo(8);
			assertThat(prices.cached("Book")).isEqualTo(8);
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(4);
		});
	}

	@Test
	void emptyOptionalIsCachedLikeAnyValue() {
		this.contextRunner.withUserConfiguration(Complete.class).run((context) -> {
			Prices prices = context.getBean(Prices.class);
			this.simulator.given("price", Scenario.completed(null));
			assertThat(prices.found("Book")).isEmpty();
			assertThat(prices.found("Book")).isEmpty();
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(1);
		});
	}

	@Test
	void limitHoldsRunsBack() {
		this.contextRunner.withUserConfiguration(Complete.class).run((context) -> {
			Prices prices = context.getBean(Prices.class);
			assertThat(inParallel(6, () -> prices.limited("Book"))).hasSize(6);
			List<SimulatedRun> runs = this.simulator.journal().runs();
			assertThat(runs).hasSize(6);
			for (SimulatedRun run : runs) {
				assertThat(runs.stream().filter((other) -> isActiveAt(other, run))).hasSizeLessThanOrEqualTo(2);
			}
		});
	}

	private static boolean isActiveAt(SimulatedRun run, SimulatedRun other) {
		return !run.createdAt().isAfter(other.createdAt()) && run.finishedAt() != null
				&& run.finishedAt().isAfter(other.createdAt());
	}

	@Test
	void retryRepeatsWhatItIncludesAndEachIsANewRun() {
		this.contextRunner.withUserConfiguration(Complete.class).run((context) -> {
			Prices prices = context.getBean(Prices.class);
			this.simulator.given("price", Scenario.failed("TASK_FAILED", "Broke"));
			assertThat(catchThrowable(() -> prices.retried("Book"))).isNotNull();
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(3);
			this.simulator.given("price", Scenario.completed(Map.of("value", "many")));
			assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(() -> prices.retried("Book"));
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(4);
		});
	}

	@Test
	void retryOfAMonoEndsWithAnExceptionOfReactor() {
		this.contextRunner.withUserConfiguration(Complete.class).run((context) -> {
			this.simulator.given("price", Scenario.failed("TASK_FAILED", "Broke"));
			Throwable failure = catchThrowable(() -> context.getBean(Prices.class).later("Book").block(LONG));
			assertThat(Exceptions.isRetryExhausted(failure)).isTrue();
			assertThat(failure).hasCauseInstanceOf(TinyFishRunFailedException.class);
			assertThat(this.simulator.journal().runsCreated()).isEqualTo(2);
		});
	}

	@Test
	void retryOfEveryExceptionIsNamedAtTheStart(CapturedOutput output) {
		this.contextRunner.withUserConfiguration(Dear.class).run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).contains("@Retryable on price, stock of web agent " + DearPrices.class.getName()
				+ " repeats every exception, and each repetition is a new run, which may be billed:"
				+ " name the exceptions to repeat in includes, or choose them with a predicate");
	}

	private static <T> List<T> inParallel(int count, Callable<T> call) throws Exception {
		ExecutorService threads = Executors.newFixedThreadPool(count);
		try {
			List<T> results = new ArrayList<>();
			for (Future<T> result : threads.invokeAll(Collections.nCopies(count, call))) {
				results.add(result.get(60, TimeUnit.SECONDS));
			}
			return results;
		}
		finally {
			threads.shutdownNow();
		}
	}

	@WebAgent(url = "https://shop.example")
	interface Prices {

		@Cacheable(cacheNames = "prices", sync = true)
		@Goal("Read the price of {item}")
		int cached(String item);

		@Cacheable("found")
		@Goal("Read the price of {item}")
		Optional<Integer> found(String item);

		@ConcurrencyLimit(2)
		@Goal("Read the price of {item}")
		int limited(String item);

		@Retryable(includes = TinyFishRunFailedException.class, maxRetries = 2, delay = 1)
		@Goal("Read the price of {item}")
		int retried(String item);

		@Retryable(includes = TinyFishRunFailedException.class, maxRetries = 1, delay = 1)
		@Goal("Read the price of {item}")
		Mono<Integer> later(String item);

	}

	@WebAgent(url = "https://shop.example")
	@Retryable(maxRetries = 5)
	interface DearPrices {

		@Retryable
		@Goal("Read the price")
		int price();

		@Retryable(includes = TinyFishRunFailedException.class)
		@Goal("Read the rating")
		int rating();

		@Retryable(predicate = NothingStarted.class)
		@Goal("Read the size")
		int size();

		@Goal("Read the stock")
		int stock();

	}

	static final class NothingStarted implements MethodRetryPredicate {

		@Override
		public boolean shouldRetry(Method method, Throwable failure) {
			return failure instanceof TinyFishException known && !known.mayHaveStartedRun();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableCaching
	@EnableResilientMethods
	@ImportWebAgents(Prices.class)
	static class Complete {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableResilientMethods
	@ImportWebAgents(DearPrices.class)
	static class Dear {

	}

}
