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

package ai.tinyfish.internal.call;

import java.time.Duration;
import java.util.function.UnaryOperator;

import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ClientSettingsTests {

	private static final ClientSettings DEFAULTS = ClientSettings.defaults("https://api.example/");

	@Test
	void defaultsAreValid() {
		ClientSettings checked = DEFAULTS.checked();
		assertThat(checked.baseUrl()).isEqualTo("https://api.example");
		assertThat(checked.connection().secure()).isTrue();
		assertThat(checked.checked()).isEqualTo(checked);
	}

	@Test
	void valuesAreCheckedTogetherAndNotOneByOne() {
		ClientSettings late = DEFAULTS.withPollInterval(Duration.ofSeconds(20));
		assertThat(late.withMaxPollInterval(Duration.ofSeconds(30)).checked().poll().interval()).hasSeconds(20);
		assertThatIllegalArgumentException().isThrownBy(late::checked)
			.withMessage("run maxPollInterval must not be shorter than pollInterval: PT15S < PT20S");
	}

	@Test
	void eachValueIsChecked() {
		refused("baseUrl ", (settings) -> settings.withApi(settings.api().withBaseUrl("ftp://api.example")));
		refused("base URL of /v1/search ",
				(settings) -> settings.withApi(settings.api().withAreaBaseUrl("/v1/search", "search.example")));
		refused("webhookUrl ", (settings) -> settings.withApi(settings.api().withWebhookUrl("http://hooks.example")));
		refused("connectTimeout ",
				(settings) -> settings.withConnection(settings.connection().withConnectTimeout(Duration.ZERO)));
		refused("maxOpenStreams ", (settings) -> settings.withConnection(settings.connection().withMaxOpenStreams(0)));
		refused("timeout ", (settings) -> settings.withTimeout(Duration.ZERO));
		refused("stream idleTimeout ", (settings) -> settings.withStreamIdleTimeout(Duration.ZERO));
		refused("maxEventSize ", (settings) -> settings.withMaxEventSize(0));
		refused("run timeout ", (settings) -> settings.withRunTimeout(Duration.ZERO));
		refused("run pollInterval ", (settings) -> settings.withPollInterval(Duration.ZERO));
		refused("run pollTolerance ", (settings) -> settings.withPollTolerance(Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withEventThreads(0))
			.withMessageStartingWith("eventThreads ");
		assertThatIllegalArgumentException().isThrownBy(() -> DEFAULTS.withEventBuffer(0))
			.withMessageStartingWith("eventBuffer ");
	}

	@Test
	void optionsReplaceTheValuesThatTheyHave() {
		ClientSettings settings = DEFAULTS.withApi(DEFAULTS.api().withApiKeyProvider(() -> "sk-provided"));
		ClientSettings changed = settings
			.overriddenBy(RequestOptions.builder().apiKey("sk-other").maxRetries(7).build());
		assertThat(changed.api().apiKey()).isEqualTo("sk-other");
		assertThat(changed.api().apiKeyProvider()).isNull();
		assertThat(changed.call().retry().maxRetries()).isEqualTo(7);
		assertThat(changed.call().timeout()).isEqualTo(settings.call().timeout());
		assertThat(settings.overriddenBy(RequestOptions.none())).isEqualTo(settings);
	}

	@Test
	void descriptionsShowNoSecret() {
		ClientSettings settings = DEFAULTS
			.withApi(DEFAULTS.api().withApiKey("sk-secret").withWebhookUrl("https://hooks.example/secret"))
			.withConnection(DEFAULTS.connection().withProxy(new HttpProxy("proxy.example", 3128, "user", "secret")))
			.withOptions(RequestOptions.builder().apiKey("sk-secret").header("X-Token", "secret").build());
		assertThat(settings.toString() + settings.api() + settings.call() + settings.connection())
			.contains("api.example", "proxy.example")
			.doesNotContain("secret");
	}

	private static void refused(String message, UnaryOperator<ClientSettings> change) {
		assertThatIllegalArgumentException().isThrownBy(() -> change.apply(DEFAULTS).checked())
			.withMessageStartingWith(message);
	}

}
