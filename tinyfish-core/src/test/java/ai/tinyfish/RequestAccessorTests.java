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

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentMode;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.BrowserProfile;
import ai.tinyfish.agent.CaptureConfig;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.agent.ProxyType;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.fetch.FetchFormat;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.profile.ProfileRequest;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.run.RunQuery;
import ai.tinyfish.run.RunStatus;
import ai.tinyfish.run.SortDirection;
import ai.tinyfish.search.SearchDomainType;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.usage.UsageQuery;
import ai.tinyfish.usage.UsageStatus;
import ai.tinyfish.vault.VaultConnectionRequest;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Each property of a builder can be read from the built request, unless it is listed here
 * as secret.
 */
class RequestAccessorTests {

	private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(Map.entry(String.class, "https://example.com/a"),
			Map.entry(Boolean.class, true), Map.entry(boolean.class, true), Map.entry(Integer.class, 7),
			Map.entry(Duration.class, Duration.ofMinutes(2)),
			Map.entry(Instant.class, Instant.parse("2026-01-02T03:04:05Z")),
			Map.entry(LocalDate.class, LocalDate.of(2026, 1, 2)),
			Map.entry(List.class, List.of("https://example.com/a", "https://example.com/b")),
			Map.entry(Map.class, Map.of("type", "object", "size", 3)),
			Map.entry(AgentConfig.class, AgentConfig.builder().maxSteps(3).additionalProperty("a", 1).build()),
			Map.entry(CaptureConfig.class, CaptureConfig.builder().html(false).build()),
			Map.entry(ProxyConfig.class, ProxyConfig.builder().url("u").username("n").password("p").build()),
			Map.entry(BrowserProfile.class, BrowserProfile.of("new")), Map.entry(AgentMode.class, AgentMode.of("new")),
			Map.entry(ProxyCountryCode.class, ProxyCountryCode.of("XX")),
			Map.entry(ProxyType.class, ProxyType.of("new")), Map.entry(FetchFormat.class, FetchFormat.JSON),
			Map.entry(RunStatus.class, RunStatus.CANCELLED), Map.entry(SortDirection.class, SortDirection.ASC),
			Map.entry(SearchDomainType.class, SearchDomainType.RESEARCH_PAPER),
			Map.entry(UsageStatus.class, UsageStatus.ENDED), Map.entry(Consumer.class, (Consumer<Object>) (value) -> {
			}));

	/**
	 * The builder with the properties that it needs, the names of these, and the names of
	 * those that are secret.
	 */
	static Stream<Arguments> builders() {
		String url = "https://example.com/";
		return Stream.of(
				row(() -> AgentRequest.builder().url(url).goal("goal").useVault(true).useProfile(true),
						Set.of("url", "goal", "useVault", "useProfile"),
						Set.of("webhookUrl", "additionalProperty", "outputType")),
				row(AgentConfig::builder, Set.of(), Set.of("additionalProperty")),
				row(CaptureConfig::builder, Set.of(), Set.of("additionalProperty")),
				row(ProxyConfig::builder, Set.of("enabled"), Set.of("url", "username", "password")),
				row(BrowserSessionRequest::builder, Set.of(), Set.of("additionalProperty")),
				row(() -> FetchRequest.builder().urls(List.of(url)), Set.of("urls"), Set.of("additionalProperty")),
				row(() -> ProfileRequest.builder().name("name"), Set.of("name"), Set.of()),
				row(SetupSessionRequest::builder, Set.of(), Set.of()), row(RunQuery::builder, Set.of(), Set.of()),
				row(() -> SearchRequest.builder().query("query"), Set.of("query"), Set.of("additionalProperty")),
				row(UsageQuery::builder, Set.of(), Set.of()),
				row(() -> VaultConnectionRequest.bitwarden().clientId("id").clientSecret("s").masterPassword("p"),
						Set.of("clientId"), Set.of("clientSecret", "masterPassword")),
				row(RequestOptions::builder, Set.of(), Set.of("header")));
	}

	@ParameterizedTest
	@MethodSource("builders")
	void propertiesOfBuildersCanBeRead(Supplier<?> builders, Set<String> needed, Set<String> secret) throws Exception {
		Object plain = build(builders.get());
		for (Method setter : setters(builders.get(), secret)) {
			Object builder = builders.get();
			if (setter.getName().startsWith("pubYear")) {
				((SearchRequest.Builder) builder).domainType(SearchDomainType.RESEARCH_PAPER);
			}
			Object value = SAMPLES.get(setter.getParameterTypes()[0]);
			assertThat(value).as("sample for %s", setter).isNotNull();
			setter.invoke(builder, value);
			assertThat(read(build(builder), setter.getName())).as(setter.getName()).isEqualTo(value);
			if (!needed.contains(setter.getName())) {
				assertThat(read(plain, setter.getName())).as("%s that is not set", setter.getName()).isNull();
			}
		}
	}

	@ParameterizedTest
	@MethodSource("builders")
	void secretsCannotBeRead(Supplier<?> builders, Set<String> needed, Set<String> secret) throws Exception {
		assertThat(build(builders.get()).getClass().getMethods()).extracting(Method::getName)
			.noneMatch(secret::contains);
	}

	/**
	 * Fields that this version does not know are sent, and those that it knows cannot
	 * bypass the checks of their method.
	 */
	@ParameterizedTest
	@MethodSource("requests")
	void additionalPropertiesAreFieldsWithoutAMethod(Supplier<?> builders) throws Exception {
		Object request = build(additional(builders.get(), "new_field", Map.of("a", List.of(1))));
		assertThat(WireForm.of(request)).containsEntry("new_field", Map.of("a", List.of(1)));
		assertThat(build(request.getClass().getMethod("toBuilder").invoke(request))).isEqualTo(request)
			.isNotEqualTo(build(builders.get()));
		assertThat(request.toString()).doesNotContain("new_field");
		for (Method setter : setters(builders.get(), Set.of("additionalProperty", "outputType", "tag", "runTimeout"))) {
			Object builder = builders.get();
			if (setter.getName().startsWith("pubYear")) {
				((SearchRequest.Builder) builder).domainType(SearchDomainType.RESEARCH_PAPER);
			}
			setter.invoke(builder, SAMPLES.get(setter.getParameterTypes()[0]));
			for (String name : WireForm.of(build(builder)).keySet()) {
				assertThatExceptionOfType(InvocationTargetException.class)
					.isThrownBy(() -> additional(builder, name, "value"))
					.havingCause()
					.isInstanceOf(IllegalArgumentException.class)
					.withMessage(name + " has a method of its own and cannot be an additional property");
			}
		}
	}

	static Stream<Supplier<?>> requests() {
		String url = "https://example.com/";
		return Stream.of(() -> AgentRequest.builder().url(url).goal("goal").useVault(true).useProfile(true),
				BrowserSessionRequest::builder, () -> FetchRequest.builder().urls(List.of(url)),
				() -> SearchRequest.builder().query("query"));
	}

	private static Object additional(Object builder, String name, Object value) throws Exception {
		return builder.getClass()
			.getMethod("additionalProperty", String.class, Object.class)
			.invoke(builder, name, value);
	}

	private static List<Method> setters(Object builder, Set<String> secret) {
		List<Method> setters = Arrays.stream(builder.getClass().getMethods())
			.filter((method) -> method.getReturnType() == builder.getClass())
			.filter((method) -> !secret.contains(method.getName()))
			.toList();
		assertThat(setters).isNotEmpty();
		return setters;
	}

	private static Object read(Object request, String name) throws Exception {
		String getter = (request instanceof ProxyConfig && name.equals("enabled")) ? "isEnabled" : name;
		return request.getClass().getMethod(getter).invoke(request);
	}

	private static Object build(Object builder) throws Exception {
		return builder.getClass().getMethod("build").invoke(builder);
	}

	private static Arguments row(Supplier<?> builders, Set<String> needed, Set<String> secret) {
		return arguments(Named.of(builders.get().getClass().getEnclosingClass().getSimpleName(), builders), needed,
				secret);
	}

}
