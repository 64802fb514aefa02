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

package ai.tinyfish.wallet;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The request for the wallet, and the values that its answers are read as.
 */
@BothClients(always = true)
class WalletWireTests {

	@Parameter
	ClientKind kind;

	@Test
	void theWalletIsReadWithAllThatIsKnownAndAllThatIsNot() {
		try (ScriptedServer server = answering(200,
				"""
						{"available_balance":"-3.2500","currency":"USD","as_of":"2026-05-04T03:02:01Z",
						 "auto_reload":{"state":"paused_payment_failed","threshold":"5"},
						 "pending_top_up":{"amount":25,"started_at":"2026-05-04T03:00:00Z"},
						 "rates":{"meters":[{"label":"Browser","unit_amount":"0.0150","currency":"USD","per":"minute"},null]},
						 "agent_top_up_url":"https://pay.example/top-up?token=t-1","plan":"pro","limits":{"a":[1,2.50]},"note":null}""");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			Map<String, @Nullable Object> others = new HashMap<>();
			others.put("plan", "pro");
			others.put("limits", Map.of("a", List.of(1, new BigDecimal("2.50"))));
			others.put("note", null);
			Wallet wallet = client.wallet().get();
			assertThat(server.requests().get(0)).startsWith("GET /v1/wallet HTTP/1.1\r\n");
			assertThat(wallet).isEqualTo(new Wallet(new BigDecimal("-3.2500"), "USD",
					Instant.parse("2026-05-04T03:02:01Z"), new Wallet.AutoReload("paused_payment_failed"),
					new Wallet.PendingTopUp(new BigDecimal("25"), Instant.parse("2026-05-04T03:00:00Z")),
					new Wallet.Rates(List.of(new Wallet.Rate("Browser", new BigDecimal("0.0150"), "USD", "minute"))),
					"https://pay.example/top-up?token=t-1", others));
			assertThat(wallet.autoReload().state()).isEqualTo(Wallet.AutoReload.State.PAUSED_PAYMENT_FAILED);
			assertThat(wallet.toString()).contains("-3.2500").doesNotContain("t-1", "plan");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"balance\":3}", "{\"available_balance\":{}}", "{\"currency\":null}" })
	void aWalletWithOtherNamesOrValuesCanBeUsed(String answer) {
		try (ScriptedServer server = answering(200, answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			Wallet wallet = client.wallet().get();
			assertThat(wallet.availableBalance()).isNull();
			assertThat(wallet.autoReload()).isNull();
			assertThat(wallet.additionalProperties())
				.isEqualTo(answer.contains("\"balance\"") ? Map.of("balance", 3) : Map.of());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "[]", "null", "{\"error\":{\"message\":\"No\"}}", "<html>", "" })
	void anotherDocumentThanAWalletCannotBeUsed(String answer) {
		try (ScriptedServer server = answering(200, answer);
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishStatusException.class).isThrownBy(() -> client.wallet().get())
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(200));
			assertThat(server.requests()).hasSize(1);
		}
	}

	@Test
	void anAccountMayHaveNoWallet() {
		try (ScriptedServer server = answering(404, Samples.envelope("FEATURE_NOT_AVAILABLE", "Credits"));
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.wallet().get())
				.withMessageEndingWith("404 FEATURE_NOT_AVAILABLE: Credits. The account has no wallet")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("FEATURE_NOT_AVAILABLE"));
		}
		try (ScriptedServer server = answering(404, "<html>Nothing here</html>");
				TinyFishClient client = this.kind.client(server.baseUrl()).build()) {
			assertThatExceptionOfType(TinyFishNotFoundException.class).isThrownBy(() -> client.wallet().get())
				.withMessageNotContaining("no wallet");
		}
	}

	private static ScriptedServer answering(int status, String body) {
		return new ScriptedServer((exchange) -> exchange.answer(status, "application/json", body));
	}

}
