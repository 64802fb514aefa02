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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.MDC;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;

import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.awaitLatch;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Context of a caller that reaches the listeners of its run.
 */
class EventContextTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final TestObservationRegistry observations = TestObservationRegistry.create();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withBean(ObservationRegistry.class, () -> this.observations)
		.withBean(Contexts.class);

	@AfterEach
	void clearMdc() {
		MDC.clear();
	}

	static Stream<Arguments> submissions() {
		return Stream.of(submission("run", (context, request) -> client(context).agent().run(request)),
				submission("stream", (context, request) -> client(context).agent().stream(request).await()),
				submission("start", (context, request) -> client(context).agent().start(request)),
				submission("queue and await",
						(context, request) -> client(context).runs()
							.await(client(context).agent().queue(request), SOON)),
				submission("reactive run", (context,
						request) -> context.getBean(ReactiveTinyFishClient.class).agent().run(request).block(SOON)),
				submission("reactive stream",
						(context, request) -> context.getBean(ReactiveTinyFishClient.class)
							.agent()
							.stream(request)
							.blockLast(SOON)),
				submission("reactive start", (context,
						request) -> context.getBean(ReactiveTinyFishClient.class).agent().start(request).block(SOON)));
	}

	private static Arguments submission(String name, BiConsumer<ApplicationContext, AgentRequest> submission) {
		return Arguments.argumentSet(name, submission);
	}

	@ParameterizedTest
	@MethodSource("submissions")
	void theCallersMdcAndObservationReachItsListeners(BiConsumer<ApplicationContext, AgentRequest> submission) {
		this.contextRunner.run((context) -> {
			Observation caller = Observation.start("caller", this.observations);
			MDC.put("customer", "4711");
			caller.scoped(() -> submission.accept(context, request(TWO_STEPS).withTag("order-42")));
			MDC.remove("customer");
			Contexts contexts = context.getBean(Contexts.class).awaitEndings(1);
			caller.stop();
			assertThat(contexts.all).allSatisfy((seen) -> {
				assertThat(seen.mdc()).containsEntry("customer", "4711")
					.containsEntry(RunContext.MDC_TAG, "order-42")
					.containsEntry(RunContext.MDC_RUN_ID, String.valueOf(seen.event().getRunId()));
				assertThat(seen.observation()).isSameAs(caller);
			});
		});
	}

	@Test
	void theObservationOfASubscriberIsTheOneOfItsContext() {
		this.contextRunner.run((context) -> {
			Observation caller = Observation.start("caller", this.observations);
			context.getBean(ReactiveTinyFishClient.class)
				.agent()
				.stream(request(TWO_STEPS))
				.contextWrite((values) -> values.put(ObservationThreadLocalAccessor.KEY, caller))
				.blockLast(SOON);
			assertThat(context.getBean(Contexts.class).awaitEndings(1).all).isNotEmpty()
				.allSatisfy((seen) -> assertThat(seen.observation()).isSameAs(caller));
			caller.stop();
		});
	}

	@Test
	void withoutARunOrATagTheMdcHasNone() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-wrong").run((context) -> {
			client(context).agent().start(request(TWO_STEPS));
			assertThat(context.getBean(Contexts.class).awaitEndings(1).all).singleElement()
				.satisfies((seen) -> assertThat(seen.mdc()).isEmpty());
		});
	}

	@Test
	void theRunThatAListenerStartsHasATagOfItsOwn() {
		this.contextRunner.withBean(Chain.class).run((context) -> {
			client(context).agent().run(request(TWO_STEPS).withTag("order-42"));
			Contexts contexts = context.getBean(Contexts.class).awaitEndings(2);
			assertThat(contexts.all).filteredOn((seen) -> !"order-42".equals(seen.event().getTag()))
				.isNotEmpty()
				.allSatisfy((seen) -> assertThat(seen.mdc()).doesNotContainKey(RunContext.MDC_TAG)
					.containsEntry(RunContext.MDC_RUN_ID, String.valueOf(seen.event().getRunId())));
		});
	}

	@Test
	void threadsAreLeftAsTheyWere() {
		this.contextRunner.withUserConfiguration(OneThread.class).run((context) -> {
			MDC.put("customer", "4711");
			client(context).agent().run(request(TWO_STEPS).withTag("order-42"));
			context.getBean(Contexts.class).awaitEndings(1);
			Map<String, String> left = new ConcurrentHashMap<>();
			CountDownLatch done = new CountDownLatch(1);
			context.getBean(ThreadPoolTaskExecutor.class).execute(() -> {
				left.putAll(mdc());
				done.countDown();
			});
			awaitLatch(done);
			assertThat(left).isEmpty();
		});
	}

	private static Map<String, String> mdc() {
		Map<String, String> values = MDC.getCopyOfContextMap();
		return (values != null) ? values : Map.of();
	}

	/**
	 * Takes note of a listener's context on its thread.
	 */
	static class Contexts {

		final List<Seen> all = new CopyOnWriteArrayList<>();

		private final ObservationRegistry observations;

		Contexts(ObservationRegistry observations) {
			this.observations = observations;
		}

		@EventListener
		void on(TinyFishRunEvent event) {
			this.all.add(new Seen(event, mdc(), this.observations.getCurrentObservation()));
		}

		Contexts awaitEndings(int count) {
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(this.all)
					.filteredOn((seen) -> seen.event() instanceof TinyFishRunFinishedEvent
							|| seen.event() instanceof TinyFishRunErrorEvent)
					.hasSize(count));
			return this;
		}

	}

	record Seen(TinyFishRunEvent event, Map<String, String> mdc, Observation observation) {

	}

	/**
	 * Starts a run when another one has ended.
	 */
	static class Chain {

		private final ApplicationContext context;

		Chain(ApplicationContext context) {
			this.context = context;
		}

		@EventListener(condition = "#event.tag == 'order-42'")
		void on(TinyFishRunFinishedEvent event) {
			client(this.context).agent().start(request(TWO_STEPS));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OneThread {

		@Bean(name = "tinyFishEventExecutor", defaultCandidate = false)
		ThreadPoolTaskExecutor tinyFishEventExecutor() {
			ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
			executor.setCorePoolSize(1);
			return executor;
		}

	}

}
