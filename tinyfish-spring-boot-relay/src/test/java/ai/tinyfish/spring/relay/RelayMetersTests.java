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

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.observation.TinyFishMetricsAutoConfiguration;
import ai.tinyfish.spring.relay.autoconfigure.TinyFishRelayAutoConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.codec.ServerSentEvent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the meters of the relay.
 */
@Timeout(120)
class RelayMetersTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private static final String TEXT = "x".repeat(4 * 1024 * 1024);

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browsersAreCountedWhileTheyWatch(WebApplicationType type) {
		try (RelayApplication application = RelayApplication.start(type, "tinyfish.relay.heartbeat=10m")) {
			assertThat(watchers(application)).isZero();
			application.histories();
			application.publish(RelayEvents.started("run-1"));
			try (Browser one = application.browse("run-1"); Browser another = application.browse("run-1")) {
				assertThat(one.nextEvent()).isNotNull();
				assertThat(another.nextEvent()).isNotNull();
				assertThat(watchers(application)).isEqualTo(2);
				application.publish(RelayEvents.finished("run-1"));
				await().atMost(SOON).untilAsserted(() -> assertThat(watchers(application)).isZero());
			}
			assertThat(dropped(application, "slow") + dropped(application, "forgotten")).isZero();
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserThatDoesNotReadIsCountedAsSlow(WebApplicationType type) throws Exception {
		try (RelayApplication application = RelayApplication.start(type, "tinyfish.relay.heartbeat=10m",
				"tinyfish.relay.write-timeout=1s")) {
			application.histories();
			application.publish(RelayEvents.started("run-1"), RelayEvents.finished("run-1", '"' + TEXT + TEXT + '"'));
			try (Socket silent = application.connect("run-1")) {
				assertThat(silent.getInputStream().read()).isEqualTo('H');
				await().atMost(SOON).untilAsserted(() -> assertThat(dropped(application, "slow")).isEqualTo(1));
				await().atMost(SOON).untilAsserted(() -> assertThat(watchers(application)).isZero());
			}
			assertThat(dropped(application, "slow")).isEqualTo(1);
			assertThat(dropped(application, "forgotten")).isZero();
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserWhoseRunIsRemovedIsCountedAsForgotten(WebApplicationType type) {
		try (RelayApplication application = RelayApplication.start(type, "tinyfish.relay.heartbeat=10m",
				"tinyfish.relay.max-size=1MB")) {
			application.histories();
			application.publish(RelayEvents.started("run-1"));
			try (Browser browser = application.browse("run-1")) {
				assertThat(browser.nextEvent()).isNotNull();
				application.publish(RelayEvents.finished("run-2", '"' + TEXT + '"'));
				assertThat(browser.remainingEvents()).isEmpty();
			}
			assertThat(dropped(application, "forgotten")).isEqualTo(1);
			assertThat(dropped(application, "slow")).isZero();
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void subscriberThatRequestsNothingIsCountedOnceAsSlow(WebApplicationType type) {
		try (RelayApplication application = RelayApplication.start(type, "tinyfish.relay.heartbeat=20ms",
				"tinyfish.relay.write-timeout=10ms")) {
			RunEventRelay relay = application.context().getBean(RunEventRelay.class);
			application.publish(RelayEvents.started("run-1"));
			relay.events(RelayRequest.of("run-1")).subscribe(new BaseSubscriber<ServerSentEvent<?>>() {
				@Override
				protected void hookOnSubscribe(Subscription subscription) {
					// asks for nothing
				}
			});
			await().atMost(SOON).untilAsserted(() -> assertThat(watchers(application)).isZero());
			assertThat(dropped(application, "slow")).isEqualTo(1);
		}
	}

	@Test
	void metersDoNotCreateTheRelay() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class,
					TinyFishMetricsAutoConfiguration.class, TinyFishRelayAutoConfiguration.class))
			.withPropertyValues("tinyfish.api-key=sk-property")
			.withBean(SimpleMeterRegistry.class)
			.run((context) -> {
				assertThat(context.getBean(MeterRegistry.class).get("tinyfish.relay.watchers").gauge().value())
					.isZero();
				assertThat(context.getBeanFactory().containsSingleton("tinyFishRunEventRelay")).isFalse();
			});
	}

	private static double watchers(RelayApplication application) {
		return meters(application).get("tinyfish.relay.watchers").gauge().value();
	}

	private static double dropped(RelayApplication application, String reason) {
		return meters(application).get("tinyfish.relay.dropped").tag("reason", reason).functionCounter().count();
	}

	private static MeterRegistry meters(RelayApplication application) {
		return application.context().getBean(MeterRegistry.class);
	}

}
