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

package ai.tinyfish.support.agent;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.BrowserProfile;
import ai.tinyfish.agent.CaptureConfig;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.ProxyType;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link AgentRequestJson}.
 */
class AgentRequestJsonTests {

	private static final String SECRET = "hunter2-hunter2";

	@Test
	void keepsTheWholeRequest() {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("type", "object");
		schema.put("const", null);
		schema.put("minimum", new BigDecimal("0.1"));
		AgentRequest request = AgentRequest.builder()
			.url("https://shop.example/?q=1")
			.goal("Find the \u0000 price")
			.browserProfile(BrowserProfile.STEALTH)
			.proxy(ProxyConfig.in(ProxyCountryCode.DE))
			.apiIntegration("shop")
			.agentConfig(AgentConfig.builder().maxSteps(50).build())
			.captureConfig(CaptureConfig.builder().recording(true).build())
			.useVault(true)
			.credentialItemIds(List.of("item-1"))
			.outputSchema(schema)
			.useProfile(true)
			.profileId("profile-1")
			.tag("order-42")
			.runTimeout(Duration.ofMinutes(5))
			.build();
		AgentRequestJson json = AgentRequestJson.of(request);
		assertThat(json.secrets()).isNull();
		assertThat(json.toAgentRequest()).isEqualTo(request);
		assertThat(sent(json.toAgentRequest())).isEqualTo(sent(request));
	}

	@Test
	void keepsHalfACharacterInTextThatDatabasesCanStore() {
		String goal = "Find the \ud83d";
		AgentRequestJson json = AgentRequestJson.of(AgentRequest.of("https://shop.example", goal));
		assertThat(json.request()).contains("\\uD83D");
		assertThat(json.toAgentRequest().goal()).isEqualTo(goal);
	}

	@Test
	void separatesWhatMayBeSecret() {
		AgentRequest request = AgentRequest.builder()
			.url("https://user:" + SECRET + "@shop.example/a@b")
			.goal("Find the price")
			.proxy(ProxyConfig.builder().type(ProxyType.CUSTOM).url("http://proxy.example").password(SECRET).build())
			.webhookUrl("https://shop.example/hooks/" + SECRET)
			.agentConfig(AgentConfig.builder().additionalProperty("login", SECRET).build())
			.captureConfig(CaptureConfig.builder().additionalProperty("upload", SECRET).build())
			.additionalProperty("token", SECRET)
			.build();
		AgentRequestJson json = AgentRequestJson.of(request);
		assertThat(json.request()).isEqualTo("""
				{"run":{"goal":"Find the price","url":"https://shop.example/a@b"}}""");
		assertThat(json.toString()).doesNotContain(SECRET);
		assertThat(json.toAgentRequest()).isEqualTo(request);
		assertThat(sent(json.toAgentRequest())).isEqualTo(sent(request));
	}

	@Test
	void readsARequestWhoseSecretsWereRemoved() {
		AgentRequest request = AgentRequest.builder()
			.url("https://shop.example")
			.goal("Find the price")
			.webhookUrl("https://shop.example/hooks/" + SECRET)
			.build();
		AgentRequestJson json = new AgentRequestJson(AgentRequestJson.of(request).request(), null);
		assertThat(json.toAgentRequest()).isEqualTo(AgentRequest.of("https://shop.example", "Find the price"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hunter2-hunter2", "{\"run\":{\"url\":\"hunter2-hunter2\"}}", "[]",
			"{\"run\":{\"goal\":\"g\",\"url\":{\"hunter2-hunter2\":1}}}",
			"{\"run\":{\"goal\":\"g\",\"url\":\"https://shop.example\"},\"run_timeout\":\"hunter2-hunter2\"}" })
	void refusesOtherTextsThanRequestsWithoutShowingThem(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> new AgentRequestJson(text, null).toAgentRequest())
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain(SECRET))
			.withNoCause();
	}

	private static String sent(AgentRequest request) {
		return new String(Json.write(WireForm.of(request)));
	}

}
