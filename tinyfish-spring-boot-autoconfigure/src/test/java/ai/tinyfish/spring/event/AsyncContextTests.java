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

package ai.tinyfish.spring.event;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.integration.Slf4jThreadLocalAccessor;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.slf4j.MDC;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the caller's context in {@code @Async} listeners, as {@code docs/events.md}
 * has it.
 */
class AsyncContextTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
		.withBean(ObservationRegistry.class, () -> this.observations)
		.withUserConfiguration(AsyncConfiguration.class);

	@AfterEach
	void forget() {
		MDC.clear();
		// the registry is the JVM's
		ContextRegistry.getInstance().removeThreadLocalAccessor(Slf4jThreadLocalAccessor.KEY);
	}

	@Test
	void withoutADecoratorNothingReachesAnAsyncListener() {
		assertSeen(this.contextRunner, (seen) -> {
			assertThat(seen.mdc()).isEmpty();
			assertThat(seen.observation()).isNull();
		});
	}

	@Test
	void theDecoratorAloneBringsTheObservationAndNotTheMdc() {
		assertSeen(this.contextRunner.withBean(ContextPropagatingTaskDecorator.class), (seen) -> {
			assertThat(seen.mdc()).isEmpty();
			assertThat(seen.observation()).isNotNull();
		});
	}

	@Test
	void withTheAccessorOfTheMdcBothReachAnAsyncListener() {
		assertSeen(this.contextRunner.withUserConfiguration(ContextConfiguration.class), this::assertWhole);
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void theyReachAnAsyncListenerOnAVirtualThreadToo() {
		assertSeen(this.contextRunner.withUserConfiguration(ContextConfiguration.class)
			.withPropertyValues("spring.threads.virtual.enabled=true"), (seen) -> {
				assertWhole(seen);
				assertThat(seen.thread().getClass().getSimpleName()).contains("Virtual");
			});
	}

	private void assertWhole(Seen seen) {
		assertThat(seen.mdc()).containsEntry("customer", "4711")
			.containsEntry(RunContext.MDC_TAG, "order-42")
			.containsEntry(RunContext.MDC_RUN_ID, seen.event().getRunId());
		assertThat(seen.observation()).isNotNull();
		assertThat(seen.observation().getContextView().getName()).isEqualTo("caller");
	}

	private void assertSeen(ApplicationContextRunner runner, Consumer<Seen> assertion) {
		runner.run((context) -> {
			Observation caller = Observation.start("caller", this.observations);
			MDC.put("customer", "4711");
			caller.scoped(() -> client(context).agent().run(request(TWO_STEPS).withTag("order-42")));
			caller.stop();
			assertion.accept(context.getBean(AsyncListener.class).seen().get(SOON.toSeconds(), TimeUnit.SECONDS));
		});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AsyncConfiguration {

		@Bean
		AsyncListener asyncListener(ObservationRegistry observations) {
			return new AsyncListener(observations);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ContextConfiguration {

		@Bean
		ContextPropagatingTaskDecorator contextPropagatingTaskDecorator() {
			ContextRegistry.getInstance().registerThreadLocalAccessor(new Slf4jThreadLocalAccessor());
			return new ContextPropagatingTaskDecorator();
		}

	}

	record Seen(TinyFishRunFinishedEvent event, Map<String, String> mdc, @Nullable Observation observation,
			Thread thread) {

	}

	static class AsyncListener {

		private final CompletableFuture<Seen> seen = new CompletableFuture<>();

		private final ObservationRegistry observations;

		AsyncListener(ObservationRegistry observations) {
			this.observations = observations;
		}

		// a method, since callers have a proxy
		CompletableFuture<Seen> seen() {
			return this.seen;
		}

		@Async
		@EventListener
		public void on(TinyFishRunFinishedEvent event) {
			Map<String, String> mdc = MDC.getCopyOfContextMap();
			this.seen.complete(new Seen(event, (mdc != null) ? mdc : Map.of(),
					this.observations.getCurrentObservation(), Thread.currentThread()));
		}

	}

}
