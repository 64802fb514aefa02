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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the events that the relay stores.
 */
class RunHistoriesTests extends AbstractRunEventRelayTests {

	@Test
	void endedRunsAreRemovedFirst() {
		publish(RelayEvents.started("open"), RelayEvents.finished("ended-1"), RelayEvents.finished("ended-2"),
				RelayEvents.started("open-2"), RelayEvents.started("open-3"));
		publish(RelayEvents.started("open-4"));
		assertUnknown("ended-1");
		publish(RelayEvents.started("open-5"));
		assertUnknown("ended-2");
		assertThat(ids("open", 1)).containsExactly("1");
	}

	@Test
	void runsThatAreNotWatchedAreRemovedNext() {
		for (int i = 1; i <= MAX_RUNS; i++) {
			publish(RelayEvents.started("open-" + i));
		}
		Disposable watch = this.relay.events(RelayRequest.of("open-1")).subscribe();
		publish(RelayEvents.started("open-6"));
		assertUnknown("open-2");
		assertThat(ids("open-1", 1)).containsExactly("1");
		watch.dispose();
	}

	@Test
	void watchedRunIsNotRemovedForOthers() {
		List<Disposable> watches = new CopyOnWriteArrayList<>();
		for (int i = 1; i <= MAX_RUNS; i++) {
			publish(RelayEvents.started("open-" + i));
			watches.add(this.relay.events(RelayRequest.of("open-" + i)).subscribe());
		}
		publish(RelayEvents.started("open-6"));
		assertUnknown("open-6");
		this.followed.add("open-6");
		assertUnknown("open-6");
		assertThat(this.relay.histories().runs()).isEqualTo(MAX_RUNS);
		watches.get(2).dispose();
		publish(RelayEvents.started("open-6"));
		assertThat(ids("open-6", 1)).containsExactly("1");
		assertUnknown("open-3");
	}

	@Test
	void numberOfStoredRunsIsLimited() {
		for (int i = 0; i < 20_000; i++) {
			publish(RelayEvents.started("ended-" + i), RelayEvents.finished("ended-" + i),
					RelayEvents.started("open-" + i));
		}
		assertThat(this.relay.histories().runs()).isEqualTo(MAX_RUNS);
	}

	@Test
	void longResultsAreRemovedEarlierButTheLastIsKept() {
		publish(RelayEvents.finished("short"));
		publish(RelayEvents.finished("long", "\"" + "x".repeat(30_000) + "\""));
		assertUnknown("short");
		assertThat(ids("long")).containsExactly("1");
		publish(RelayEvents.finished("short-again"));
		assertUnknown("long");
		assertThat(ids("short-again")).containsExactly("1");
	}

	/**
	 * Streaming URLs of runs in progress, and the messages of errors.
	 */
	@Test
	void sizeOfAllRunsIsLimited() {
		String text = "x".repeat(4000);
		List<Disposable> watches = new CopyOnWriteArrayList<>();
		DefaultRunEventRelay relay = relay("max-size=10000B", "max-streams-per-run=1000");
		for (int i = 0; i < 100; i++) {
			relay.onApplicationEvent(RelayEvents.streamingUrl("open-" + i, "https://live.example/" + text));
			watches.add(relay.events(RelayRequest.of("open-" + i)).subscribe());
			relay.onApplicationEvent(RelayEvents.error("ended-" + i, text));
			watches.add(relay.events(RelayRequest.of("ended-" + i)).subscribe());
			assertThat(relay.histories().size()).isLessThanOrEqualTo(10_000);
		}
		assertThat(relay.histories().runs()).isEqualTo(2);
		await().untilAsserted(() -> assertThat(watches.stream().filter((watch) -> !watch.isDisposed())).hasSize(1));
		relay.destroy();
	}

	@Test
	void runThatGrowsTooLargeLosesItsOldestEvents() {
		publish(RelayEvents.started("watched"));
		Disposable watch = this.relay.events(RelayRequest.of("watched")).subscribe();
		publish(RelayEvents.started("large"));
		for (int i = 0; i < 4; i++) {
			publish(RelayEvents.progress("large", "x".repeat(8000)));
			assertThat(this.relay.histories().size()).isLessThanOrEqualTo(20_000);
		}
		assertThat(ids("large", 3)).containsExactly("1", "4", "5");
		assertThat(ids("watched", 1)).containsExactly("1");
		watch.dispose();
	}

	@Test
	void runsThatAreNotWatchedMakeRoomFirst() {
		publish(RelayEvents.finished("watched", '"' + "x".repeat(10_000) + '"'));
		OneByOne slow = new OneByOne(new CopyOnWriteArrayList<>());
		this.relay.events(RelayRequest.of("watched")).subscribe(slow);
		publish(RelayEvents.progress("open", "x".repeat(3000)), RelayEvents.error("ended", "x".repeat(3000)));
		publish(RelayEvents.finished("long", '"' + "x".repeat(8000) + '"'));
		assertUnknown("ended");
		assertUnknown("open");
		assertThat(ids("watched")).containsExactly("1");
		slow.cancel();
	}

	@Test
	void subscribersShareTheBytes() {
		publish(RelayEvents.started("run-1"), RelayEvents.finished("run-1"));
		List<byte[]> one = frames("run-1");
		List<byte[]> other = frames("run-1");
		assertThat(one).hasSize(2).usingElementComparator((a, b) -> (a == b) ? 0 : 1).isEqualTo(other);
		assertThat(this.relay.histories().size()).isEqualTo(one.get(0).length + one.get(1).length);
	}

	/**
	 * Such as an event of the application.
	 */
	@Test
	void eventThatCannotBeWrittenDoesNotDelayTheRun() {
		publish(RelayEvents.started("run-1"), new RelayEvents.Unwritable("run-1"), RelayEvents.finished("run-1"));
		assertThat(frames("run-1")).extracting((frame) -> new String(frame, StandardCharsets.UTF_8).contains("-3\n"))
			.containsExactly(false, true);
		assertThat(ids("run-1")).as("a derived event may be written").containsExactly("1", "2", "3");
	}

	/**
	 * Such as of a getter that calls itself, or for lack of memory.
	 */
	@Test
	void errorInRenderingDoesNotChangeTheSize() {
		publish(RelayEvents.started("run-1"));
		publish(new RelayEvents.Computed("run-1", () -> {
			throw new StackOverflowError("thrown by the test");
		}));
		assertThatExceptionOfType(OutOfMemoryError.class)
			.isThrownBy(() -> publish(new RelayEvents.Computed("run-1", () -> {
				throw new OutOfMemoryError("thrown by the test");
			})));
		publish(RelayEvents.finished("run-1"));
		List<byte[]> frames = frames("run-1");
		assertThat(frames).hasSize(2);
		assertThat(this.relay.histories().size()).isEqualTo(frames.get(0).length + frames.get(1).length);
	}

	@Test
	void slowRenderingDoesNotDelayOtherRuns() {
		publish(new RelayEvents.Computed("run-1", () -> CompletableFuture.supplyAsync(() -> {
			publish(RelayEvents.finished("run-2"));
			return ids("run-2");
		}).orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join()), RelayEvents.finished("run-1"));
		assertThat(frames("run-1")).extracting((frame) -> new String(frame, StandardCharsets.UTF_8))
			.element(0, InstanceOfAssertFactories.STRING)
			.contains("\"value\":[\"1\"]");
	}

}
