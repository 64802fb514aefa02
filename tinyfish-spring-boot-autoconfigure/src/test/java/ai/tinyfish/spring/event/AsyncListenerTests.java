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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

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
 * Listeners that leave the event's thread for the application's executor.
 */
class AsyncListenerTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class))
		.withPropertyValues("spring.task.execution.thread-name-prefix=boots-")
		.withUserConfiguration(AsyncConfiguration.class)
		.withBean(RunEvents.class);

	@Test
	void asyncListenersAreCalledOnTheApplicationsExecutor() {
		this.contextRunner.run((context) -> {
			client(context).agent().run(request(TWO_STEPS));
			AsyncListener listener = context.getBean(AsyncListener.class);
			await().atMost(SOON).untilAsserted(() -> assertThat(listener.threads()).hasSize(1));
			assertThat(listener.threads()).singleElement().satisfies((name) -> assertThat(name).startsWith("boots-"));
		});
	}

	@Test
	void anAsyncListenerThatBlocksDelaysNoOtherEvent() {
		CountDownLatch release = new CountDownLatch(1);
		this.contextRunner.withPropertyValues("tinyfish.events.threads=1").run((context) -> {
			context.getBean(AsyncListener.class).releaseBy(release);
			client(context).agent().run(request(TWO_STEPS));
			client(context).agent().run(request(TWO_STEPS));
			RunEvents events = context.getBean(RunEvents.class);
			try {
				await().atMost(SOON).untilAsserted(() -> assertThat(events.endedTags()).hasSize(2));
			}
			finally {
				release.countDown();
			}
		});
	}

	@Test
	void anAsyncListenerIsNotifiedWhileTheApplicationEnds() {
		List<String> threads = new CopyOnWriteArrayList<>();
		this.contextRunner
			.withPropertyValues("spring.task.execution.shutdown.await-termination=true",
					"spring.task.execution.shutdown.await-termination-period=20s")
			.run((context) -> {
				context.getBean(AsyncListener.class).noteOn(threads);
				// Boot has no executor before its first task
				client(context).agent().run(request(TWO_STEPS));
				await().atMost(SOON).untilAsserted(() -> assertThat(threads).hasSize(1));
				start(context, request(ENDLESS));
			});
		assertThat(threads).hasSize(2).allSatisfy((name) -> assertThat(name).startsWith("boots-"));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAsync(proxyTargetClass = true)
	static class AsyncConfiguration {

		@Bean
		AsyncListener asyncListener() {
			return new AsyncListener();
		}

	}

	static class AsyncListener {

		private volatile List<String> threads = new CopyOnWriteArrayList<>();

		private volatile CountDownLatch release = new CountDownLatch(0);

		// methods, since callers have a proxy
		List<String> threads() {
			return this.threads;
		}

		void noteOn(List<String> list) {
			this.threads = list;
		}

		void releaseBy(CountDownLatch latch) {
			this.release = latch;
		}

		@Async
		@EventListener({ TinyFishRunFinishedEvent.class, TinyFishRunErrorEvent.class })
		public void on(TinyFishRunEvent event) {
			awaitLatch(this.release);
			this.threads.add(Thread.currentThread().getName());
		}

	}

}
