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

package ai.tinyfish.spring.relay;

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ApplicationListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the events that browsers receive, by Spring MVC on Tomcat and by WebFlux on
 * Netty.
 */
@Timeout(120)
class RunEventRelayTests {

	private static final String STARTED = "TinyFishRunStartedEvent";

	private static final String STREAMING_URL = "TinyFishRunStreamingUrlEvent";

	private static final String PROGRESS = "TinyFishRunProgressEvent";

	private static final String FINISHED = "TinyFishRunFinishedEvent";

	private static final Map<WebApplicationType, RelayApplication> APPLICATIONS = new EnumMap<>(
			WebApplicationType.class);

	private static final Map<WebApplicationType, EventGate> GATES = new EnumMap<>(WebApplicationType.class);

	private static TinyFishSimulator simulator;

	private final String runId = UUID.randomUUID().toString();

	@BeforeAll
	static void start() {
		simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.given("two steps", Scenario.builder().steps("Opening", "Reading").resultJson("{\"price\": 42}").build())
			.start();
		for (WebApplicationType type : List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)) {
			EventGate gate = new EventGate();
			GATES.put(type, gate);
			APPLICATIONS.put(type, RelayApplication.start(type,
					(context) -> context.registerBean("gate", TinyFishRunListener.class, () -> gate),
					"tinyfish.base-url=" + simulator.baseUrl(), "spring.jackson.serialization.indent-output=true",
					"spring.jackson.serialization.wrap-exceptions=false",
					// no heartbeat makes up for a missing event
					"tinyfish.relay.heartbeat=10m", "tinyfish.relay.write-timeout=10m"));
		}
	}

	@AfterAll
	static void stop() {
		APPLICATIONS.values().forEach(RelayApplication::close);
		simulator.close();
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserReceivesAllEventsInOrder(WebApplicationType type) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		String runId = start(application);
		try (Browser browser = application.browse(runId)) {
			assertThat(browser.status()).isEqualTo(200);
			List<Browser.Message> events = browser.remainingEvents();
			assertThat(events).extracting(Browser.Message::name)
				.containsExactly(STARTED, STREAMING_URL, PROGRESS, PROGRESS, FINISHED);
			assertThat(events).extracting(Browser.Message::number).containsExactly("1", "2", "3", "4", "5");
			assertThat(events).extracting(Browser.Message::data)
				.allSatisfy((data) -> assertThat(data).contains("\"" + runId + "\"", "order-42"));
			assertThat(events.get(2).data()).contains("Opening");
			assertThat(events.get(3).data()).contains("Reading");
			assertThat(events.get(4).data().replaceAll("\\s", "")).contains("\"price\":42", "\"status\":\"COMPLETED\"");
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserReceivesTheUrlWithoutSecrets(WebApplicationType type) throws Exception {
		String url = "https://zoe:s3cret@shop.example/search?token=t0ken#fragm3nt";
		RelayApplication application = APPLICATIONS.get(type);
		List<String> heard = new CopyOnWriteArrayList<>();
		ApplicationListener<TinyFishRunEvent> listener = (event) -> heard.add(event.getUrl());
		application.context().addApplicationListener(listener);
		try {
			String runId = start(application, AgentRequest.of(url, "two steps"));
			try (Browser browser = application.browse(runId)) {
				List<Browser.Message> events = browser.remainingEvents();
				assertThat(events).extracting(Browser.Message::name)
					.containsExactly(STARTED, STREAMING_URL, PROGRESS, PROGRESS, FINISHED);
				assertThat(events).extracting(Browser.Message::data)
					.allSatisfy((data) -> assertThat(data).contains("\"https://shop.example/search\"")
						.doesNotContain("zoe", "s3cret", "t0ken", "fragm3nt"));
			}
			assertThat(heard).hasSizeGreaterThanOrEqualTo(4).containsOnly(url);
		}
		finally {
			application.context().removeApplicationListener(listener);
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void applicationSendsDerivedEvents(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		publishWholeRun(application);
		try (Browser browser = application.browseSteps(this.runId)) {
			assertThat(browser.header("Content-Type")).startsWith("text/event-stream");
			assertThat(browser.header("X-Accel-Buffering")).isEqualTo("no");
			assertThat(browser.remainingEvents()).extracting(Browser.Message::data)
				.containsExactly("one", "two", "The end");
		}
		try (Browser browser = application.browseSteps("not-there")) {
			assertThat(browser.status()).isEqualTo(404);
		}
	}

	@Test
	void handlerFunctionOfWebFluxReturnsTheSameResponse() throws Exception {
		RelayApplication application = APPLICATIONS.get(WebApplicationType.REACTIVE);
		publishWholeRun(application);
		assertThat(application.get("/functional/" + this.runId).lines().filter((line) -> line.startsWith("event:")))
			.containsExactly("event:" + STARTED, "event:" + PROGRESS, "event:" + PROGRESS, "event:" + FINISHED);
		assertThat(application.head("/functional/not-there").getResponseCode()).isEqualTo(404);
	}

	/**
	 * The id of a run is known before its first event is published.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserConnectsBeforeTheFirstEvent(WebApplicationType type) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		EventGate gate = GATES.get(type);
		gate.closeAtStart();
		try {
			String runId = start(application);
			try (Browser browser = application.browse(runId)) {
				assertThat(browser.status()).isEqualTo(200);
				assertThat(browser.nextMessage()).matches(Browser.Message::isComment);
				gate.open();
				assertThat(browser.remainingEvents()).extracting(Browser.Message::name)
					.containsExactly(STARTED, STREAMING_URL, PROGRESS, PROGRESS, FINISHED);
			}
		}
		finally {
			gate.open();
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void lateBrowserReceivesEarlierEvents(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId), RelayEvents.progress(this.runId, "one"));
		try (Browser browser = application.browse(this.runId)) {
			assertThat(browser.nextEvent().name()).isEqualTo(STARTED);
			assertThat(browser.nextEvent().data()).contains("one");
			application.publish(RelayEvents.progress(this.runId, "two"));
			assertThat(browser.nextEvent().data()).contains("two");
			application.publish(RelayEvents.error(this.runId));
			assertThat(browser.remainingEvents()).singleElement()
				.satisfies((event) -> assertThat(event.name()).isEqualTo("TinyFishRunErrorEvent"))
				.satisfies((event) -> assertThat(event.data()).contains("No one knows"));
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserReceivesAllEventsAfterTheEnd(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		publishWholeRun(application);
		for (int i = 0; i < 2; i++) {
			try (Browser browser = application.browse(this.runId)) {
				assertThat(browser.remainingEvents()).extracting(Browser.Message::name)
					.containsExactly(STARTED, PROGRESS, PROGRESS, FINISHED);
			}
		}
	}

	@ParameterizedTest
	@MethodSource("lastEventIds")
	void browserResumesAfterItsLastEvent(WebApplicationType type, String lastEventId, List<String> rest) {
		RelayApplication application = APPLICATIONS.get(type);
		publishWholeRun(application);
		String prefix;
		try (Browser browser = application.browse(this.runId)) {
			prefix = browser.nextEvent().id().replaceFirst("1$", "");
		}
		try (Browser browser = application.browse(this.runId, lastEventId.replace("id-", prefix))) {
			assertThat(browser.status()).isEqualTo(200);
			assertThat(browser.remainingEvents()).extracting(Browser.Message::number).isEqualTo(rest);
		}
	}

	static List<Arguments> lastEventIds() {
		List<String> all = List.of("1", "2", "3", "4");
		return List.of(WebApplicationType.SERVLET, WebApplicationType.REACTIVE)
			.stream()
			.flatMap((type) -> List.of(Arguments.of(type, "id-1", List.of("2", "3", "4")),
					Arguments.of(type, "id-3", List.of("4")), Arguments.of(type, "id-4", List.of()),
					Arguments.of(type, "id-0", all), Arguments.of(type, "id-5", all), Arguments.of(type, "id--7", all),
					Arguments.of(type, "id-x", all), Arguments.of(type, "id-", all),
					Arguments.of(type, "id-99999999999999999999", all), Arguments.of(type, "3", all),
					Arguments.of(type, "another-3", all), Arguments.of(type, "-3", all), Arguments.of(type, "", all))
				.stream())
			.toList();
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void severalBrowsersWatchOneRun(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		try (Browser one = application.browse(this.runId); Browser other = application.browse(this.runId)) {
			assertThat(one.nextEvent().name()).isEqualTo(STARTED);
			assertThat(other.nextEvent().name()).isEqualTo(STARTED);
			application.publish(RelayEvents.finished(this.runId));
			assertThat(one.remainingEvents()).extracting(Browser.Message::name).containsExactly(FINISHED);
			assertThat(other.remainingEvents()).extracting(Browser.Message::name).containsExactly(FINISHED);
		}
		await().untilAsserted(() -> assertThat(application.histories().watches()).isZero());
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void responseIsNeitherBufferedNorCached(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		publishWholeRun(application);
		try (Browser browser = application.browse(this.runId)) {
			assertThat(browser.header("Content-Type")).startsWith("text/event-stream");
			assertThat(browser.header("X-Accel-Buffering")).isEqualTo("no");
			assertThat(browser.header("Cache-Control")).isEqualTo("no-store");
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void unknownRunIsNotFound(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		int runs = application.histories().runs();
		try (Browser browser = application.browse(this.runId)) {
			assertThat(browser.status()).isEqualTo(404);
		}
		assertThat(application.histories().runs()).isEqualTo(runs);
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void eventIsRenderedOnceForAllBrowsers(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId), new RelayEvents.Counted(this.runId),
				RelayEvents.finished(this.runId));
		for (int i = 0; i < 3; i++) {
			try (Browser browser = application.browse(this.runId)) {
				assertThat(browser.remainingEvents().get(1).data()).containsPattern("\"times\" *: *1\\D");
			}
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void eventThatCannotBeWrittenReachesListeners(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		List<TinyFishRunEvent> heard = new CopyOnWriteArrayList<>();
		ApplicationListener<TinyFishRunEvent> listener = heard::add;
		application.context().addApplicationListener(listener);
		TinyFishRunEvent unwritable = new RelayEvents.Unwritable(this.runId);
		try {
			application.publish(RelayEvents.started(this.runId), unwritable, RelayEvents.finished(this.runId));
		}
		finally {
			application.context().removeApplicationListener(listener);
		}
		assertThat(heard).hasSize(3).contains(unwritable);
		try (Browser browser = application.browse(this.runId)) {
			assertThat(browser.remainingEvents()).extracting(Browser.Message::name).containsExactly(STARTED, FINISHED);
		}
	}

	/**
	 * Nothing is written by which a disconnected browser would be noticed.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void headRequestDoesNotWatch(WebApplicationType type) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		for (String path : List.of("/runs/" + this.runId + "/events", "/runs/" + this.runId + "/steps")) {
			for (int i = 0; i < 3; i++) {
				HttpURLConnection connection = application.head(path);
				assertThat(connection.getResponseCode()).isEqualTo(200);
				assertThat(connection.getContentType()).startsWith("text/event-stream");
			}
		}
		await().untilAsserted(() -> assertThat(application.histories().watches()).isZero());
		assertThat(application.head("/runs/not-there/events").getResponseCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserThatDoesNotReadMissesProgressButNotTheOutcome(WebApplicationType type) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		int count = 2000;
		String padding = "x".repeat(10_000);
		application.publish(RelayEvents.started(this.runId));
		try (Socket slow = application.connect(this.runId); Browser quick = application.browse(this.runId)) {
			assertThat(quick.nextEvent().name()).isEqualTo(STARTED);
			await().untilAsserted(() -> assertThat(application.histories().watches()).isEqualTo(2));
			for (int i = 0; i < count; i++) {
				application.publish(RelayEvents.progress(this.runId, padding + i));
				if (i % 20 == 19) {
					// let the quick one follow, which it must have no trouble to do
					Browser.Message event = quick.nextEvent();
					while (!event.data().contains("x" + i + "\"")) {
						event = quick.nextEvent();
					}
				}
			}
			application.publish(RelayEvents.finished(this.runId));
			assertThat(quick.remainingEvents()).extracting(Browser.Message::name).containsExactly(FINISHED);
			await().untilAsserted(() -> assertThat(application.histories().watches()).isOne());

			List<String> names = readToTheEndOfTheRun(slow.getInputStream()).lines()
				.filter((line) -> line.startsWith("event:"))
				.map((line) -> line.substring("event:".length()))
				.toList();
			assertThat(names).startsWith(STARTED, PROGRESS).endsWith(PROGRESS, FINISHED).hasSizeLessThan(count);
		}
		await().untilAsserted(() -> assertThat(application.histories().watches()).isZero());
	}

	private static String readToTheEndOfTheRun(InputStream stream) throws Exception {
		StringBuilder text = new StringBuilder();
		byte[] buffer = new byte[64 * 1024];
		while (text.indexOf("event:" + FINISHED, Math.max(0, text.length() - 2 * buffer.length)) < 0) {
			int read = stream.read(buffer);
			assertThat(read).as("the stream has ended").isPositive();
			text.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
		}
		return text.toString();
	}

	private void publishWholeRun(RelayApplication application) {
		application.publish(RelayEvents.started(this.runId), RelayEvents.progress(this.runId, "one"),
				RelayEvents.progress(this.runId, "two"), RelayEvents.finished(this.runId));
	}

	private static String start(RelayApplication application) {
		return start(application, AgentRequest.of("https://shop.example/", "two steps").withTag("order-42"));
	}

	private static String start(RelayApplication application, AgentRequest request) {
		return application.startRun(request);
	}

}
