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

package ai.tinyfish;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@BothClients(always = true)
class TinyFishClientBuilderTests {

	@Parameter
	ClientKind kind;

	@Test
	void aBlankKeyIsIgnored() {
		assertThatIllegalStateException().isThrownBy(() -> this.kind.builder().apiKey(" ").build())
			.withMessageContaining("TINYFISH_API_KEY");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "sk secret", "\"sk-secret\"", "sk-sec\nret", "sk-secr\u00e9t", "'sk-secret'", "sk\tsecret" })
	void aMalformedKeyIsRefusedAndNotShown(String key) {
		assertThatIllegalStateException().isThrownBy(() -> this.kind.builder().apiKey(key).build())
			.satisfies((ex) -> assertThat(ex.getMessage()).contains("malformed").doesNotContain("sec"));
	}

	@Test
	void whiteSpaceAroundAKeyIsTakenAway() {
		try (ScriptedServer server = answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).apiKey(" sk-1\n").build()) {
			client.runs().get("run-1");
			assertThat(server.requests().get(0)).containsIgnoringCase("X-API-Key: sk-1\r\n");
		}
	}

	@Test
	void theProviderIsAskedOncePerOperationAndReplacesTheKey() {
		AtomicInteger count = new AtomicInteger();
		try (ScriptedServer server = answering();
				TinyFishClient client = this.kind.client(server.baseUrl())
					.apiKeyProvider(() -> "sk-" + count.incrementAndGet())
					.build()) {
			client.runs().get("run-1");
			client.runs().get("run-1");
			assertThat(server.requests().get(0)).containsIgnoringCase("X-API-Key: sk-1\r\n");
			assertThat(server.requests().get(1)).containsIgnoringCase("X-API-Key: sk-2\r\n");
			assertThat(count).hasValue(2);
		}
	}

	@Test
	void aProviderWithoutAKeyFailsTheOperationBeforeAnythingIsSent() {
		try (ScriptedServer server = answering();
				TinyFishClient client = this.kind.client(server.baseUrl()).apiKeyProvider(() -> null).build()) {
			assertThatIllegalStateException().isThrownBy(() -> client.runs().get("run-1"));
			assertThat(server.requests()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "agent.tinyfish.ai", "ftp://x", "/v1", "https://user:pass@host", "https://host?x=1",
			"http://" })
	void aBaseUrlMustBeAbsoluteAndPlain(String baseUrl) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.kind.client(baseUrl).build())
			.withMessageContaining("baseUrl")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("pass@"));
	}

	@Test
	void aBaseUrlMayHaveAPathAndASlashAtItsEnd() {
		try (ScriptedServer server = answering();
				TinyFishClient client = this.kind.client(server.baseUrl() + "/proxy/").build()) {
			client.runs().get("run-1");
			assertThat(server.requests().get(0)).startsWith("GET /proxy/v1/runs/run-1 ");
		}
	}

	@Test
	void settingsAreChecked() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.kind.client("http://x").timeout(Duration.ZERO).build())
			.withMessageContaining("timeout");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.kind.client("http://x").connectTimeout(Duration.ofSeconds(-1)).build())
			.withMessageContaining("connectTimeout");
		assertThatIllegalArgumentException().isThrownBy(() -> this.kind.client("http://x").maxRetries(-1))
			.withMessageContaining("maxRetries");
		for (int size : new int[] { 0, -1, Integer.MIN_VALUE }) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> this.kind.client("http://x").maxEventSize(size).build())
				.withMessageContaining("maxEventSize");
		}
		assertThatExceptionOfType(NullPointerException.class).isThrownBy(() -> this.kind.client("http://x").retry(null))
			.withMessageContaining("retry");
	}

	@Test
	void customizersOfTheWebClientHaveTheLastWord() {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.event(Samples.COMPLETE));
				TinyFishClient client = this.kind.client(server.baseUrl())
					.customizeWebClient((builder) -> builder.defaultHeader("X-Mine", "first"))
					.customizeWebClient((builder) -> builder.defaultHeader("X-Mine", "last"))
					.build()) {
			assertThat(client.agent().stream(Samples.request()).await().isCompleted()).isTrue();
			assertThat(server.requests()).singleElement()
				.asString()
				.containsIgnoringCase("X-Mine: last\r\n")
				.doesNotContain("first");
		}
	}

	private static ScriptedServer answering() {
		return new ScriptedServer((exchange) -> exchange.answer(200, "application/json", Samples.RUN));
	}

}
