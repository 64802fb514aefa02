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

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class TinyFishRunEventsTests {

	private static final String URL = "https://shop.example/";

	private static final List<Class<?>> WHOLE_RUN = List.of(TinyFishRunStartedEvent.class,
			TinyFishRunStreamingUrlEvent.class, TinyFishRunProgressEvent.class, TinyFishRunProgressEvent.class,
			TinyFishRunFinishedEvent.class);

	@AutoClose
	private static final TinyFishSimulator simulator = TinyFishSimulator.builder()
		.pace(Duration.ofMillis(5))
		.heartbeat(Duration.ofMillis(20))
		.given("two steps", Scenario.builder().steps("Opening", "Reading").resultJson("{\"price\": 42}").build())
		.given("endless", Scenario.builder().steps("Waiting").pace(Duration.ofMinutes(5)).build())
		.given("cut", Scenario.builder().fault(FaultPoint.afterEvent(3), Fault.reset()).resultJson("[42]").build())
		.given("slow", Scenario.builder().steps("Waiting").pace(Duration.ofMillis(300)).build())
		.start();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(), "tinyfish.api-key=" + simulator.apiKey(),
				"tinyfish.retry.max-retries=0", "tinyfish.run.shutdown-timeout=0s")
		.withBean("recorder", Recorder.class);

	@Test
	void runPublishesItsEnding() {
		this.contextRunner.run((context) -> {
			AgentRun run = client(context).agent().run(request("two steps").withTag("order-42"));
			Recorder recorder = recorder(context).awaitTerminalEvents(1);
			assertThat(recorder.events).singleElement()
				.isInstanceOfSatisfying(TinyFishRunFinishedEvent.class, (event) -> {
					assertThat(event.isCompleted()).isTrue();
					assertThat(event.getRunId()).isEqualTo(run.runId());
					assertThat(event.getUrl()).isEqualTo(URL);
					assertThat(event.getGoal()).isEqualTo("two steps");
					assertThat(event.getTag()).isEqualTo("order-42");
					assertThat(event.getRun()).isEqualTo(run);
				});
		});
	}

	@Test
	void streamPublishesAllInOrder() {
		this.contextRunner.run((context) -> {
			String runId = "";
			try (AgentStream stream = client(context).agent().stream(request("two steps"))) {
				for (AgentEvent event : stream) {
					runId = (event.runId() != null) ? event.runId() : runId;
				}
			}
			Recorder recorder = recorder(context).awaitTerminalEvents(1);
			assertThat(recorder.classes()).isEqualTo(WHOLE_RUN);
			String expected = runId;
			assertThat(recorder.events).allSatisfy((event) -> assertThat(event.getRunId()).isEqualTo(expected));
			assertThat(recorder.events.stream()
				.filter(TinyFishRunProgressEvent.class::isInstance)
				.map((event) -> ((TinyFishRunProgressEvent) event).getPurpose())).containsExactly("Opening", "Reading");
		});
	}

	@Test
	void startPublishesAllInOrder() {
		this.contextRunner.run((context) -> {
			client(context).agent().start(request("two steps")).await();
			assertThat(recorder(context).awaitTerminalEvents(1).classes()).isEqualTo(WHOLE_RUN);
		});
	}

	@Test
	void streamingUrlThatIsNotOfTheWebIsNotPublished() {
		String streamingUrl = "{\"type\":\"STREAMING_URL\",\"run_id\":\"run-1\",\"streaming_url\":\"%s\"}";
		try (WireMockApi api = new WireMockApi().reset()
			.streaming("{\"type\":\"STARTED\",\"run_id\":\"run-1\"}", streamingUrl.formatted("javascript:alert(1)"),
					streamingUrl.formatted("data:text/html,<script>alert(1)</script>"),
					streamingUrl.formatted("https://watch.example/1"),
					"{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"COMPLETED\"}")) {
			this.contextRunner.withPropertyValues("tinyfish.base-url=" + api.baseUrl()).run((context) -> {
				client(context).agent().start(request("two steps")).await();
				Recorder recorder = recorder(context).awaitTerminalEvents(1);
				assertThat(recorder.classes()).containsExactly(TinyFishRunStartedEvent.class,
						TinyFishRunStreamingUrlEvent.class, TinyFishRunFinishedEvent.class);
				assertThat(((TinyFishRunStreamingUrlEvent) recorder.events.get(1)).getStreamingUrl())
					.isEqualTo("https://watch.example/1");
			});
		}
	}

	@Test
	void outcomeOfARunWhoseStreamBrokeIsPublishedAsRecovered() {
		this.contextRunner.withPropertyValues("tinyfish.run.poll-interval=20ms").run((context) -> {
			client(context).agent().start(request("cut")).await();
			client(context).agent().start(request("two steps")).await();
			assertThat(recorder(context).awaitTerminalEvents(2).terminalEvents())
				.extracting((event) -> event.getGoal() + " " + ((TinyFishRunFinishedEvent) event).isRecovered())
				.containsExactly("cut true", "two steps false");
		});
	}

	@Test
	void failedRunIsAFinishedOne() {
		this.contextRunner.run((context) -> {
			client(context).agent().run(request("[fail:SITE_BLOCKED]"));
			assertThat(recorder(context).awaitTerminalEvents(1).events).singleElement()
				.isInstanceOfSatisfying(TinyFishRunFinishedEvent.class, (event) -> {
					assertThat(event.isCompleted()).isFalse();
					assertThat(event.getRun().status()).isEqualTo(RunStatus.FAILED);
				});
		});
	}

	@Test
	void eachOfManyRunsHasOneTerminalEvent() {
		this.contextRunner.run((context) -> {
			for (int i = 0; i < 20; i++) {
				client(context).agent().start(request("two steps " + i).withTag("tag-" + i));
			}
			Recorder recorder = recorder(context).awaitTerminalEvents(20);
			assertThat(recorder.terminalEvents()).extracting(TinyFishRunEvent::getTag)
				.doesNotHaveDuplicates()
				.hasSize(20);
			for (int i = 0; i < 20; i++) {
				String tag = "tag-" + i;
				assertThat(recorder.events.stream().filter((event) -> tag.equals(event.getTag())).map(Object::getClass))
					.isEqualTo(WHOLE_RUN);
			}
		});
	}

	@Test
	void refusedSubmissionIsAnError() {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-wrong").run((context) -> {
			assertThatExceptionOfType(TinyFishAuthenticationException.class)
				.isThrownBy(() -> client(context).agent().run(request("two steps").withTag("run")));
			assertThatExceptionOfType(TinyFishAuthenticationException.class)
				.isThrownBy(() -> client(context).agent().stream(request("two steps").withTag("stream")));
			assertThatExceptionOfType(TinyFishAuthenticationException.class)
				.isThrownBy(() -> client(context).agent().start(request("two steps").withTag("start")).await());
			Recorder recorder = recorder(context).awaitTerminalEvents(3);
			assertThat(recorder.events).hasSize(3).allSatisfy((event) -> {
				assertThat(event).isInstanceOf(TinyFishRunErrorEvent.class);
				TinyFishRunErrorEvent error = (TinyFishRunErrorEvent) event;
				assertThat(error.getException()).isInstanceOf(TinyFishAuthenticationException.class);
				assertThat(error.getStatus()).isEqualTo(401);
				assertThat(error.getRunId()).isNull();
			});
			assertThat(recorder.events).extracting(TinyFishRunEvent::getTag)
				.containsExactlyInAnyOrder("run", "stream", "start");
		});
	}

	@Test
	void submissionRefusedBeforeSendingPublishesNothing() {
		this.contextRunner.run((context) -> {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> client(context).agent().run(AgentRequest.of("not a url", "two steps")));
			client(context).runs().list();
			client(context).agent().run(request("two steps").withTag("last"));
			assertThat(recorder(context).awaitTerminalEvents(1).events).extracting(TinyFishRunEvent::getTag)
				.containsExactly("last");
		});
	}

	@Test
	void heartbeatsAreNotPublishedByDefault() {
		this.contextRunner.run((context) -> {
			client(context).agent().start(request("slow")).await();
			assertThat(recorder(context).awaitTerminalEvents(1).classes())
				.doesNotContain(TinyFishRunHeartbeatEvent.class);
		});
	}

	@Test
	void heartbeatsArePublishedOnRequest() {
		this.contextRunner.withPropertyValues("tinyfish.events.heartbeat=true").run((context) -> {
			client(context).agent().start(request("slow")).await();
			assertThat(recorder(context).awaitTerminalEvents(1).classes()).contains(TinyFishRunHeartbeatEvent.class);
		});
	}

	@Test
	void eventsComeOnThreadsOfTheirOwn() {
		this.contextRunner.run((context) -> {
			client(context).agent().run(request("two steps"));
			client(context).agent().start(request("two steps")).await();
			client(context).agent().stream(request("two steps")).await();
			Recorder recorder = recorder(context).awaitTerminalEvents(3);
			assertThat(recorder.threads).isNotEmpty()
				.doesNotContain(Thread.currentThread().getName())
				.allSatisfy((name) -> assertThat(name).startsWith("tinyfish-events-"));
		});
	}

	@Test
	void listenerThatThrowsHarmsNothing() {
		this.contextRunner.withBean(Thrower.class).run((context) -> {
			AgentRun run = client(context).agent().start(request("two steps")).await();
			assertThat(run.isCompleted()).isTrue();
			assertThat(client(context).agent().run(request("two steps")).isCompleted()).isTrue();
			Thrower thrower = context.getBean(Thrower.class);
			await().untilAsserted(() -> assertThat(thrower.terminalEvents).hasSize(2));
			assertThat(thrower.events).hasSize(WHOLE_RUN.size() + 1);
		});
	}

	@Test
	void callsDoNotWaitForListeners() {
		CountDownLatch release = new CountDownLatch(1);
		this.contextRunner.withBean(Blocker.class, () -> new Blocker(release)).run((context) -> {
			try {
				assertThat(client(context).agent().run(request("two steps").withTag("blocked")).isCompleted()).isTrue();
				client(context).agent().run(request("two steps").withTag("free"));
				await().untilAsserted(() -> assertThat(context.getBean(Blocker.class).passed).contains("free"));
				assertThat(context.getBean(Blocker.class).passed).doesNotContain("blocked");
			}
			finally {
				release.countDown();
			}
			await().untilAsserted(() -> assertThat(context.getBean(Blocker.class).passed).contains("blocked"));
		});
	}

	@Test
	void conditionCanAskForSuccess() {
		this.contextRunner.withBean(SuccessListener.class).run((context) -> {
			client(context).agent().run(request("[fail]").withTag("failed"));
			client(context).agent().run(request("two steps").withTag("completed"));
			recorder(context).awaitTerminalEvents(2);
			SuccessListener listener = context.getBean(SuccessListener.class);
			await().untilAsserted(() -> assertThat(listener.tags).containsExactly("completed"));
		});
	}

	@Test
	void listenerBeansAreNotifiedAsWell() {
		List<String> finished = new CopyOnWriteArrayList<>();
		this.contextRunner.withBean(TinyFishRunListener.class, () -> new TinyFishRunListener() {

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				finished.add(context.tag());
			}

		}).run((context) -> {
			client(context).agent().run(request("two steps").withTag("order-42"));
			recorder(context).awaitTerminalEvents(1);
			await().untilAsserted(() -> assertThat(finished).containsExactly("order-42"));
		});
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of(URL, goal);
	}

	private static TinyFishClient client(ApplicationContext context) {
		return context.getBean(TinyFishClient.class);
	}

	private static Recorder recorder(ApplicationContext context) {
		return context.getBean("recorder", Recorder.class);
	}

	static class Recorder {

		private final List<TinyFishRunEvent> events = new CopyOnWriteArrayList<>();

		private final Set<String> threads = ConcurrentHashMap.newKeySet();

		@EventListener
		void on(TinyFishRunEvent event) {
			this.threads.add(Thread.currentThread().getName());
			this.events.add(event);
		}

		List<Class<?>> classes() {
			return this.events.stream().<Class<?>>map(Object::getClass).toList();
		}

		List<TinyFishRunEvent> terminalEvents() {
			return this.events.stream().filter(Recorder::isTerminal).toList();
		}

		Recorder awaitTerminalEvents(int count) {
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(terminalEvents()).hasSize(count));
			return this;
		}

		private static boolean isTerminal(TinyFishRunEvent event) {
			return event instanceof TinyFishRunFinishedEvent || event instanceof TinyFishRunErrorEvent;
		}

	}

	static class Thrower {

		private final List<TinyFishRunEvent> events = new CopyOnWriteArrayList<>();

		private final List<TinyFishRunEvent> terminalEvents = new CopyOnWriteArrayList<>();

		@EventListener
		void on(TinyFishRunEvent event) {
			this.events.add(event);
			if (event instanceof TinyFishRunFinishedEvent) {
				this.terminalEvents.add(event);
			}
			throw new IllegalStateException("This listener always fails");
		}

	}

	static class Blocker {

		private final List<String> passed = new CopyOnWriteArrayList<>();

		private final CountDownLatch release;

		Blocker(CountDownLatch release) {
			this.release = release;
		}

		@EventListener
		void on(TinyFishRunFinishedEvent event) throws InterruptedException {
			if ("blocked".equals(event.getTag())) {
				this.release.await(30, TimeUnit.SECONDS);
			}
			this.passed.add(String.valueOf(event.getTag()));
		}

	}

	static class SuccessListener {

		private final List<String> tags = new CopyOnWriteArrayList<>();

		@EventListener(condition = "#event.completed")
		void on(TinyFishRunFinishedEvent event) {
			this.tags.add(String.valueOf(event.getTag()));
		}

	}

}
