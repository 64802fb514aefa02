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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.simple.SimpleMetricsExportAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import static ai.tinyfish.spring.boot.testing.EventContexts.ENDLESS;
import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.awaitLatch;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static ai.tinyfish.spring.boot.testing.EventContexts.start;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Meters of listeners that are slow or fail.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventMetersTests {

	private static final int STEPS = 40;

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator()
		.given("many steps",
				Scenario.builder()
					.steps(IntStream.range(0, STEPS).mapToObj((i) -> "Step " + i).toList())
					.pace(Duration.ofMillis(1))
					.build());

	@ParameterizedTest
	@EnumSource
	void nothingIsCountedWhereNothingIsAmiss(Registry registry) {
		registry.addTo(EventContexts.using(simulator)).withBean(RunEvents.class).run((context) -> {
			client(context).agent().start(request(TWO_STEPS)).await();
			context.getBean(RunEvents.class).awaitEndedTags(1);
			assertThat(dropped(context, "heartbeat")).isZero();
			assertThat(dropped(context, "progress")).isZero();
			assertThat(errors(context)).isZero();
			assertThat(context.getBean(MeterRegistry.class).find("tinyfish.events.dropped").functionCounters())
				.hasSize(2);
		});
	}

	@ParameterizedTest
	@EnumSource
	void browserSessionsAreCountedAndTimed(Registry registry) {
		registry.addTo(EventContexts.using(simulator)).run((context) -> {
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			RemoteBrowser first = client(context).browser().create();
			client(context).browser().create();
			assertThat(meters.get("tinyfish.browser.open").gauge().value()).isEqualTo(2);
			first.close();
			assertThat(meters.get("tinyfish.browser.open").gauge().value()).isEqualTo(1);
			Timer timer = meters.get("tinyfish.browser.session").timer();
			assertThat(timer.count()).isEqualTo(1);
			assertThat(timer.max(TimeUnit.NANOSECONDS)).isPositive();
		});
	}

	@ParameterizedTest
	@EnumSource
	void droppedProgressIsCountedAndLoggedOnce(Registry registry, CapturedOutput output) {
		CountDownLatch release = new CountDownLatch(1);
		slowListener(registry, release).run((context) -> {
			RunHandle handle = client(context).agent().start(request("many steps"));
			SlowListener listener = context.getBean(SlowListener.class);
			try {
				handle.await(SOON);
			}
			finally {
				release.countDown();
			}
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(listener.all).last().isInstanceOf(TinyFishRunFinishedEvent.class));
			List<TinyFishRunEvent> steps = listener.all.stream()
				.filter(TinyFishRunProgressEvent.class::isInstance)
				.toList();
			assertThat(listener.all).hasAtLeastOneElementOfType(TinyFishRunStartedEvent.class);
			assertThat(steps).hasSizeLessThanOrEqualTo(3);
			assertThat(dropped(context, "progress")).isEqualTo(STEPS - steps.size());
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(output.getOut().split("Listeners were slower than run", -1))
					.as("a line of the log")
					.hasSize(2));
		});
	}

	@ParameterizedTest
	@EnumSource
	void droppedHeartbeatsAreCounted(Registry registry) {
		CountDownLatch release = new CountDownLatch(1);
		slowListener(registry, release).run((context) -> {
			String runId = start(context, request(ENDLESS));
			try {
				await().atMost(SOON).untilAsserted(() -> assertThat(dropped(context, "heartbeat")).isGreaterThan(3));
				assertThat(dropped(context, "progress")).as("only heartbeats have to go").isZero();
			}
			finally {
				client(context).runs().cancel(runId);
				release.countDown();
			}
			SlowListener listener = context.getBean(SlowListener.class);
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(listener.all).last().isInstanceOf(TinyFishRunFinishedEvent.class));
			assertThat(listener.all).hasAtLeastOneElementOfType(TinyFishRunProgressEvent.class);
		});
	}

	@ParameterizedTest
	@EnumSource
	void eventsThatWaitAreCountedUntilTheyAreDelivered(Registry registry) {
		CountDownLatch release = new CountDownLatch(1);
		slowListener(registry, release).run((context) -> {
			RunHandle handle = client(context).agent().start(request("many steps"));
			try {
				handle.await(SOON);
				// the buffer's progress, and events that are never dropped
				await().atMost(SOON).untilAsserted(() -> assertThat(waiting(context)).isGreaterThanOrEqualTo(3));
			}
			finally {
				release.countDown();
			}
			SlowListener listener = context.getBean(SlowListener.class);
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(listener.all).last().isInstanceOf(TinyFishRunFinishedEvent.class));
			assertThat(waiting(context)).isZero();
		});
	}

	@ParameterizedTest
	@EnumSource
	void callsThatThrowAreCounted(Registry registry) {
		registry.addTo(EventContexts.using(simulator))
			.withBean(ThrowingListener.class)
			.withBean(TinyFishRunListener.class, ThrowingRunListener::new)
			.withBean(RunEvents.class)
			.run((context) -> {
				client(context).agent().run(request(TWO_STEPS));
				client(context).agent().run(request(TWO_STEPS));
				await().atMost(SOON).untilAsserted(() -> assertThat(errors(context)).isEqualTo(4));
			});
	}

	@ParameterizedTest
	@EnumSource
	void countersAreRegisteredOnce(Registry registry, CapturedOutput output) {
		// Micrometer warns once in a JVM, and says it for debugging after that
		Logger logger = (Logger) LoggerFactory.getLogger(MeterRegistry.class);
		Level level = logger.getLevel();
		logger.setLevel(Level.DEBUG);
		try {
			registry.addTo(EventContexts.using(simulator))
				.run((context) -> assertThat(errors(context) + dropped(context, "progress")).isZero());
		}
		finally {
			logger.setLevel(level);
		}
		assertThat(output).doesNotContain("already registered");
	}

	@ParameterizedTest
	@EnumSource
	void countersAreThereWhereBeansAreLazy(Registry registry) {
		registry.addTo(EventContexts.using(simulator))
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(errors(context) + dropped(context, "progress")).isZero());
	}

	private static ApplicationContextRunner slowListener(Registry registry, CountDownLatch release) {
		return registry.addTo(EventContexts.using(simulator))
			.withPropertyValues("tinyfish.events.buffer=3", "tinyfish.events.heartbeat=true")
			.withBean(SlowListener.class, () -> new SlowListener(release));
	}

	private static double dropped(ApplicationContext context, String type) {
		return context.getBean(MeterRegistry.class)
			.get("tinyfish.events.dropped")
			.tag("type", type)
			.functionCounter()
			.count();
	}

	private static double waiting(ApplicationContext context) {
		return context.getBean(MeterRegistry.class).get("tinyfish.events.waiting").gauge().value();
	}

	private static double errors(ApplicationContext context) {
		return context.getBean(MeterRegistry.class).get("tinyfish.listener.errors").functionCounter().count();
	}

	/**
	 * Where meters come from.
	 */
	enum Registry {

		ACTUATOR {
			@Override
			ApplicationContextRunner addTo(ApplicationContextRunner runner) {
				return runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
						CompositeMeterRegistryAutoConfiguration.class, SimpleMetricsExportAutoConfiguration.class));
			}
		},

		BARE {
			@Override
			ApplicationContextRunner addTo(ApplicationContextRunner runner) {
				return runner.withBean(SimpleMeterRegistry.class);
			}
		},

		SEVERAL {
			@Override
			ApplicationContextRunner addTo(ApplicationContextRunner runner) {
				return ACTUATOR.addTo(runner)
					.withBean("one", SimpleMeterRegistry.class)
					.withBean("two", SimpleMeterRegistry.class);
			}
		};

		abstract ApplicationContextRunner addTo(ApplicationContextRunner runner);

	}

	static class SlowListener {

		private final List<TinyFishRunEvent> all = new CopyOnWriteArrayList<>();

		private final CountDownLatch release;

		SlowListener(CountDownLatch release) {
			this.release = release;
		}

		@EventListener
		void on(TinyFishRunEvent event) {
			this.all.add(event);
			if (event instanceof TinyFishRunStartedEvent) {
				awaitLatch(this.release);
			}
		}

	}

	static class ThrowingListener {

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			throw new IllegalStateException("This listener always fails");
		}

	}

	static class ThrowingRunListener implements TinyFishRunListener {

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			throw new IllegalStateException("This listener always fails");
		}

	}

}
