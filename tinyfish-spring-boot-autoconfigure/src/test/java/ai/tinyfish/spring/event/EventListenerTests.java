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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.TWO_STEPS;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Features of Spring's event listeners, and additions by a listener bean of ours.
 */
@ExtendWith(OutputCaptureExtension.class)
class EventListenerTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator()
		.given("reached", Scenario.builder().resultJson("{\"success\": true}").build())
		.given("missed", Scenario.builder().resultJson("{\"success\": false}").build());

	private final Calls calls = new Calls();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withBean(Calls.class, () -> this.calls);

	@Test
	void listenersOfOneEventComeInTheirOrder() {
		this.contextRunner.withBean(Ordered.class).run((context) -> {
			client(context).agent().start(request(TWO_STEPS)).await();
			this.calls.await("third finished");
			assertThat(this.calls.all).containsExactly("first started", "second started", "third started",
					"first finished", "second finished", "third finished");
		});
	}

	@Test
	void theFirstListenerThatThrowsStopsTheLaterOnesOfThatEvent(CapturedOutput output) {
		this.contextRunner.withBean(OrderedWithAFailure.class).run((context) -> {
			AgentRun run = client(context).agent().start(request(TWO_STEPS)).await();
			this.calls.await("third finished");
			assertThat(this.calls.all).containsExactly("first started", "first finished", "third finished");
			assertThat(output).contains("A listener failed on STARTED of run " + run.runId())
				.contains("The second listener fails");
		});
	}

	@Test
	void listenerBeansAreCalledInTheirOrderThoughAnotherThrows() {
		this.contextRunner.withBean(Third.class).withBean(First.class).withBean(Second.class).run((context) -> {
			client(context).agent().start(request(TWO_STEPS)).await();
			this.calls.await("third finished");
			assertThat(this.calls.all).containsExactly("first started", "second started", "third started",
					"first finished", "second finished", "third finished");
		});
	}

	@Test
	void listenerBeansAreCalledThoughAnEventListenerThrows() {
		this.contextRunner.withBean(OrderedWithAFailure.class).withBean(Last.class).run((context) -> {
			client(context).agent().start(request(TWO_STEPS)).await();
			this.calls.await("last finished");
			this.calls.await("third finished");
			assertThat(this.calls.all).containsSubsequence("last started", "last finished")
				.doesNotContain("third started");
		});
	}

	@Test
	void aListenerBeanMayHaveTheClientInjected() {
		this.contextRunner.withBean(Asking.class).run((context) -> {
			assertThat(context).hasNotFailed();
			client(context).agent().run(request(TWO_STEPS));
			this.calls.await("asked: COMPLETED");
		});
	}

	@Test
	void conditionsCanAskForTagStatusVerdictAndSuccess() {
		this.contextRunner.withBean(Conditional.class).run((context) -> {
			TinyFishClient client = client(context);
			client.agent().run(request("reached").withTag("order-41"));
			client.agent().run(request("missed").withTag("order-42"));
			client.agent().run(request("[fail:SITE_BLOCKED]").withTag("order-43"));
			this.calls.await(7);
			assertThat(this.calls.all).containsExactlyInAnyOrder("tag order-42", "status order-43", "verdict order-41",
					"success order-41", "success order-42", "text order-42", "no success order-43");
		});
	}

	@Test
	void theBaseClassGetsAllInOrder() {
		this.contextRunner.withPropertyValues("tinyfish.events.heartbeat=true")
			.withBean(RunEvents.class)
			.run((context) -> {
				client(context).agent().start(request(TWO_STEPS).withTag("order-42")).await();
				RunEvents events = context.getBean(RunEvents.class);
				assertThat(events.awaitEndedTags(1)).containsExactly("order-42");
				assertThat(events.all.stream()
					.map(Object::getClass)
					.filter((type) -> type != TinyFishRunHeartbeatEvent.class))
					.containsExactly(TinyFishRunStartedEvent.class, TinyFishRunStreamingUrlEvent.class,
							TinyFishRunProgressEvent.class, TinyFishRunProgressEvent.class,
							TinyFishRunFinishedEvent.class);
			});
	}

	@Test
	void valueThatAListenerReturnsIsPublished() {
		this.contextRunner.withBean(Pricing.class).run((context) -> {
			client(context).agent().run(request("two steps, nothing to say"));
			client(context).agent().run(request(TWO_STEPS).withTag("order-42"));
			this.calls.await("order-42 costs 42");
			assertThat(this.calls.all).containsExactly("order-42 costs 42");
		});
	}

	/**
	 * The calls, in their order.
	 */
	static class Calls {

		final List<String> all = new CopyOnWriteArrayList<>();

		void add(String listener, TinyFishRunEvent event) {
			if (event instanceof TinyFishRunStartedEvent) {
				this.all.add(listener + " started");
			}
			else if (event instanceof TinyFishRunFinishedEvent) {
				this.all.add(listener + " finished");
			}
		}

		void await(String call) {
			org.awaitility.Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(this.all).contains(call));
		}

		void await(int count) {
			org.awaitility.Awaitility.await()
				.atMost(SOON)
				.untilAsserted(() -> assertThat(this.all).hasSizeGreaterThanOrEqualTo(count));
		}

	}

	record Ordered(Calls calls) {

		@EventListener
		@Order(3)
		void third(TinyFishRunEvent event) {
			this.calls.add("third", event);
		}

		@EventListener
		@Order(1)
		void first(TinyFishRunEvent event) {
			this.calls.add("first", event);
		}

		@EventListener
		@Order(2)
		void second(TinyFishRunEvent event) {
			this.calls.add("second", event);
		}

	}

	record OrderedWithAFailure(Calls calls) {

		@EventListener
		@Order(1)
		void first(TinyFishRunEvent event) {
			this.calls.add("first", event);
		}

		@EventListener
		@Order(2)
		void second(TinyFishRunStartedEvent event) {
			throw new IllegalStateException("The second listener fails");
		}

		@EventListener
		@Order(3)
		void third(TinyFishRunEvent event) {
			this.calls.add("third", event);
		}

	}

	/**
	 * Takes note of beginnings and endings.
	 */
	abstract static class Noting implements TinyFishRunListener {

		private final String name;

		private final Calls calls;

		Noting(String name, Calls calls) {
			this.name = name;
			this.calls = calls;
		}

		@Override
		public void started(RunContext context, StartedEvent event) {
			this.calls.all.add(this.name + " started");
		}

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			this.calls.all.add(this.name + " finished");
		}

	}

	@Order(1)
	static class First extends Noting {

		First(Calls calls) {
			super("first", calls);
		}

		@Override
		public void started(RunContext context, StartedEvent event) {
			super.started(context, event);
			throw new IllegalStateException("The first listener fails");
		}

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			super.finished(context, event);
			throw new AssertionError("The first listener fails worse");
		}

	}

	@Order(2)
	static class Second extends Noting {

		Second(Calls calls) {
			super("second", calls);
		}

	}

	@Order(3)
	static class Third extends Noting {

		Third(Calls calls) {
			super("third", calls);
		}

	}

	static class Last extends Noting {

		Last(Calls calls) {
			super("last", calls);
		}

	}

	record Asking(TinyFishClient client, Calls calls) implements TinyFishRunListener {

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			this.calls.all.add("asked: " + this.client.runs().get(String.valueOf(event.run().runId())).status());
		}

	}

	record Conditional(Calls calls) {

		@EventListener(condition = "#event.tag == 'order-42'")
		void onTag(TinyFishRunFinishedEvent event) {
			this.calls.all.add("tag " + event.getTag());
		}

		@EventListener(condition = "#event.run.status.name() == 'FAILED'")
		void onStatus(TinyFishRunFinishedEvent event) {
			this.calls.all.add("status " + event.getTag());
		}

		@EventListener(condition = "#event.verdict.achieved")
		void onVerdict(TinyFishRunFinishedEvent event) {
			this.calls.all.add("verdict " + event.getTag());
		}

		@EventListener(condition = "#event.verdict.missed")
		void onOutcome(TinyFishRunFinishedEvent event) {
			if (event.isCompleted()) {
				this.calls.all.add("text " + event.getTag());
			}
		}

		@EventListener(condition = "#event.completed")
		void onSuccess(TinyFishRunFinishedEvent event) {
			this.calls.all.add("success " + event.getTag());
		}

		@EventListener(condition = "!#event.completed")
		void onFailure(TinyFishRunFinishedEvent event) {
			this.calls.all.add("no success " + event.getTag());
		}

	}

	record Pricing(Calls calls) {

		@EventListener
		PriceFound onFinished(TinyFishRunFinishedEvent event) {
			return (event.getTag() != null)
					? new PriceFound(event.getTag(), (Integer) event.getRun().result().toMap().get("price")) : null;
		}

		@EventListener
		void onPrice(PriceFound found) {
			this.calls.all.add(found.order() + " costs " + found.price());
		}

	}

	record PriceFound(String order, int price) {

	}

}
