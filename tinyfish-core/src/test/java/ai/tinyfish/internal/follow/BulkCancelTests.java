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

package ai.tinyfish.internal.follow;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.internal.call.CallObservations;
import ai.tinyfish.internal.call.ClientSettings;
import ai.tinyfish.internal.call.ReactiveExecutor;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.wire.ConnectionSettings;
import ai.tinyfish.internal.wire.Transport;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.ScriptedServer;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The cancelling of runs that all end at once, where the service does not answer.
 */
class BulkCancelTests {

	/** The request has to be sent before. */
	private static final Duration LONGEST = Duration.ofSeconds(3);

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void aCallEndsWithTheLastOneWhoWaitsForIt(int runs) {
		CompletableFuture<Boolean> ended = new CompletableFuture<>();
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> ended.complete(exchange.awaitClientClose(Duration.ofSeconds(20))));
				Transport transport = new Transport(
						new ConnectionSettings(Duration.ofSeconds(10), 10, false, null, null, null),
						new ClientLifecycle())) {
			BulkCancel canceller = new BulkCancel(executor(server, transport), LONGEST);
			ApiAccount asker = new ApiAccount("sk-tinyfish-test-0123456789", RequestOptions.none());
			assertThat(Flux.range(1, runs)
				.flatMap((run) -> canceller.cancel("run-" + run, asker)
					.map(CancelledRun::statusText)
					.onErrorResume(TimeoutException.class, (ex) -> Mono.just("in vain")))
				.collectList()
				.block(Duration.ofSeconds(20))).hasSize(runs).containsOnly("in vain");
			assertThat(ended).succeedsWithin(Duration.ofSeconds(25)).isEqualTo(true);
			assertThat(server.requests()).hasSize(1);
		}
	}

	private static ReactiveExecutor executor(ScriptedServer server, Transport transport) {
		WebClient webClient = WebClient.create(server.baseUrl());
		ClientSettings settings = ClientSettings.defaults(server.baseUrl());
		return new ReactiveExecutor(() -> webClient, transport.lifecycle(), settings,
				new CallObservations(ObservationRegistry.NOOP, null));
	}

}
