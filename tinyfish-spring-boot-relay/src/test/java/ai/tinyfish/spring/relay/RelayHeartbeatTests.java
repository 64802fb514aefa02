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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for idle connections.
 */
@Timeout(120)
class RelayHeartbeatTests {

	private static final String RUN_ID = "run-1";

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void commentsKeepTheConnectionAlive(WebApplicationType type) {
		try (RelayApplication application = start(type, "1m")) {
			application.publish(RelayEvents.started(RUN_ID));
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.nextMessage().name()).isEqualTo("TinyFishRunStartedEvent");
				for (int i = 0; i < 3; i++) {
					assertThat(browser.nextMessage()).isEqualTo(new Browser.Message("", "", "", "heartbeat"));
				}
			}
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void disconnectedBrowserIsRemovedAndTheRunContinues(WebApplicationType type) throws Exception {
		try (RelayApplication application = start(type, "1m")) {
			application.publish(RelayEvents.started(RUN_ID));
			try (Socket socket = application.connect(RUN_ID)) {
				assertThat(socket.getInputStream().read()).isNotNegative();
				await().untilAsserted(() -> assertThat(application.histories().watches()).isOne());
			}
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(application.histories().watches()).isZero());
			application.publish(RelayEvents.finished(RUN_ID));
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.remainingEvents()).extracting(Browser.Message::number).containsExactly("1", "2");
			}
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void endedRunIsRemovedAfterItsRetention(WebApplicationType type) {
		try (RelayApplication application = start(type, "200ms")) {
			application.publish(RelayEvents.started(RUN_ID), RelayEvents.finished(RUN_ID));
			await().untilAsserted(() -> assertThat(application.histories().runs()).isZero());
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.status()).isEqualTo(404);
			}
		}
	}

	/**
	 * Such as one whose outcome was being published when the relay was created.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void runWithoutEventsIsWatchedWhileItIsFollowed(WebApplicationType type) {
		Set<String> followed = ConcurrentHashMap.newKeySet();
		followed.add(RUN_ID);
		RelayFactory.Settings settings = RelayProperties.of("heartbeat=50ms");
		try (RelayApplication application = RelayApplication.start(type, (context) -> context.registerBean(
				RunEventRelay.class,
				() -> new DefaultRunEventRelay(followed::contains, settings, new EventFrames(JsonMapper.shared()))))) {
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.status()).isEqualTo(200);
				for (int i = 0; i < 3; i++) {
					assertThat(browser.nextMessage()).isEqualTo(new Browser.Message("", "", "", "heartbeat"));
				}
				assertThat(application.histories().runs()).isOne();
				followed.remove(RUN_ID);
				assertThat(browser.remainingEvents()).isEmpty();
			}
			await().untilAsserted(() -> assertThat(application.histories().runs()).isZero());
			try (Browser browser = application.browse(RUN_ID)) {
				assertThat(browser.status()).isEqualTo(404);
			}
		}
	}

	private static RelayApplication start(WebApplicationType type, String retention) {
		return RelayApplication.start(type, "tinyfish.relay.heartbeat=50ms", "tinyfish.relay.retention=" + retention);
	}

}
