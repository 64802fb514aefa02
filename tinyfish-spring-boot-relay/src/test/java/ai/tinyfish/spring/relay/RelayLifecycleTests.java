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

import java.net.Socket;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ArgumentsSource;
import reactor.core.publisher.Flux;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the relay of an application that stops, with Boot's graceful shutdown, and
 * that is started again.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class RelayLifecycleTests {

	private static final Duration GRACE = Duration.ofSeconds(30);

	private static final String RUN_ID = "run-1";

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void openStreamsDoNotDelayShutdown(WebApplicationType type, CapturedOutput output) throws Exception {
		RelayApplication application = start(type);
		try {
			application.publish(RelayEvents.started(RUN_ID));
			application.publish(RelayEvents.progress("silent", "x".repeat(8 * 1024 * 1024)));
			assertThat(((SmartLifecycle) application.context().getBean(RunEventRelay.class)).getPhase())
				.isGreaterThan(WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE);
			try (Browser one = application.browse(RUN_ID);
					Browser other = application.browse(RUN_ID);
					Socket silent = application.connect("silent")) {
				assertThat(silent.getInputStream().read()).isEqualTo('H');
				assertThat(one.nextEvent().number()).isEqualTo("1");
				assertThat(other.nextEvent().number()).isEqualTo("1");
				long before = System.nanoTime();
				application.close();
				assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(GRACE.dividedBy(2));
				assertThat(one.nextMessage()).isNull();
				assertThat(other.nextMessage()).isNull();
			}
		}
		finally {
			application.close();
		}
		await().untilAsserted(() -> assertThat(relayThreads()).isEmpty());
		// Tomcat warns of a machine that takes its time to give it random numbers
		assertThat(output.getAll().lines().filter((line) -> !line.contains("SessionIdGeneratorBase")))
			.as("no warning of threads that were not stopped")
			.noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR "));
	}

	/**
	 * The relay is the parent's, and the web server the child's.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void openStreamsDoNotDelayShutdownOfAChildContext(WebApplicationType type) {
		try (ConfigurableApplicationContext parent = startParent()) {
			RelayApplication child = RelayApplication.start(type, (context) -> context.setParent(parent));
			try {
				assertThat(child.context().containsLocalBean("tinyFishRunEventRelay")).isFalse();
				child.publish(RelayEvents.started(RUN_ID));
				try (Browser browser = child.browse(RUN_ID)) {
					assertThat(browser.nextEvent().number()).isEqualTo("1");
					long before = System.nanoTime();
					child.close();
					assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(GRACE.dividedBy(2));
					assertThat(browser.nextMessage()).isNull();
				}
			}
			finally {
				child.close();
			}
			parent.publishEvent(RelayEvents.finished(RUN_ID));
			assertThat(parent.getBean(RunEventRelay.class).events(RelayRequest.of(RUN_ID)).collectList().block(GRACE))
				.hasSize(2);
		}
	}

	private static ConfigurableApplicationContext startParent() {
		return new SpringApplicationBuilder(ParentApplication.class).web(WebApplicationType.NONE)
			.run("--tinyfish.api-key=sk-parent", "--spring.main.banner-mode=off",
					"--spring.reactor.netty.shutdown-quiet-period=0s");
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void relayContinuesAfterAStopAndAStart(WebApplicationType type) {
		try (RelayApplication application = start(type)) {
			application.publish(RelayEvents.started(RUN_ID));
			String lastEventId;
			try (Browser browser = application.browse(RUN_ID)) {
				lastEventId = browser.nextEvent().id();
				application.context().stop();
				assertThat(browser.nextMessage()).isNull();
			}
			application.publish(RelayEvents.progress(RUN_ID, "while there are no streams"));
			application.context().start();
			assertSendsTheRest(application, lastEventId);
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void relayContinuesAfterAPauseAndARestart(WebApplicationType type) {
		try (RelayApplication application = start(type)) {
			application.publish(RelayEvents.started(RUN_ID));
			String lastEventId;
			try (Browser browser = application.browse(RUN_ID)) {
				lastEventId = browser.nextEvent().id();
			}
			application.context().pause();
			application.publish(RelayEvents.progress(RUN_ID, "in the pause"));
			application.context().restart();
			assertSendsTheRest(application, lastEventId);
		}
	}

	/**
	 * An {@code EventSource} reconnects every few seconds, and the web server has not
	 * stopped yet.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserThatConnectsAfterTheStopReceivesNothing(WebApplicationType type, CapturedOutput output) {
		try (RelayApplication application = start(type)) {
			application.publish(RelayEvents.started(RUN_ID));
			SmartLifecycle relay = (SmartLifecycle) application.context().getBean(RunEventRelay.class);
			relay.stop();
			for (int i = 0; i < 20; i++) {
				try (Browser browser = application.browse(RUN_ID)) {
					assertThat(browser.status()).isEqualTo(200);
					assertThat(browser.remainingEvents()).isEmpty();
				}
			}
			await().untilAsserted(() -> assertThat(application.histories().watches()).isZero());
			relay.start();
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.nextEvent().number()).isEqualTo("1");
			}
		}
		assertThat(output).doesNotContain(" ERROR ");
	}

	private static void assertSendsTheRest(RelayApplication application, String lastEventId) {
		try (Browser browser = application.browse(RUN_ID, lastEventId)) {
			assertThat(browser.nextEvent().number()).isEqualTo("2");
			application.publish(RelayEvents.finished(RUN_ID));
			assertThat(browser.remainingEvents()).extracting(Browser.Message::number).containsExactly("3");
		}
	}

	/**
	 * The relay throws the exception at once, or emits it.
	 */
	@ParameterizedTest
	@CsvSource({ "SERVLET, true", "SERVLET, false", "REACTIVE, true", "REACTIVE, false" })
	void unknownRunOfAnOwnRelayIsNotFound(WebApplicationType type, boolean atOnce) {
		RunEventRelay own = (request) -> {
			TinyFishUnknownRunException unknown = new TinyFishUnknownRunException(request.runId());
			if (atOnce) {
				throw unknown;
			}
			return Flux.error(unknown);
		};
		try (RelayApplication application = RelayApplication.start(type,
				(context) -> context.registerBean(RunEventRelay.class, () -> own))) {
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.status()).isEqualTo(404);
			}
		}
	}

	private static RelayApplication start(WebApplicationType type) {
		return RelayApplication.start(type);
	}

	private static List<String> relayThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("tinyfish"))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ParentApplication {

	}

}
