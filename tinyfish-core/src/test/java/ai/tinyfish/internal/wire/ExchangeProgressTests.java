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

package ai.tinyfish.internal.wire;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.LoopResources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Exchanges that are cancelled.
 */
class ExchangeProgressTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Test
	void anAnswerThatArrivesWhileItsExchangeIsBeingCancelledIsClosed() throws Exception {
		CountDownLatch abandoned = new CountDownLatch(1);
		CountDownLatch arrived = new CountDownLatch(1);
		CompletableFuture<Boolean> closed = new CompletableFuture<>();
		LoopResources loop = LoopResources.create("sending-tests", 1, true);
		try (ScriptedServer server = ScriptedServer
			.streaming((exchange) -> closed.complete(exchange.awaitClientClose(SOON)))) {
			Mono<HttpClientResponse> exchange = HttpClient.newConnection()
				.runOn(loop)
				.doOnRequest(ExchangeProgress::begins)
				.doOnResponse((response, connection) -> {
					wait(abandoned);
					ExchangeProgress.answered(response, connection);
				})
				.get()
				.uri(server.baseUrl())
				.responseConnection((response, connection) -> Mono.just(response))
				.next()
				.doOnTerminate(arrived::countDown)
				.doOnCancel(() -> {
					abandoned.countDown();
					wait(arrived);
				});
			Disposable subscription = ExchangeProgress.watch(exchange, new SendDecision()).subscribe();
			await().atMost(SOON).until(() -> !server.requests().isEmpty());

			subscription.dispose();

			assertThat(closed.get(20, TimeUnit.SECONDS)).isTrue();
		}
		finally {
			loop.disposeLater(Duration.ZERO, SOON).block(SOON);
		}
	}

	private static void wait(CountDownLatch latch) {
		try {
			assertThat(latch.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
