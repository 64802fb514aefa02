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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
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
