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

import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.internal.area.RequestBodies.RequestSecrets;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.vault.VaultConnectionRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.entry;

class RequestBodiesTests {

	private static final String HOOK = "https://hooks.example/default";

	@Test
	void theIntegrationOfTheClientIsSentWhereTheRequestHasNone() {
		RequestBodies bodies = new RequestBodies("starter", null);
		assertThat(bodies.of(valid().build())).contains(entry("api_integration", "starter"));
		assertThat(bodies.of(valid().apiIntegration("own").build())).contains(entry("api_integration", "own"));
		assertThat(new RequestBodies(null, null).of(valid().build())).doesNotContainKey("api_integration");
	}

	@Test
	void theWebhookUrlOfTheClientIsSentWhereTheRequestHasNone() {
		RequestBodies bodies = new RequestBodies(null, HOOK);
		assertThat(bodies.of(valid().build())).contains(entry("webhook_url", HOOK));
		assertThat(bodies.of(valid().webhookUrl("https://hooks.example/own").build()))
			.contains(entry("webhook_url", "https://hooks.example/own"));
		assertThat(bodies).hasToString("RequestBodies[integration=null]");
	}

	@ParameterizedTest
	@MethodSource("secrets")
	void theSecretsOfARequestAreFound(Object request, String... secrets) {
		assertThat(RequestSecrets.of(WireForm.of(request))).containsExactly(secrets);
	}

	static Stream<Object[]> secrets() {
		return Stream.of(row(valid().build()), row(valid().url("https://u:pass@shop.example").build(), "pass"),
				row(valid().webhookUrl("https://hooks.example/path/0123456789").build(), "0123456789"),
				row(valid()
					.proxy(ProxyConfig.builder()
						.url("http://proxy.example:1")
						.username("username-1")
						.password("pass")
						.build())
					.build(), "pass", "username-1"),
				row(BrowserSessionRequest.builder().url("https://u:pass@shop.example").build(), "pass"),
				row(SetupSessionRequest.builder().url("https://u:pass@shop.example").build(), "pass"),
				row(FetchRequest.of("https://u:pass@shop.example"), "pass"),
				row(VaultConnectionRequest.onePassword("token-1"), "token-1"),
				row(VaultConnectionRequest.bitwarden()
					.clientId("user.1")
					.clientSecret("secret-1")
					.masterPassword("secret-2")
					.build(), "secret-1", "secret-2"));
	}

	@Test
	void aRequestHasOneWireForm() {
		assertThatIllegalStateException().isThrownBy(() -> WireForm.register(AgentRequest.class, (request) -> Map.of()))
			.withMessageContaining("registered already");
		assertThatIllegalArgumentException().isThrownBy(() -> WireForm.of("text"))
			.withMessage("No wire form of java.lang.String");
	}

	private static Object[] row(Object request, String... secrets) {
		return new Object[] { request, secrets };
	}

	private static AgentRequest.Builder valid() {
		return AgentRequest.builder().url("https://shop.example").goal("g");
	}

}
