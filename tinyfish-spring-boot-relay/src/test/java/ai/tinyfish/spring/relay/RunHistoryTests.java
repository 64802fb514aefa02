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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.codec.ServerSentEvent;

import static org.assertj.core.api.Assertions.assertThat;

class RunHistoryTests {

	private static final String RUN_ID = "run-1";

	private final AtomicLong size = new AtomicLong();

	private final RunHistory history = new RunHistory(RUN_ID, 5, this.size);

	private final EventFrames frames = new EventFrames(JsonMapper.shared());

	@Test
	void oldestHeartbeatsAreRemovedFirst() {
		add(RelayEvents.started(RUN_ID), RelayEvents.progress(RUN_ID, "one"), RelayEvents.heartbeat(RUN_ID),
				RelayEvents.progress(RUN_ID, "two"), RelayEvents.heartbeat(RUN_ID));
		add(RelayEvents.progress(RUN_ID, "three"));
		assertThat(ids()).containsExactly(1L, 2L, 4L, 5L, 6L);
		add(RelayEvents.progress(RUN_ID, "four"));
		assertThat(ids()).containsExactly(1L, 2L, 4L, 6L, 7L);
	}

	@Test
	void oldestProgressIsRemovedNextButNeverStartStreamingUrlAndOutcome() {
		add(RelayEvents.started(RUN_ID), RelayEvents.progress(RUN_ID, "one"),
				RelayEvents.streamingUrl(RUN_ID, "https://live.example/1"));
		for (int i = 0; i < 1000; i++) {
			add(RelayEvents.progress(RUN_ID, "more"));
		}
		assertThat(ids()).containsExactly(1L, 3L, 1001L, 1002L, 1003L);
		add(RelayEvents.finished(RUN_ID));
		assertThat(ids()).containsExactly(1L, 3L, 1002L, 1003L, 1004L);
	}

	@Test
	void firstStartedEventAndLastStreamingUrlAreKept() {
		for (int i = 0; i < 100; i++) {
			add(RelayEvents.started(RUN_ID), RelayEvents.streamingUrl(RUN_ID, "https://live.example/" + i));
		}
		for (int i = 0; i < 100; i++) {
			add(RelayEvents.progress(RUN_ID, "more"));
		}
		assertThat(ids()).containsExactly(1L, 200L, 298L, 299L, 300L);
	}

	@Test
	void sizeIsThatOfTheStoredEvents() {
		add(RelayEvents.started(RUN_ID), RelayEvents.progress(RUN_ID, "x".repeat(5000)),
				RelayEvents.progress(RUN_ID, "two"));
		assertThat(this.size).hasValueGreaterThan(5000);
		assertThat(this.history.removeOldest()).isTrue();
		assertThat(ids()).containsExactly(1L, 3L);
		assertThat(this.size).hasValueBetween(100, 5000);
		assertThat(this.history.removeOldest()).as("the started event and the newest one stay").isFalse();
		this.history.clear();
		assertThat(this.size).hasValue(0);
	}

	@Test
	void nothingIsStoredAfterTheOutcome() {
		add(RelayEvents.error(RUN_ID), RelayEvents.progress(RUN_ID, "late"), RelayEvents.finished(RUN_ID));
		assertThat(ids()).containsExactly(1L);
		assertThat(this.history.hasEnded()).isTrue();
	}

	private void add(TinyFishRunEvent... events) {
		for (TinyFishRunEvent event : events) {
			this.history.add(event, this.frames.render(ServerSentEvent.builder(event).build()));
		}
	}

	private List<Long> ids() {
		List<Long> ids = new ArrayList<>();
		RunHistory.Entry entry = this.history.after(0);
		while (entry != null) {
			ids.add(entry.id());
			entry = this.history.after(entry.id());
		}
		return ids;
	}

}
