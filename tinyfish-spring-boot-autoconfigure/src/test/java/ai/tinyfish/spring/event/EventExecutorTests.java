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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.support.RunControl;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

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
 * On which threads listeners are called.
 */
class EventExecutorTests {

	private static final String EXECUTOR = "tinyFishEventExecutor";

	private static final String BOOTS = "applicationTaskExecutor";

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
		.withPropertyValues("spring.task.execution.thread-name-prefix=boots-")
		.withBean(Threads.class);

	@Test
	void threadsAreNamedAfterEventsAndNoExecutorOfOursIsInTheContext() {
		this.contextRunner.run((context) -> {
			useBothClients(context);
			assertThat(context.getBean(Threads.class).names).isNotEmpty()
				.allSatisfy((name) -> assertThat(name).startsWith("tinyfish-events-"));
			assertThat(context.getBeansOfType(Executor.class)).containsOnlyKeys(BOOTS);
		});
	}

	@Test
	void theExecutorBeanIsUsedByBothClientsBesideBootsOwn() {
		this.contextRunner.withUserConfiguration(OwnExecutor.class).run((context) -> {
			useBothClients(context);
			assertThat(context.getBean(Threads.class).names).isNotEmpty()
				.allSatisfy((name) -> assertThat(name).startsWith("own-"));
			assertThat(context.getBeansOfType(Executor.class)).containsOnlyKeys(BOOTS, EXECUTOR);
		});
	}

	@Test
	void anExecutorBeanThatIsADefaultCandidateTakesBootsOwnAway() {
		this.contextRunner.withUserConfiguration(OwnExecutorForEverything.class).run((context) -> {
			useBothClients(context);
			assertThat(context.getBean(Threads.class).names).isNotEmpty()
				.allSatisfy((name) -> assertThat(name).startsWith("own-"));
			assertThat(context.getBeansOfType(Executor.class)).containsOnlyKeys(EXECUTOR);
		});
	}

	@Test
	void anExecutorBeanOfAnotherNameIsNotUsed() {
		this.contextRunner.withUserConfiguration(SomeExecutor.class).run((context) -> {
			useBothClients(context);
			assertThat(context.getBean(Threads.class).names).isNotEmpty()
				.allSatisfy((name) -> assertThat(name).startsWith("tinyfish-events-"));
		});
	}

	@Test
	void noMoreThreadsThanThePropertySaysCallListeners() {
		CountDownLatch release = new CountDownLatch(1);
		this.contextRunner.withPropertyValues("tinyfish.events.threads=2")
			.withBean(Blocker.class, () -> new Blocker(release))
			.run((context) -> {
				Blocker blocker = context.getBean(Blocker.class);
				try {
					awaitAll(startRuns(context, 6));
					await().atMost(SOON).untilAsserted(() -> assertThat(blocker.entered).hasSize(2));
				}
				finally {
					release.countDown();
				}
				await().atMost(SOON).untilAsserted(() -> assertThat(blocker.left).hasSize(6));
				assertThat(blocker.most).isEqualTo(2);
				assertThat(context.getBean(Threads.class).names).containsExactlyInAnyOrder("tinyfish-events-1",
						"tinyfish-events-2");
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { OwnExecutor.class, StrictExecutor.class })
	void anExecutorThatStopsBeforeTheRunsLosesNoEnding(Class<?> configuration) {
		Threads[] threads = new Threads[1];
		this.contextRunner.withUserConfiguration(configuration).run((context) -> {
			threads[0] = context.getBean(Threads.class);
			for (int i = 0; i < 5; i++) {
				start(context, request(ENDLESS).withTag("order-" + i));
			}
			await().atMost(SOON)
				.untilAsserted(
						() -> assertThat(threads[0].events).filteredOn(TinyFishRunProgressEvent.class::isInstance)
							.hasSize(5));
		});
		assertThat(threads[0].events).filteredOn(TinyFishRunErrorEvent.class::isInstance)
			.extracting(TinyFishRunEvent::getTag)
			.containsExactlyInAnyOrder("order-0", "order-1", "order-2", "order-3", "order-4");
		if (configuration == StrictExecutor.class) {
			assertThat(threads[0].names).anyMatch((name) -> name.startsWith("tinyfish-events-"));
		}
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void listenersAreCalledOnVirtualThreadsWithoutABoundWhereTheApplicationUsesThem() {
		CountDownLatch release = new CountDownLatch(1);
		this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=true", "tinyfish.events.threads=2")
			.withBean(Blocker.class, () -> new Blocker(release))
			.run((context) -> {
				Blocker blocker = context.getBean(Blocker.class);
				try {
					startRuns(context, 12);
					await().atMost(SOON).untilAsserted(() -> assertThat(blocker.entered).hasSize(12));
				}
				finally {
					release.countDown();
				}
				assertThat(blocker.entered).allSatisfy((thread) -> {
					assertThat(thread.getName()).startsWith("tinyfish-events-");
					assertThat(Thread.class.getMethod("isVirtual").invoke(thread)).isEqualTo(true);
				});
			});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsInheritNothingFromAnotherCaller() {
		InheritableThreadLocal<String> tenant = new InheritableThreadLocal<>();
		List<String> found = new CopyOnWriteArrayList<>();
		ClassLoader loader = Thread.currentThread().getContextClassLoader();
		this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=true")
			.withBean("noting", TinyFishRunListener.class, () -> new TinyFishRunListener() {
				@Override
				public void finished(RunContext context, CompleteEvent event) {
					found.add(context.tag() + " " + tenant.get());
					assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
				}
			})
			.run((context) -> {
				tenant.set("acme");
				// its thread is the one that starts those of connections
				client(context).agent().start(request(TWO_STEPS).withTag("first")).await(SOON);
				tenant.remove();
				client(context).agent().start(request(TWO_STEPS).withTag("second")).await(SOON);
				await().atMost(SOON).untilAsserted(() -> assertThat(found).hasSize(2));
				assertThat(((RunControl) context.getBean(OpenRuns.class)).counts().failedListenerCalls()).isZero();
			});
		assertThat(found).containsExactlyInAnyOrder("first null", "second null");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void theExecutorBeanIsUsedInPlaceOfVirtualThreads() {
		this.contextRunner.withPropertyValues("spring.threads.virtual.enabled=true")
			.withUserConfiguration(OwnExecutor.class)
			.run((context) -> {
				useBothClients(context);
				assertThat(context.getBean(Threads.class).names).isNotEmpty()
					.allSatisfy((name) -> assertThat(name).startsWith("own-"));
			});
	}

	@Test
	void thereMustBeAThreadAndRoomForAnEvent() {
		for (String property : List.of("tinyfish.events.threads", "tinyfish.events.buffer")) {
			this.contextRunner.withPropertyValues(property + "=0")
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(TinyFishConfigurationException.class)
					.hasMessageContaining(property));
		}
	}

	private static void useBothClients(ApplicationContext context) {
		client(context).agent().run(request(TWO_STEPS));
		context.getBean(ReactiveTinyFishClient.class).agent().stream(request(TWO_STEPS)).blockLast(SOON);
		Threads threads = context.getBean(Threads.class);
		await().atMost(SOON)
			.untilAsserted(
					() -> assertThat(threads.events).filteredOn(TinyFishRunFinishedEvent.class::isInstance).hasSize(2));
	}

	private static List<RunHandle> startRuns(ApplicationContext context, int count) {
		List<RunHandle> handles = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			handles.add(client(context).agent().start(request(TWO_STEPS)));
		}
		return handles;
	}

	private static void awaitAll(List<RunHandle> handles) {
		for (RunHandle handle : handles) {
			handle.await(SOON);
		}
	}

	/**
	 * Takes note of events and of the threads they come on.
	 */
	static class Threads {

		final List<TinyFishRunEvent> events = new CopyOnWriteArrayList<>();

		final Set<String> names = ConcurrentHashMap.newKeySet();

		@EventListener
		void on(TinyFishRunEvent event) {
			this.names.add(Thread.currentThread().getName());
			this.events.add(event);
		}

	}

	static class Blocker {

		final List<Thread> entered = new CopyOnWriteArrayList<>();

		final List<Thread> left = new CopyOnWriteArrayList<>();

		private final CountDownLatch release;

		private int now;

		private int most;

		Blocker(CountDownLatch release) {
			this.release = release;
		}

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			count(1);
			this.entered.add(Thread.currentThread());
			awaitLatch(this.release);
			count(-1);
			this.left.add(Thread.currentThread());
		}

		private synchronized void count(int difference) {
			this.now += difference;
			this.most = Math.max(this.most, this.now);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutor {

		@Bean(name = EXECUTOR, defaultCandidate = false)
		ThreadPoolTaskExecutor tinyFishEventExecutor() {
			return executor();
		}

	}

	/**
	 * Takes no more tasks as soon as the application begins to end.
	 */
	@Configuration(proxyBeanMethods = false)
	static class StrictExecutor {

		@Bean(name = EXECUTOR, defaultCandidate = false)
		ThreadPoolTaskExecutor tinyFishEventExecutor() {
			ThreadPoolTaskExecutor executor = executor();
			executor.setStrictEarlyShutdown(true);
			return executor;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnExecutorForEverything {

		@Bean(name = EXECUTOR)
		ThreadPoolTaskExecutor tinyFishEventExecutor() {
			return executor();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SomeExecutor {

		@Bean
		ThreadPoolTaskExecutor reportExecutor() {
			return executor();
		}

	}

	private static ThreadPoolTaskExecutor executor() {
		ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
		executor.setCorePoolSize(2);
		executor.setThreadNamePrefix("own-");
		return executor;
	}

}
