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
import java.util.List;
import java.util.function.Consumer;

import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the settings of builders, which are checked when a client is built.
 */
class ClientConfigurationTests {

	private static final String KEY = "sk-tinyfish-test-0123456789";

	private static final Duration LONGEST_FETCH_OF_A_PAGE = Duration.ofSeconds(110);

	private final ClientConfiguration configuration = new ClientConfiguration();

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
