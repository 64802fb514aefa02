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

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.BrowserServer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import static ai.tinyfish.testing.server.BrowserServer.CLOSED;
import static ai.tinyfish.testing.server.BrowserServer.OPENED;
import static ai.tinyfish.testing.server.BrowserServer.answering;
import static ai.tinyfish.testing.server.BrowserServer.heldBack;
import static ai.tinyfish.testing.server.BrowserServer.reached;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Sessions of the reactive client, which end with the publisher that uses them.
 */
class BrowserUseTests {

	@Test
	void theReactiveClientEndsTheSessionOnCompletionErrorAndCancel() {
		try (BrowserServer server = new BrowserServer(OPENED, CLOSED);
				ReactiveTinyFishClient client = reactive(server)) {
			Flux<String> urls = client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Flux.just(remote.cdpUrl(), "b"));
			assertThat(urls.collectList().block(Duration.ofSeconds(20))).containsExactly("wss://b.example/cdp", "b");
			assertThat(server.requests()).hasSize(2);
			assertThat(catchThrowable(() -> client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.error(new IllegalStateException("own")))
				.blockLast(Duration.ofSeconds(20)))).hasMessage("own");
			assertThat(server.requests()).hasSize(4);
			CountDownLatch used = new CountDownLatch(1);
			Disposable subscription = client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.never().doOnSubscribe((s) -> used.countDown()))
				.subscribe();
			assertThat(reached(used)).isTrue();
			subscription.dispose();
			await().until(() -> server.requests().size() == 6);
			assertThat(urls.blockFirst(Duration.ofSeconds(20))).isEqualTo("wss://b.example/cdp");
			await().until(() -> server.requests().size() == 8);
		}
	}

	@Test
	void theReactiveClientEndsASessionWhoseSubscriberIsGoneWhenItArrives() {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch answer = new CountDownLatch(1);
		try (BrowserServer server = new BrowserServer(heldBack(asked, answer, OPENED), CLOSED);
				ReactiveTinyFishClient client = reactive(server)) {
			Disposable subscription = client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.never())
				.subscribe();
			assertThat(reached(asked)).isTrue();
			subscription.dispose();
			answer.countDown();
			server.awaitClosed();
		}
	}

	@Test
	void theReactiveClientReportsACloseThatFails() {
		try (BrowserServer server = new BrowserServer(OPENED, answering(502, "INTERNAL_ERROR"));
				ReactiveTinyFishClient client = reactive(server)) {
			assertThatExceptionOfType(TinyFishServerException.class)
				.isThrownBy(() -> client.browser()
					.use(BrowserSessionRequest.defaults(), (remote) -> Mono.just("a"))
					.blockLast(Duration.ofSeconds(20)))
				.withMessageContaining("Session br-1 is still open");
			Throwable failure = catchThrowable(() -> client.browser()
				.use(BrowserSessionRequest.defaults(), (remote) -> Mono.error(new IllegalStateException("own")))
				.blockLast(Duration.ofSeconds(20)));
			assertThat(failure).hasMessage("own");
			assertThat(failure.getSuppressed()).anyMatch(TinyFishServerException.class::isInstance);
		}
	}

	@Test
	void aBrowserThatIsDiscardedAfterItsDeliveryIsEndedByTheHookOfTheApplication() {
		try (BrowserServer server = new BrowserServer(OPENED, CLOSED);
				ReactiveTinyFishClient client = reactive(server)) {
			Sinks.One<String> other = Sinks.one();
			Mono<RemoteBrowser> delivered = client.browser()
				.create()
				.doOnNext((remote) -> other.tryEmitError(new IllegalStateException("own")));
			assertThat(catchThrowable(() -> Mono.zip(delivered, other.asMono())
				.doOnDiscard(RemoteBrowser.class, RemoteBrowser::close)
				.block(Duration.ofSeconds(20)))).hasMessage("own");
			server.awaitClosed();
		}
	}

	private static ReactiveTinyFishClient reactive(BrowserServer server) {
		return Samples.reactiveClient(server.baseUrl()).build();
	}

}
