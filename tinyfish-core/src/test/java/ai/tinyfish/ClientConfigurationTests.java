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

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.observation.DefaultTinyFishCallObservationConvention;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the settings of builders, which are checked when a client is built.
 */
class ClientConfigurationTests {

	private static final String KEY = "sk-tinyfish-test-0123456789";

	private static final Duration LONGEST_FETCH_OF_A_PAGE = Duration.ofSeconds(110);

	/**
	 * Settings that a derived client may change and still share the HTTP clients and the
	 * poller of its origin. All others belong to {@code calls()}.
	 */
	private static final Set<String> NOT_OF_CALLS = Set.of("apiKey", "apiKeyProvider", "integration", "webhookUrl",
			"allowedHosts", "connectTimeout", "maxOpenStreams", "sslContext", "sslParameters", "httpProxy", "options",
			"streamIdleTimeout", "maxEventSize", "runTimeout", "onTimeout", "onClose", "readOutcome",
			"browserIdleTimeout", "browserMaxDuration", "eventExecutor", "eventThreads", "eventBuffer", "openRuns",
			"runListeners", "runInterceptors");

	/** A value for each type of a setting, which is not the default of any. */
	private static final Map<Class<?>, Object> OTHER_VALUES = Map.ofEntries(Map.entry(String.class, "other"),
			Map.entry(int.class, 77), Map.entry(boolean.class, false), Map.entry(Duration.class, Duration.ofDays(77)),
			Map.entry(Map.class, Map.of("/v1/search", "other")), Map.entry(List.class, List.of("other")),
			Map.entry(Supplier.class, (Supplier<Object>) () -> "other"),
			Map.entry(OpenRuns.class, OpenRuns.unlimited()),
			Map.entry(TinyFishApiKeyProvider.class, (TinyFishApiKeyProvider) () -> KEY),
			Map.entry(AllowedHosts.class, AllowedHosts.of("hosts", List.of("shop.example"))),
			Map.entry(SSLContext.class, sslContext()), Map.entry(SSLParameters.class, new SSLParameters()),
			Map.entry(HttpProxy.class, new HttpProxy("proxy.example", 3128, null, null)),
			Map.entry(RetrySettings.class, RetrySettings.defaults().withMaxRetries(77)),
			Map.entry(RequestOptions.class, RequestOptions.builder().maxRetries(77).build()),
			Map.entry(Executor.class, (Executor) Runnable::run),
			Map.entry(ObservationRegistry.class, ObservationRegistry.create()),
			Map.entry(TinyFishCallObservationConvention.class, new DefaultTinyFishCallObservationConvention()));

	private final ClientConfiguration configuration = new ClientConfiguration();

	static Stream<Field> settings() {
		return Arrays.stream(ClientConfiguration.class.getDeclaredFields())
			.filter((field) -> !Modifier.isStatic(field.getModifiers()) && !Modifier.isPrivate(field.getModifiers()));
	}

	@ParameterizedTest
	@MethodSource("settings")
	void derivedClientSharesCallsUnlessASettingOfCallsDiffers(Field setting) throws Exception {
		ClientParts parts = parts();
		ClientConfiguration derived = parts.derive();
		assertThat(derived.shared()).isSameAs(parts);
		setting.set(derived, otherValue(setting, derived));
		assertThat(derived.shared() != null)
			.as("%s is either in calls() or in NOT_OF_CALLS of this test", setting.getName())
			.isEqualTo(NOT_OF_CALLS.contains(setting.getName()));
		parts.close();
	}

	@ParameterizedTest
	@MethodSource("settings")
	void derivedClientHasItsOwnCollections(Field setting) throws Exception {
		ClientParts parts = parts();
		Object value = setting.get(this.configuration);
		Object derived = setting.get(parts.derive());
		if (value instanceof Collection || value instanceof Map) {
			assertThat(derived).as("%s is copied by derive()", setting.getName()).isNotSameAs(value).isEqualTo(value);
		}
		else if (value != null) {
			assertThat(derived).isEqualTo(value);
		}
		parts.close();
	}

	private ClientParts parts() {
		this.configuration.apiKey = KEY;
		return new ClientParts(this.configuration);
	}

	private static Object otherValue(Field setting, ClientConfiguration configuration) throws Exception {
		if (setting.getType().isEnum()) {
			int next = ((Enum<?>) setting.get(configuration)).ordinal() + 1;
			Object[] constants = setting.getType().getEnumConstants();
			return constants[next % constants.length];
		}
		return Objects.requireNonNull(OTHER_VALUES.get(setting.getType()), "a value for " + setting);
	}

	private static SSLContext sslContext() {
		try {
			return SSLContext.getInstance("TLS");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void defaultsAreValid() {
		this.configuration.baseUrl = "https://api.example/";
		ClientSettings settings = this.configuration.settings();
		assertThat(settings.baseUrl()).isEqualTo("https://api.example");
		assertThat(settings.connection().secure()).isTrue();
		assertThat(this.configuration.settings()).isEqualTo(settings);
	}

	@Test
	void valuesAreCheckedTogetherAndNotOneByOne() {
		TinyFishClient.Builder builder = TinyFishClient.builder().apiKey(KEY).pollInterval(Duration.ofSeconds(20));
		assertThatIllegalArgumentException().isThrownBy(builder::build)
			.withMessage("run maxPollInterval must not be shorter than pollInterval: PT15S < PT20S");
		builder.maxPollInterval(Duration.ofSeconds(30)).build().close();
	}

	@Test
	void eachValueIsChecked() {
		refused("baseUrl ", (builder) -> builder.baseUrl("ftp://api.example"));
		refused("base URL of /v1/search ", (builder) -> builder.searchBaseUrl("search.example"));
		refused("webhookUrl ", (builder) -> builder.webhookUrl("http://hooks.example"));
		refused("connectTimeout ", (builder) -> builder.connectTimeout(Duration.ZERO));
		refused("maxOpenStreams ", (builder) -> builder.maxOpenStreams(0));
		refused("timeout ", (builder) -> builder.timeout(Duration.ZERO));
		refused("timeout of /v1/search ", (builder) -> builder.searchTimeout(Duration.ZERO));
		refused("timeout of /v1/fetch ", (builder) -> builder.fetchTimeout(Duration.ofSeconds(-1)));
		refused("timeout of /v1/browser ", (builder) -> builder.browserTimeout(Duration.ZERO));
		refused("stream idleTimeout ", (builder) -> builder.streamIdleTimeout(Duration.ZERO));
		refused("maxEventSize ", (builder) -> builder.maxEventSize(0));
		refused("run timeout ", (builder) -> builder.runTimeout(Duration.ZERO));
		refused("run pollInterval ", (builder) -> builder.pollInterval(Duration.ZERO));
		refused("run pollTolerance ", (builder) -> builder.pollTolerance(Duration.ZERO));
		refused("eventThreads ", (builder) -> builder.eventThreads(0));
		refused("eventBuffer ", (builder) -> builder.eventBuffer(0));
	}

	@Test
	void timeoutsHaveADefaultForEachArea() {
		this.configuration.baseUrl = "https://api.example";
		ClientSettings.Call call = this.configuration.settings().call();
		assertThat(call.timeoutOf("/v1/search?query={query}")).hasSeconds(10);
		assertThat(call.timeoutOf("/v1/fetch")).hasSeconds(150).isGreaterThan(LONGEST_FETCH_OF_A_PAGE);
		assertThat(call.timeoutOf("/v1/browser/{id}")).hasSeconds(90);
		assertThat(List.of("/v1/automation/run", "/v1/runs/{id}", "/v1/searches")).map(call::timeoutOf)
			.containsOnly(Duration.ofSeconds(600));
		assertThat(call.timeout()).hasSeconds(600);
	}

	@Test
	void optionsReplaceTheValuesThatTheyHave() {
		this.configuration.apiKeyProvider = () -> "sk-provided";
		ClientSettings before = this.configuration.settings();
		TinyFishClient.Builder builder = new TinyFishClient.Builder(this.configuration);
		builder.requestOptions(RequestOptions.none());
		assertThat(this.configuration.settings()).isEqualTo(before);
		builder.requestOptions(RequestOptions.builder().apiKey(KEY).maxRetries(7).build());
		ClientSettings changed = this.configuration.settings();
		assertThat(this.configuration.apiKeySupplier().get()).isEqualTo(KEY);
		assertThat(changed.call().retry().maxRetries()).isEqualTo(7);
		assertThat(changed.call().timeout()).isEqualTo(before.call().timeout());
		assertThat(this.configuration.settingsOfFollowUps()).isEqualTo(before);
	}

	@Test
	void descriptionsShowNoSecret() {
		this.configuration.baseUrl = "https://api.example";
		this.configuration.apiKey = "sk-secret";
		this.configuration.webhookUrl = "https://hooks.example/secret";
		this.configuration.httpProxy = new HttpProxy("proxy.example", 3128, "user", "secret");
		this.configuration.options = RequestOptions.builder().apiKey("sk-secret").header("X-Token", "secret").build();
		ClientSettings settings = this.configuration.settings();
		assertThat(settings.toString() + settings.api() + settings.call() + settings.connection() + this.configuration)
			.contains("api.example", "proxy.example")
			.doesNotContain("secret");
	}

	private static void refused(String message, Consumer<TinyFishClient.Builder> change) {
		TinyFishClient.Builder builder = TinyFishClient.builder().apiKey(KEY);
		change.accept(builder);
		assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageStartingWith(message);
	}

}
