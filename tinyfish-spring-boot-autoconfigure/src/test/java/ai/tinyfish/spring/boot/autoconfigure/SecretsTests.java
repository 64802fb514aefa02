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

package ai.tinyfish.spring.boot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishWebClientCustomizer;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.StackTraces;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;
import org.springframework.boot.webclient.autoconfigure.WebClientObservationAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * The key shows up nowhere, whether all goes well or nothing does.
 */
class SecretsTests {

	private static final String KEY = "sk-most-secret-3f9a";

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private final LogAppender logs = new LogAppender();

	private final List<String> observations = new CopyOnWriteArrayList<>();

	private final List<TinyFishRunEvent> events = new CopyOnWriteArrayList<>();

	private Level rootLevel;

	private TinyFishSimulator simulator;

	@BeforeEach
	void captureEverything() {
		this.simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(5)).apiKey(KEY).start();
		Logger root = root();
		this.rootLevel = root.getLevel();
		this.logs.setContext(root.getLoggerContext());
		this.logs.start();
		root.addAppender(this.logs);
		root.setLevel(Level.TRACE);
	}

	@AfterEach
	void stopCapturing() {
		Logger root = root();
		root.setLevel(this.rootLevel);
		root.detachAppender(this.logs);
		this.simulator.close();
	}

	@Test
	void keyIsNowhereWhenAllGoesWell() {
		runner().withPropertyValues("tinyfish.base-url=" + this.simulator.baseUrl(), "tinyfish.api-key=" + KEY)
			.run((context) -> {
				TinyFishClient client = context.getBean(TinyFishClient.class);
				AgentOperations agent = client.agent();
				String runId = agent.run(REQUEST).runId();
				agent.queue(REQUEST);
				agent.stream(REQUEST).await();
				agent.start(REQUEST).await();
				client.runs().get(String.valueOf(runId));
				client.runs().list();
				await().untilAsserted(() -> assertThat(this.events).isNotEmpty());
				assertThat(context.getBean(TinyFishProperties.class).toString()).doesNotContain(KEY);
				assertThat(context.getBean(TinyFishConnectionDetails.class).toString()).doesNotContain(KEY);
				assertThat(context.getBean(StandardTinyFishClientBuilderCustomizer.class).toString())
					.doesNotContain(KEY);
				assertThat(context.getBean(TinyFishClient.Builder.class).toString()).doesNotContain(KEY);
				assertThat(client.toString()).doesNotContain(KEY);
			});
		assertKeyIsNowhere();
	}

	@Test
	void keyIsNowhereWhenTheApplicationLogsTheDetailsOfItsRequests() {
		runner().withConfiguration(AutoConfigurations.of(CodecsAutoConfiguration.class))
			.withBean(TinyFishWebClientCustomizer.class,
					() -> (builder) -> builder
						.codecs((codecs) -> codecs.defaultCodecs().enableLoggingRequestDetails(true)))
			.withPropertyValues("tinyfish.base-url=" + this.simulator.baseUrl(), "tinyfish.api-key=" + KEY,
					"spring.http.codecs.log-request-details=true")
			.run((context) -> {
				TinyFishClient client = context.getBean(TinyFishClient.class);
				client.runs().list();
				client.agent().stream(REQUEST).await();
				ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
				reactive.runs().list().block();
				reactive.agent().stream(REQUEST).blockLast();
				context.getBean(WebClient.Builder.class)
					.build()
					.get()
					.uri(this.simulator.baseUrl())
					.header("X-Of-Application", "shown-in-detail")
					.exchangeToMono(ClientResponse::releaseBody)
					.block();
				await().untilAsserted(() -> assertThat(this.events).isNotEmpty());
			});
		assertThat(this.logs.lines).as("details are logged").anyMatch((line) -> line.contains("shown-in-detail"));
		assertKeyIsNowhere();
	}

	@Test
	void keyIsNowhereWhenTheServiceRefusesIt() {
		String wrongKey = KEY + "-wrong";
		runner().withPropertyValues("tinyfish.base-url=" + this.simulator.baseUrl(), "tinyfish.api-key=" + wrongKey)
			.run((context) -> assertFailuresDoNotShowTheKey(context.getBean(TinyFishClient.class)));
		assertKeyIsNowhere();
	}

	@Test
	void keyIsNowhereWhenTheServiceIsUnavailable() {
		try (WireMockApi api = new WireMockApi().reset().alwaysUnavailable()) {
			this.logs.ignore("wiremock");
			this.logs.ignore("org.eclipse.jetty");
			runner()
				.withPropertyValues("tinyfish.base-url=" + api.baseUrl(), "tinyfish.api-key=" + KEY,
						"tinyfish.retry.delay=1ms", "tinyfish.retry.jitter=0")
				.run((context) -> assertFailuresDoNotShowTheKey(context.getBean(TinyFishClient.class)));
		}
		assertKeyIsNowhere();
	}

	@Test
	void keyIsNowhereWhenThereIsNoService() throws IOException {
		// the port is taken, so that no other server gets it, and has no listener
		try (Socket taken = new Socket()) {
			taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
			runner()
				.withPropertyValues("tinyfish.base-url=http://127.0.0.1:" + taken.getLocalPort(),
						"tinyfish.api-key=" + KEY, "tinyfish.retry.delay=1ms", "tinyfish.retry.jitter=0")
				.run((context) -> assertFailuresDoNotShowTheKey(context.getBean(TinyFishClient.class)));
		}
		assertKeyIsNowhere();
	}

	private void assertFailuresDoNotShowTheKey(TinyFishClient client) {
		AgentOperations agent = client.agent();
		List<ThrowingCallable> calls = List.of(() -> agent.run(REQUEST), () -> agent.queue(REQUEST),
				() -> agent.stream(REQUEST).await(), () -> agent.start(REQUEST).await(),
				() -> client.runs().get("run-1"), () -> client.runs().list());
		List<String> texts = new ArrayList<>();
		for (ThrowingCallable call : calls) {
			Throwable failure = catchThrowable(call);
			assertThat(failure).isNotNull();
			texts.add(failure.toString());
			texts.add(StackTraces.of(failure));
		}
		assertThat(texts).allSatisfy((text) -> assertThat(text).doesNotContain(KEY));
		await().untilAsserted(() -> assertThat(this.events).hasSizeGreaterThanOrEqualTo(4));
	}

	private void assertKeyIsNowhere() {
		assertThat(this.logs.lines).as("TRACE is captured")
			.anyMatch((line) -> line.startsWith("TRACE"))
			.allSatisfy((line) -> assertThat(line).doesNotContain(KEY));
		assertThat(this.observations).as("observations are captured")
			.anyMatch((text) -> text.contains("tinyfish.client.calls"))
			.anyMatch((text) -> text.contains("tinyfish.run"))
			.allSatisfy((text) -> assertThat(text).doesNotContain(KEY));
		assertThat(this.events).isNotEmpty().allSatisfy((event) -> assertThat(event.toString()).doesNotContain(KEY));
	}

	private ApplicationContextRunner runner() {
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new RecordingHandler());
		return BootContexts.onlyTinyFish()
			.withConfiguration(AutoConfigurations.of(RestClientAutoConfiguration.class,
					RestClientObservationAutoConfiguration.class, WebClientAutoConfiguration.class,
					WebClientObservationAutoConfiguration.class))
			.withBean(ObservationRegistry.class, () -> registry)
			.withBean(EventRecorder.class, () -> new EventRecorder(this.events));
	}

	private static Logger root() {
		return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	private final class RecordingHandler implements ObservationHandler<Observation.Context> {

		@Override
		public void onStop(Observation.Context context) {
			SecretsTests.this.observations.add(context.getName() + " " + context.getContextualName() + " "
					+ context.getAllKeyValues() + " " + context.getError());
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return true;
		}

	}

	private static final class EventRecorder implements ApplicationListener<TinyFishRunEvent> {

		private final List<TinyFishRunEvent> events;

		private EventRecorder(List<TinyFishRunEvent> events) {
			this.events = events;
		}

		@Override
		public void onApplicationEvent(TinyFishRunEvent event) {
			this.events.add(event);
		}

	}

	private static final class LogAppender extends AppenderBase<ILoggingEvent> {

		private final List<String> lines = new CopyOnWriteArrayList<>();

		// the wire logs, which print every header by design
		private final List<String> ignored = new CopyOnWriteArrayList<>(
				List.of("reactor.netty.http.client.HttpClient", "reactor.netty.http.server.HttpServer"));

		void ignore(String loggerName) {
			this.ignored.add(loggerName);
		}

		@Override
		protected void append(ILoggingEvent event) {
			if (this.ignored.stream().anyMatch(event.getLoggerName()::startsWith)) {
				return;
			}
			String throwable = (event.getThrowableProxy() != null)
					? ch.qos.logback.classic.spi.ThrowableProxyUtil.asString(event.getThrowableProxy()) : "";
			this.lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + " "
					+ event.getMDCPropertyMap() + " " + throwable);
		}

	}

}
