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
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.server.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the timeouts of search, fetch and browser sessions, which may differ from
 * that of all other calls. The server never responds.
 */
@BothClients(always = true)
class AreaTimeoutTests {

	private static final List<Operation> SEARCHES = List.of(Operation.SEARCH_QUERY, Operation.SEARCH_USAGE);

	private static final List<Operation> FETCHES = List.of(Operation.FETCH_GETCONTENTS, Operation.FETCH_USAGE);

	private static final List<Operation> BROWSERS = List.of(Operation.BROWSER_CREATE, Operation.BROWSER_CLOSE,
			Operation.BROWSER_USAGE);

	private static final List<Operation> OTHERS = List.of(Operation.RUN, Operation.QUEUE, Operation.GET,
			Operation.PROFILES_STARTSETUP, Operation.WALLET_GET);

	@Parameter
	ClientKind kind;

	private final ScriptedServer server = new ScriptedServer(ScriptedServer.Exchange::silence);

	private @Nullable TinyFishClient client;

	@AfterEach
	void close() {
		// first: a client waits for sessions whose response may still arrive
		this.server.close();
		if (this.client != null) {
			this.client.close();
		}
	}

	@Test
	void theTimeoutAloneHoldsForAllAreas() {
		TinyFishClient client = open(client().timeout(millis(101)));
		assertTimeout(client, 101, SEARCHES, FETCHES, BROWSERS, OTHERS);
	}

	@Test
	void theTimeoutOfAnAreaWinsAlsoIfItIsLonger() {
		TinyFishClient client = open(client().searchTimeout(millis(102))
			.timeout(millis(104))
			.fetchTimeout(millis(103))
			.browserTimeout(millis(160)));
		assertTimeout(client, 102, SEARCHES);
		assertTimeout(client, 103, FETCHES);
		assertTimeout(client, 160, BROWSERS);
		assertTimeout(client, 104, OTHERS);
	}

	@Test
	void theTimeoutOfAnAreaLeavesTheDefaultsOfTheOthers() {
		TinyFishClient client = open(client().fetchTimeout(millis(105)));
		assertTimeout(client, 105, FETCHES);
		TinyFishClient derived = client.mutate().timeout(millis(106)).build();
		assertTimeout(derived, 106, SEARCHES, BROWSERS, OTHERS);
		assertTimeout(derived, 105, FETCHES);
	}

	@Test
	void theTimeoutHoldsForAnAreaThatHasABaseUrlOfItsOwn() {
		TinyFishClient client = open(
				client().searchBaseUrl(this.server.baseUrl() + "/elsewhere").searchTimeout(millis(107)));
		assertTimeout(client, 107, SEARCHES);
		assertThat(this.server.requests()).allMatch((request) -> request.startsWith("GET /elsewhere/"));
	}

	@Test
	void aDerivedClientMayChangeOrRemoveTheTimeoutOfAnArea() {
		TinyFishClient client = open(client().timeout(millis(108)).searchTimeout(millis(109)));
		TinyFishClient other = client.mutate().searchTimeout(millis(110)).fetchTimeout(millis(111)).build();
		assertTimeout(other, 110, SEARCHES);
		assertTimeout(other, 111, FETCHES);
		assertTimeout(other.mutate().searchTimeout(null).build(), 108, SEARCHES);
		assertTimeout(client, 109, SEARCHES);
		assertTimeout(client, 108, FETCHES);
	}

	@Test
	void theTimeoutOfOptionsHoldsForTheseRequestsInAnyArea() {
		TinyFishClient client = open(client().timeout(millis(112)).searchTimeout(millis(113)));
		TinyFishClient once = client.withOptions(RequestOptions.builder().timeout(millis(114)).build());
		assertTimeout(once, 114, SEARCHES, FETCHES, BROWSERS, OTHERS);
		TinyFishClient asBefore = client.withOptions(RequestOptions.builder().header("X-Tenant", "shop").build());
		assertTimeout(asBefore, 113, SEARCHES);
		assertTimeout(asBefore, 112, FETCHES);
	}

	private TinyFishClient open(TinyFishClient.Builder builder) {
		this.client = builder.build();
		return this.client;
	}

	private TinyFishClient.Builder client() {
		return this.kind.client(this.server.baseUrl()).maxRetries(0);
	}

	private static Duration millis(long millis) {
		return Duration.ofMillis(millis);
	}

	@SafeVarargs
	private static void assertTimeout(TinyFishClient client, int millis, List<Operation>... areas) {
		for (List<Operation> area : areas) {
			for (Operation operation : area) {
				// on a busy machine the time may be over before there is a connection
				await().untilAsserted(() -> {
					Throwable failure = catchThrowable(() -> operation.call(client));
					assertThat((failure instanceof TinyFishTimeoutException) ? failure : failure.getCause())
						.as(operation.name())
						.isInstanceOf(TinyFishTimeoutException.class)
						.hasMessageContaining("within " + millis + " ms");
				});
			}
		}
	}

}
