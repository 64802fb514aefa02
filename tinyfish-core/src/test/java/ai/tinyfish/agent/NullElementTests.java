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

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.ScreenshotMode;
import ai.tinyfish.search.SearchDomainType;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.vault.VaultConnectionRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Null and blank elements of arguments are refused with the name of the field.
 */
class NullElementTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://a.example", "g");

	static Stream<Arguments> elements() {
		return Stream.of(row("urls", () -> FetchRequest.of("https://a.example", null)),
				row("urls", () -> FetchRequest.of((String) null)), row("urls", () -> FetchRequest.of("")),
				row("urls", () -> FetchRequest.of((String[]) null)),
				row("urls", () -> FetchRequest.builder().urls(null)),
				row("urls", () -> FetchRequest.builder().urls(withNull())),
				row("includeSelectors", () -> FetchRequest.builder().includeSelectors(withNull())),
				row("excludeSelectors", () -> FetchRequest.builder().excludeSelectors(withNull())),
				row("includeDomains", () -> SearchRequest.builder().includeDomains(withNull())),
				row("excludeDomains", () -> SearchRequest.builder().excludeDomains(List.of(""))),
				row("fetch", () -> SearchRequest.builder().fetch(Collections.singletonMap(null, "x"))),
				row("query", () -> SearchRequest.of(null)), row("SearchDomainType", () -> SearchDomainType.of(null)),
				row("url", () -> AgentRequest.of(null, "g")),
				row("goal", () -> AgentRequest.of("https://a.example", null)),
				row("credentialItemIds",
						() -> REQUEST.toBuilder().useVault(true).credentialItemIds(withNull()).build()),
				row("credentialItemIds",
						() -> REQUEST.toBuilder().useVault(true).credentialItemIds(List.of(" ")).build()),
				row("outputSchema", () -> REQUEST.toBuilder().outputSchema(Collections.singletonMap(null, "x"))),
				row("outputSchema",
						() -> REQUEST.toBuilder()
							.outputSchema(Map.of("properties", Collections.singletonMap(null, "x")))),
				row("outputType", () -> REQUEST.withOutputType((Class<?>) null)),
				row("outputType", () -> REQUEST.toBuilder().outputType((Class<?>) null)),
				row("name of an additional property", () -> REQUEST.toBuilder().additionalProperty(null, "x")),
				row("a must not be null", () -> REQUEST.toBuilder().additionalProperty("a", null)),
				row("a must", () -> REQUEST.toBuilder().additionalProperty("a", Collections.singletonMap(null, 1))),
				row("countryCode", () -> ProxyConfig.in(null)), row("url", () -> ProxyConfig.custom(null)),
				row("BrowserProfile", () -> BrowserProfile.of(null)), row("AgentMode", () -> AgentMode.of(null)),
				row("ProxyCountryCode", () -> ProxyCountryCode.of(null)), row("ProxyType", () -> ProxyType.of(null)),
				row("ScreenshotMode", () -> ScreenshotMode.of(null)),
				row("sessionId", () -> UsageQuery.builder().sessionId(" ")),
				row("cursor", () -> RunQuery.builder().cursor("")),
				row("token", () -> VaultConnectionRequest.onePassword(null)),
				row("clientId", () -> VaultConnectionRequest.bitwarden().clientId(null).build()),
				row("masterPassword",
						() -> VaultConnectionRequest.bitwarden()
							.clientId("a")
							.clientSecret("b")
							.masterPassword("")
							.build()),
				row("name of a header", () -> RequestOptions.builder().header(null, "x")),
				row("host", () -> HttpProxy.of(null, 80)));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("elements")
	void ofARequest(String field, Runnable call) {
		assertThatIllegalArgumentException().isThrownBy(call::run)
			.satisfies((ex) -> assertThat(ex.getMessage()).contains(field));
	}

	static Stream<Arguments> calls() {
		return Stream.of(calling("requests", (client) -> client.agent().queueAll(Arrays.asList(REQUEST, null))),
				calling("runId", (client) -> client.runs().getAll(withNull())),
				calling("runId", (client) -> client.runs().getAll(List.of("a", " "))),
				calling("runId", (client) -> client.runs().cancelAll(withNull())),
				calling("runs",
						(client) -> client.runs()
							.awaitAll(Arrays.asList(QueuedRun.of("run-1"), null), Duration.ofSeconds(1))),
				calling("query", (client) -> client.search().query((String) null)),
				calling("urls", (client) -> client.fetch().getContents((String) null)),
				calling("sessionId", (client) -> client.browser().close(null)),
				calling("connectionId", (client) -> client.vault().disconnect(null)));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("calls")
	void ofACall(String field, Consumer<TinyFishClient> call) {
		for (ClientKind kind : ClientKind.values()) {
			try (TinyFishClient client = kind.client("http://127.0.0.1:1").build()) {
				assertThatIllegalArgumentException().as("%s", kind)
					.isThrownBy(() -> call.accept(client))
					.satisfies((ex) -> assertThat(ex.getMessage()).contains(field));
			}
		}
	}

	static Stream<Arguments> arguments() {
		return Stream.of(calling("requests", (client) -> client.agent().queueAll(null)),
				calling("runIds", (client) -> client.runs().getAll(null)),
				calling("runIds", (client) -> client.runs().cancelAll(null)),
				calling("runs", (client) -> client.runs().awaitAll(null, Duration.ofSeconds(1))),
				calling("query", (client) -> client.runs().list(null)),
				calling("query", (client) -> client.runs().stream(null)),
				calling("options", (client) -> client.withOptions(null)));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("arguments")
	void anArgumentThatIsMissingIsNamed(String name, Consumer<TinyFishClient> call) {
		for (ClientKind kind : ClientKind.values()) {
			try (TinyFishClient client = kind.client("http://127.0.0.1:1").build()) {
				assertThat(catchThrowable(() -> call.accept(client))).as("%s", kind)
					.isInstanceOf(NullPointerException.class)
					.hasMessage(name + " must not be null");
			}
		}
	}

	private static List<String> withNull() {
		return Arrays.asList("a", null);
	}

	private static Arguments row(String field, Runnable call) {
		return Arguments.of(field, call);
	}

	private static Arguments calling(String field, Consumer<TinyFishClient> call) {
		return Arguments.of(field, call);
	}

}
