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

package ai.tinyfish.browser;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.Interrupted;
import ai.tinyfish.testing.LogCapture;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.BrowserServer;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static ai.tinyfish.testing.server.BrowserServer.CLOSED;
import static ai.tinyfish.testing.server.BrowserServer.OPENED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * How long a service is waited for that does not answer: as long as promised.
 */
@Tag("slow")
class BrowserWaitTests {

	private final CountDownLatch end = new CountDownLatch(1);

	private final Script silent = (exchange) -> assertThat(this.end.await(3, TimeUnit.MINUTES)).isTrue();

	@Test
	void aResponseIsAwaitedForAMinuteAfterItsCallerHasGivenUp() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer((exchange) -> {
			asked.countDown();
			this.silent.run(exchange);
		}, CLOSED);
				LogCapture log = new LogCapture();
				TinyFishClient client = Samples.client(server.baseUrl())
					.browserTimeout(Duration.ofSeconds(2))
					.build()) {
			long began = System.nanoTime();
			assertThat(Interrupted.during(() -> client.browser().create(), () -> asked.getCount() == 0).thrown())
				.isNotNull();
			await().atMost(Duration.ofSeconds(100))
				.until(() -> log.warnings()
					.stream()
					.anyMatch((message) -> message.contains("is lost. A session may be open")));
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(Duration.ofSeconds(60));
			this.end.countDown();
		}
	}

	@Test
	void anEndIsAwaitedForHalfAMinuteAlsoByAThreadThatIsInterrupted() {
		try (BrowserServer server = new BrowserServer(OPENED, this.silent);
				TinyFishClient client = Samples.client(server.baseUrl()).build()) {
			RemoteBrowser remote = client.browser().create();
			long began = System.nanoTime();
			Thread.currentThread().interrupt();
			assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(remote::close)
				.withMessageContaining("within 30000 ms. Session br-1 is still open");
			assertThat(Thread.interrupted()).isTrue();
			assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(Duration.ofSeconds(30),
					Duration.ofSeconds(45));
			this.end.countDown();
		}
	}

	@Test
	void aStoppedApplicationWaitsTenSecondsForTheSessionsOfAllClientsAndNoLongerWhenTheyAreClosed() throws Exception {
		OpenRuns runs = OpenRuns.unlimited();
		CountDownLatch asked = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(OPENED, this.silent);
				BrowserServer slow = new BrowserServer((exchange) -> {
					asked.countDown();
					this.silent.run(exchange);
				}, CLOSED);
				LogCapture log = new LogCapture()) {
			TinyFishClient client = Samples.client(server.baseUrl()).openRuns(runs).build();
			ReactiveTinyFishClient other = Samples.reactiveClient(server.baseUrl()).openRuns(runs).build();
			TinyFishClient creating = Samples.client(slow.baseUrl()).openRuns(runs).build();
			client.browser().create();
			other.browser().create().block(Duration.ofSeconds(20));
			CompletableFuture<Throwable> failure = InBackground
				.call(() -> catchThrowable(() -> creating.browser().create()));
			assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
			long stopped = System.nanoTime();
			((RunControl) runs).stop(Duration.ZERO).get(60, TimeUnit.SECONDS);
			assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isBetween(Duration.ofSeconds(10),
					Duration.ofSeconds(15));
			assertThat(log.warnings()).filteredOn((message) -> message.contains("Session br-1 is still open"))
				.hasSize(2);
			client.close();
			other.close();
			creating.close();
			assertThat(Duration.ofNanos(System.nanoTime() - stopped)).isLessThan(Duration.ofSeconds(18));
			assertThat(failure.get(20, TimeUnit.SECONDS)).hasMessageContaining("A session may be open");
			this.end.countDown();
		}
	}

	@Test
	void aClosedClientWaitsTenSecondsForAllOfItsSessions() {
		try (BrowserServer server = new BrowserServer(OPENED, this.silent); LogCapture log = new LogCapture()) {
			TinyFishClient client = Samples.client(server.baseUrl()).build();
			for (int i = 0; i < 3; i++) {
				client.browser().create();
			}
			long closed = System.nanoTime();
			client.close();
			assertThat(Duration.ofNanos(System.nanoTime() - closed)).isBetween(Duration.ofSeconds(10),
					Duration.ofSeconds(25));
			assertThat(log.warnings()
				.stream()
				.filter((message) -> message.startsWith("A browser session may outlive its client. Session br-1")))
				.hasSize(3);
			this.end.countDown();
		}
	}

}
