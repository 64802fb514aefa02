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

import java.util.List;
import java.util.function.Function;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.FetchResponse;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * No call of an operation is sent if one of them opens a URL at another host.
 */
class OperationExecutorTests {

	private static final AllowedHosts HOSTS = AllowedHosts.of("shop.example");

	private final TinyFishSimulator simulator = Samples.simulator().start();

	@AfterEach
	void close() {
		this.simulator.close();
	}

	@Test
	void blocking() {
		try (TinyFishClient client = Samples.client(this.simulator.baseUrl()).allowedHosts(HOSTS).build()) {
			OperationExecutor executor = ((DefaultRunOperations) client.runs()).executor();
			check(executor::executeAll, executor.bodies());
		}
	}

	@Test
	void reactive() {
		try (ReactiveTinyFishClient client = Samples.reactiveClient(this.simulator.baseUrl())
			.allowedHosts(HOSTS)
			.build()) {
			ReactiveOperationExecutor executor = ((DefaultReactiveRunOperations) client.runs()).executor();
			check((calls) -> executor.executeAll(calls).block(), executor.bodies());
		}
	}

	private void check(Function<List<ApiCall<FetchResponse>>, List<FetchResponse>> executor, RequestBodies bodies) {
		ApiCall<FetchResponse> allowed = FetchCalls.getContents(FetchRequest.of("https://shop.example/"), bodies);
		ApiCall<FetchResponse> refused = FetchCalls.getContents(FetchRequest.of("https://evil.example/"), bodies);
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
			.isThrownBy(() -> executor.apply(List.of(allowed, refused)));
		assertThat(this.simulator.journal().received()).isEmpty();
		assertThat(executor.apply(List.of(allowed, allowed))).hasSize(2);
	}

}
