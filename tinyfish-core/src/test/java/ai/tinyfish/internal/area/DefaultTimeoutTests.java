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

package ai.tinyfish.internal.area;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the timeouts of clients without settings, as far as a test can wait: that of
 * searches, which passes before the others do. The numbers of all are in
 * {@code ClientConfigurationTests}.
 */
@Tag("slow")
class DefaultTimeoutTests {

	private static final List<Operation> OTHERS = List.of(Operation.FETCH_GETCONTENTS, Operation.BROWSER_CREATE,
			Operation.RUN);

	@Test
	void aSearchEndsAfterTenSecondsAndTheOthersWaitLonger() {
		ExecutorService threads = Executors.newCachedThreadPool();
		List<TinyFishClient> clients = new ArrayList<>();
		List<CompletableFuture<Object>> searches = new ArrayList<>();
		List<CompletableFuture<Object>> others = new ArrayList<>();
		try (ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::silence)) {
			for (ClientKind kind : ClientKind.values()) {
				TinyFishClient client = kind.client(server.baseUrl()).maxRetries(0).build();
				clients.add(client);
				OTHERS.forEach((operation) -> others
					.add(CompletableFuture.supplyAsync(() -> operation.call(client), threads)));
				searches.add(CompletableFuture.supplyAsync(() -> Operation.SEARCH_QUERY.call(client), threads));
			}
			await().atMost(Duration.ofSeconds(25)).until(() -> searches.stream().allMatch(CompletableFuture::isDone));
			assertThat(searches).allSatisfy((search) -> assertThat(search).failsWithin(Duration.ZERO)
				.withThrowableThat()
				.havingRootCause()
				.isInstanceOf(TinyFishTimeoutException.class)
				.withMessageContaining("within 10000 ms"));
			assertThat(others).noneMatch(CompletableFuture::isDone);
		}
		finally {
			clients.forEach(TinyFishClient::close);
			threads.shutdown();
		}
	}

}
