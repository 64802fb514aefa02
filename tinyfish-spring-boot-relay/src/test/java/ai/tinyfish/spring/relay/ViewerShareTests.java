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

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Viewers that share the streams of one run, or of all runs, with Spring MVC on Tomcat
 * and WebFlux on Netty.
 */
@Timeout(120)
class ViewerShareTests {

	private static final int MAX_STREAMS = 6;

	private static final int MAX_STREAMS_PER_RUN = 4;

	private static final Map<WebApplicationType, RelayApplication> APPLICATIONS = new EnumMap<>(
			WebApplicationType.class);

	private final String runId = UUID.randomUUID().toString();

	private final List<Browser> browsers = new ArrayList<>();

	@BeforeAll
	static void start() {
		for (WebApplicationType type : WebStacks.tested()) {
			APPLICATIONS.put(type,
					RelayApplication.start(type, "tinyfish.relay.heartbeat=50ms",
							"tinyfish.relay.max-streams=" + MAX_STREAMS,
							"tinyfish.relay.max-streams-per-run=" + MAX_STREAMS_PER_RUN));
		}
	}

	@AfterAll
	static void stop() {
		APPLICATIONS.values().forEach(RelayApplication::close);
	}

	@AfterEach
	void close() {
		this.browsers.forEach(Browser::close);
		APPLICATIONS.values()
			.forEach((application) -> await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(application.histories().watches()).isZero()));
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void viewerWithMostStreamsLosesItsOldestOneToAnotherViewer(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		List<Browser> greedy = watch(application, "ada", this.runId, MAX_STREAMS_PER_RUN);
		Browser other = watch(application, "ben", this.runId);
		assertThat(greedy.get(0).remainingEvents()).isEmpty();
		Browser third = watch(application, null, this.runId);
		assertThat(greedy.get(1).remainingEvents()).isEmpty();
		application.publish(RelayEvents.finished(this.runId));
		for (Browser browser : List.of(other, third, greedy.get(2), greedy.get(3))) {
			assertThat(browser.remainingEvents()).extracting(Browser.Message::name)
				.containsExactly("TinyFishRunFinishedEvent");
		}
		assertThat(application.histories().drops().displaced().sum()).isGreaterThanOrEqualTo(2);
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void viewerWithMostStreamsLosesItsOldestOneToItself(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		Browser other = watch(application, "ben", this.runId);
		List<Browser> greedy = watch(application, "ada", this.runId, MAX_STREAMS_PER_RUN);
		assertThat(greedy.get(0).remainingEvents()).isEmpty();
		application.publish(RelayEvents.finished(this.runId));
		for (Browser browser : List.of(other, greedy.get(1), greedy.get(2), greedy.get(3))) {
			assertThat(browser.remainingEvents()).hasSize(1);
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void streamsOfAllRunsAreSharedAsWell(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		String second = UUID.randomUUID().toString();
		String third = UUID.randomUUID().toString();
		application.publish(RelayEvents.started(this.runId), RelayEvents.started(second), RelayEvents.started(third));
		List<Browser> greedy = watch(application, "ada", this.runId, MAX_STREAMS / 2);
		greedy.addAll(watch(application, "ada", second, MAX_STREAMS / 2));
		Browser other = watch(application, "ben", third);
		assertThat(greedy.get(0).remainingEvents()).isEmpty();
		application.publish(RelayEvents.finished(this.runId), RelayEvents.finished(second),
				RelayEvents.finished(third));
		assertThat(other.remainingEvents()).hasSize(1);
		assertThat(greedy.subList(1, greedy.size()))
			.allSatisfy((browser) -> assertThat(browser.remainingEvents()).hasSize(1));
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void furtherViewerIsRefusedIfAllHaveOneStream(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		List<Browser> viewers = new ArrayList<>();
		for (int i = 0; i < MAX_STREAMS_PER_RUN; i++) {
			viewers.add(watch(application, "viewer-" + i, this.runId));
		}
		try (Browser further = application.browseAs("ada", this.runId)) {
			assertThat(further.status()).isEqualTo(503);
		}
		application.publish(RelayEvents.finished(this.runId));
		assertThat(viewers).allSatisfy((browser) -> assertThat(browser.remainingEvents()).hasSize(1));
	}

	/**
	 * The oldest one may be that of another person.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void streamsWithoutAViewerAreOneShareWhoseStreamsStay(WebApplicationType type) {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		List<Browser> anonymous = watch(application, null, this.runId, MAX_STREAMS_PER_RUN);
		try (Browser further = application.browse(this.runId)) {
			assertThat(further.status()).isEqualTo(503);
		}
		watch(application, "ada", this.runId);
		assertThat(anonymous.get(0).remainingEvents()).isEmpty();
		application.publish(RelayEvents.finished(this.runId));
		assertThat(anonymous.get(1).remainingEvents()).hasSize(1);
	}

	private List<Browser> watch(RelayApplication application, String viewer, String runId, int count) {
		List<Browser> watching = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			watching.add(watch(application, viewer, runId));
		}
		return watching;
	}

	private Browser watch(RelayApplication application, String viewer, String runId) {
		Browser browser = (viewer != null) ? application.browseAs(viewer, runId) : application.browse(runId);
		this.browsers.add(browser);
		assertThat(browser.status()).isEqualTo(200);
		assertThat(browser.nextEvent().name()).isEqualTo("TinyFishRunStartedEvent");
		return browser;
	}

}
