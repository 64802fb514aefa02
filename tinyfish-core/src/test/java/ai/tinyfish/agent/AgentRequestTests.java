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

package ai.tinyfish.agent;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link AgentRequest}.
 */
class AgentRequestTests {

	@Test
	void sendsOnlyUrlAndGoalUnlessMoreIsSet() {
		assertThat(json(AgentRequest.of("https://shop.example", "Find the price"))).isEqualTo("""
				{"goal":"Find the price","url":"https://shop.example"}""");
	}

	@Test
	void sendsEverySettingByItsNameOnTheWire() {
		AgentRequest request = valid().browserProfile(BrowserProfile.STEALTH)
			.proxy(ProxyConfig.in(ProxyCountryCode.DE))
			.apiIntegration("shop")
			.agentConfig(AgentConfig.builder()
				.mode(AgentMode.STRICT)
				.maxSteps(50)
				.maxDuration(Duration.ofMinutes(5))
				.additionalProperty("cursor_speed", List.of("fast", 2))
				.build())
			.captureConfig(CaptureConfig.builder()
				.elements(true)
				.snapshots(false)
				.screenshots(true)
				.recording(false)
				.html(true)
				.additionalProperty("har", true)
				.build())
			.webhookUrl("https://hooks.example/x")
			.useVault(true)
			.credentialItemIds(List.of("cred:1", "cred:2"))
			.outputSchema(Map.of("type", "object"))
			.useProfile(true)
			.profileId("prof_1")
			.tag("order-42")
			.additionalProperty("feature_flags", Map.of("enable_agent_memory", true))
			.build();
		assertThat(json(request)).isEqualTo("""
				{"goal":"g","url":"https://shop.example","browser_profile":"stealth",\
				"proxy_config":{"enabled":true,"country_code":"DE"},"api_integration":"shop",\
				"agent_config":{"mode":"strict","max_steps":50,"max_duration_seconds":300,\
				"cursor_speed":["fast",2]},\
				"capture_config":{"elements":true,"snapshots":false,"screenshots":true,"recording":false,"html":true,\
				"har":true},\
				"webhook_url":"https://hooks.example/x","use_vault":true,"credential_item_ids":["cred:1","cred:2"],\
				"output_schema":{"type":"object"},"use_profile":true,"profile_id":"prof_1",\
				"feature_flags":{"enable_agent_memory":true}}""");
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT0.5S", "PT1.5S", "P99999D" })
	void refusesADurationThatIsNotWholeSeconds(Duration maxDuration) {
		assertThatIllegalArgumentException().isThrownBy(() -> AgentConfig.builder().maxDuration(maxDuration))
			.withMessageStartingWith("maxDuration must be");
	}

	@Test
	void refusesAdditionalPropertiesOfConfigurationsThatHaveAMethod() {
		for (String name : List.of("mode", "max_steps", "max_duration_seconds", " ")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> AgentConfig.builder().additionalProperty(name, "strict"));
		}
		for (String name : List.of("elements", "snapshots", "screenshots", "recording", "html", "")) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> CaptureConfig.builder().additionalProperty(name, true));
		}
		assertThatIllegalArgumentException().isThrownBy(() -> AgentConfig.builder().additionalProperty("a", null));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CaptureConfig.builder().additionalProperty("a", new Object()));
	}

	@Test
	void describesAdditionalPropertiesOfConfigurationsByTheirNamesAlone() {
		AgentConfig config = AgentConfig.builder().maxSteps(5).additionalProperty("cookie", "s3cret").build();
		assertThat(config).hasToString("AgentConfig{max_steps=5, cookie=***}")
			.isEqualTo(AgentConfig.builder().maxSteps(5).additionalProperty("cookie", "s3cret").build())
			.isNotEqualTo(AgentConfig.builder().maxSteps(5).additionalProperty("cookie", "other").build());
	}

	@Test
	void neverSendsTheTag() {
		AgentRequest request = valid().tag("order-42").build();
		assertThat(request.tag()).isEqualTo("order-42");
		assertThat(json(request)).doesNotContain("order-42", "tag");
	}

	@Test
	void neverSendsTheRunTimeout() {
		AgentRequest request = valid().runTimeout(Duration.ofMinutes(5)).build();
		assertThat(request.runTimeout()).isEqualTo(Duration.ofMinutes(5));
		assertThat(WireForm.of(request)).containsOnlyKeys("goal", "url");
	}

	@Test
	void theRunTimeoutIsPartOfTheRequest() {
		AgentRequest request = valid().runTimeout(Duration.ofMinutes(5)).build();
		assertThat(request).isEqualTo(valid().runTimeout(Duration.ofSeconds(300)).build())
			.hasSameHashCodeAs(valid().runTimeout(Duration.ofSeconds(300)).build())
			.isNotEqualTo(valid().runTimeout(Duration.ofMinutes(6)).build())
			.isNotEqualTo(valid().build());
		assertThat(request.toBuilder().build()).isEqualTo(request);
		assertThat(request.withTag("other").runTimeout()).isEqualTo(Duration.ofMinutes(5));
		assertThat(request.toBuilder().runTimeout(null).build()).isEqualTo(valid().build());
		assertThat(valid().build().runTimeout()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT0S", "PT-1S", "PT-0.000000001S" })
	void refusesARunTimeoutThatIsNotPositive(Duration runTimeout) {
		assertThatIllegalArgumentException().isThrownBy(() -> valid().runTimeout(runTimeout))
			.withMessageStartingWith("runTimeout must be positive");
	}

	@Test
	void sendsNoEmptyConfigurations() {
		AgentRequest request = valid().agentConfig(AgentConfig.builder().build())
			.captureConfig(CaptureConfig.builder().build())
			.build();
		assertThat(WireForm.of(request)).containsOnlyKeys("goal", "url");
	}

	@Test
	void nullTakesASettingAway() {
		AgentRequest request = valid().browserProfile(BrowserProfile.LITE)
			.proxy(ProxyConfig.enabled())
			.apiIntegration("x")
			.agentConfig(AgentConfig.builder().maxSteps(1).build())
			.captureConfig(CaptureConfig.builder().recording(true).build())
			.webhookUrl("https://h.example")
			.useVault(true)
			.credentialItemIds(List.of("a"))
			.outputSchema(Map.of())
			.useProfile(true)
			.profileId("p")
			.tag("t")
			.build();
		assertThat(request.toBuilder()
			.browserProfile(null)
			.proxy(null)
			.apiIntegration(null)
			.agentConfig(null)
			.captureConfig(null)
			.webhookUrl(null)
			.useVault(null)
			.credentialItemIds(null)
			.outputSchema(null)
			.useProfile(null)
			.profileId(null)
			.tag(null)
			.build()).isEqualTo(valid().build());
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " ", "shop.example", "/path", "ftp://shop.example", "https://", "https:///path",
			"https:shop.example", "http://:80", "file:///etc", "javascript:alert(1)", "https://user:s3cret@" })
	void refusesAUrlThatIsNotOfTheWeb(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> AgentRequest.builder().url(url).goal("g").build())
			.withMessageStartingWith("url must be an absolute http or https URL")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("s3cret"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example", "HTTP://SHOP.EXAMPLE:8080/a?b=c|d#e", "http://127.0.0.1:1/x",
			"https://[::1]:80/", "https://münchen.example/straße?q={x}", "https://user:pw@shop.example/@me",
			"http://localhost?x" })
	void acceptsAnyUrlOfTheWeb(String url) {
		assertThat(AgentRequest.of(url, "g").url()).isEqualTo(url);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " \n" })
	void refusesABlankGoal(String goal) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AgentRequest.builder().url("https://shop.example").goal(goal).build())
			.withMessageStartingWith("goal ");
	}

	@Test
	void namesTheFieldThatIsNotValid() {
		refuses("webhookUrl ", (builder) -> builder.webhookUrl("http://hooks.example"));
		refuses("webhookUrl ", (builder) -> builder.webhookUrl("hooks.example"));
		refuses("webhookUrl ", (builder) -> builder.webhookUrl(""));
		refuses("apiIntegration ", (builder) -> builder.apiIntegration(" "));
		refuses("profileId ", (builder) -> builder.useProfile(true).profileId(""));
		refuses("profileId needs useProfile", (builder) -> builder.profileId("p"));
		refuses("profileId needs useProfile", (builder) -> builder.useProfile(false).profileId("p"));
		refuses("credentialItemIds needs useVault", (builder) -> builder.credentialItemIds(List.of("a")));
		refuses("credentialItemIds needs useVault",
				(builder) -> builder.useVault(false).credentialItemIds(List.of("a")));
		refuses("credentialItemIds ", (builder) -> builder.useVault(true).credentialItemIds(List.of()));
		refuses("credentialItemIds ", (builder) -> builder.useVault(true).credentialItemIds(List.of("a", " ")));
		refuses("credentialItemIds ", (builder) -> builder.useVault(true).credentialItemIds(Arrays.asList("a", null)));
		refuses("outputSchema ", (builder) -> builder.outputSchema(Map.of("a", new Object())));
		refuses("maxSteps ", (builder) -> builder.agentConfig(AgentConfig.builder().maxSteps(0).build()));
		refuses("maxSteps ", (builder) -> builder.agentConfig(AgentConfig.builder().maxSteps(501).build()));
	}

	@Test
	void acceptsTheLimitsOfTheSteps() {
		assertThat(AgentConfig.builder().maxSteps(1).build().fields.toMap()).containsExactly(entry("max_steps", 1));
		assertThat(AgentConfig.builder().maxSteps(500).build().fields.toMap()).containsExactly(entry("max_steps", 500));
	}

	@ParameterizedTest
	@ValueSource(strings = { "goal", "url", "browser_profile", "proxy_config", "api_integration", "agent_config",
			"capture_config", "webhook_url", "use_vault", "credential_item_ids", "output_schema", "use_profile",
			"profile_id" })
	void refusesAnAdditionalPropertyThatHasAMethodOfItsOwn(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> valid().additionalProperty(name, "x"))
			.withMessageStartingWith(name + " ");
	}

	@Test
	void refusesAnAdditionalPropertyThatCannotBeJson() {
		assertThatIllegalArgumentException().isThrownBy(() -> valid().additionalProperty(" ", "x"));
		assertThatIllegalArgumentException().isThrownBy(() -> valid().additionalProperty("new_field", null))
			.withMessageStartingWith("new_field ");
		assertThatIllegalArgumentException().isThrownBy(() -> valid().additionalProperty("new_field", new Object()))
			.withMessageStartingWith("new_field ");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> valid().additionalProperty("new_field", Map.of(1, "number as key")))
			.withMessageStartingWith("new_field ");
		List<Object> endless = new ArrayList<>();
		endless.add(endless);
		assertThatIllegalArgumentException().isThrownBy(() -> valid().additionalProperty("new_field", endless))
			.withMessageStartingWith("new_field ");
		for (Number number : List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> valid().additionalProperty("new_field", List.of(number)));
			assertThatIllegalArgumentException().isThrownBy(() -> valid().outputSchema(Map.of("minimum", number)));
		}
	}

	@Test
	void sendsAdditionalPropertiesLast() {
		AgentRequest request = valid().additionalProperty("new_field", new Object[] { 1, null, "x" })
			.useProfile(true)
			.build();
		assertThat(json(request)).endsWith("\"use_profile\":true,\"new_field\":[1,null,\"x\"]}");
	}

	@Test
	void copiesTheSchemaDeeplyAndKeepsItsNulls() {
		Map<String, Object> inner = new HashMap<>();
		inner.put("const", null);
		Map<String, Object> schema = new LinkedHashMap<>(Map.of("properties", inner));
		AgentRequest request = valid().outputSchema(schema).build();
		inner.put("type", "string");
		schema.clear();
		assertThat(json(request)).contains("\"output_schema\":{\"properties\":{\"const\":null}}");
		assertThat((Map<?, ?>) WireForm.of(request).get("output_schema")).isUnmodifiable();
	}

	@Test
	void copiesTheItemIds() {
		List<String> items = new ArrayList<>(List.of("a"));
		AgentRequest request = valid().useVault(true).credentialItemIds(items).build();
		items.add("b");
		assertThat(WireForm.of(request)).containsEntry("credential_item_ids", List.of("a"));
	}

	@Test
	void aBuilderThatIsUsedOnDoesNotChangeWhatItBuilt() {
		AgentRequest.Builder builder = valid().additionalProperty("a", 1);
		AgentRequest request = builder.build();
		builder.goal("other").additionalProperty("b", 2).tag("t");
		assertThat(request.goal()).isEqualTo("g");
		assertThat(request.tag()).isNull();
		assertThat(WireForm.of(request)).containsOnlyKeys("goal", "url", "a");
	}

	@Test
	void aDerivedRequestKeepsEverything() {
		AgentRequest request = valid().tag("t").useProfile(true).additionalProperty("a", 1).build();
		assertThat(request.toBuilder().build()).isEqualTo(request).hasSameHashCodeAs(request);
		assertThat(request.toBuilder().goal("other").build()).isNotEqualTo(request);
		assertThat(request.withTag("u").tag()).isEqualTo("u");
		assertThat(request.withTag("u")).isNotEqualTo(request);
		assertThat(WireForm.of(request.withTag("u"))).isEqualTo(WireForm.of(request));
		assertThat(request.withTag(null).tag()).isNull();
		assertThat(request.tag()).isEqualTo("t");
	}

	@Test
	void describesItselfShortlyAndWithoutSecrets() {
		AgentRequest request = AgentRequest.builder()
			.url("https://me:s3cret@shop.example/@x")
			.goal("g".repeat(100) + "TAIL")
			.tag("order-42")
			.proxy(ProxyConfig.builder().url("http://u:s3cret@p").username("s3cret").password("s3cret").build())
			.webhookUrl("https://hooks.example/s3cret")
			.additionalProperty("token", "s3cret")
			.build();
		assertThat(request.toString()).doesNotContain("s3cret", "TAIL")
			.contains("https://***@shop.example/@x", "g".repeat(100) + "...", "order-42");
	}

	private static void refuses(String message, UnaryOperator<AgentRequest.Builder> change) {
		assertThatIllegalArgumentException().isThrownBy(() -> change.apply(valid()).build())
			.withMessageStartingWith(message);
	}

	private static AgentRequest.Builder valid() {
		return AgentRequest.builder().url("https://shop.example").goal("g");
	}

	private static String json(AgentRequest request) {
		return new String(Json.write(WireForm.of(request)), StandardCharsets.UTF_8);
	}

}
