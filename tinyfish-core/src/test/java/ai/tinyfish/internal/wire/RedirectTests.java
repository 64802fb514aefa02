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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.FourOperations;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * Redirects are not followed: a client that does takes the key, which is in a header of
 * its own, along to any host that the answer names.
 */
@BothClients(always = true)
class RedirectTests {

	@Parameter
	ClientKind kind;

	@FourOperations
	void aRedirectToAnotherHostIsAnErrorAndTheHostSeesNothing(Operation operation) {
		for (int status : new int[] { 301, 302, 303, 307, 308 }) {
			try (ScriptedServer other = new ScriptedServer(
					(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
					ScriptedServer server = redirecting(status,
							other.baseUrl().replace("127.0.0.1", "localhost") + "/v1/elsewhere");
					TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
				assertRefused(client, operation, status);
				assertThat(server.requests()).hasSize(1);
				assertThat(server.requests().get(0)).contains(Samples.KEY);
				assertThat(other.requests()).isEmpty();
				assertThat(other.openConnections()).isZero();
			}
		}
	}

	@FourOperations
	void aRedirectToTheSameHostIsAnErrorToo(Operation operation) {
		try (ScriptedServer server = redirecting(307, "/v1/elsewhere");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertRefused(client, operation, 307);
			assertThat(server.requests()).hasSize(1);
		}
	}

	private static void assertRefused(TinyFishClient client, Operation operation, int status) {
		TinyFishStatusException thrown = catchThrowableOfType(TinyFishStatusException.class,
				() -> operation.call(client));
		assertThat(thrown.status()).isEqualTo(status);
		assertThat(thrown.runId()).isEqualTo(operation.runId());
	}

	private static ScriptedServer redirecting(int status, String location) {
		return new ScriptedServer((exchange) -> exchange.send("HTTP/1.1 " + status + " Elsewhere\r\nLocation: "
				+ location + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
	}

}
