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

import java.util.List;

import ai.tinyfish.settings.ProxyCountryCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link ProxyConfig}.
 */
class ProxyConfigTests {

	@Test
	void shortFormsSayOnlyWhatTheyMean() {
		assertThat(ProxyConfig.in(ProxyCountryCode.US).fields.toMap()).containsExactly(entry("enabled", true),
				entry("country_code", "US"));
		assertThat(ProxyConfig.enabled().fields.toMap()).containsExactly(entry("enabled", true));
		assertThat(ProxyConfig.disabled().fields.toMap()).containsExactly(entry("enabled", false));
		assertThat(ProxyConfig.custom("http://p.example:8080").fields.toMap()).containsExactly(entry("enabled", true),
				entry("type", "custom"), entry("url", "http://p.example:8080"));
	}

	@Test
	void everySettingHasItsNameOnTheWire() {
		ProxyConfig config = ProxyConfig.builder()
			.countryCode(ProxyCountryCode.FR)
			.type(ProxyType.CUSTOM)
			.url("http://p.example")
			.username("me")
			.password("pw")
			.build();
		assertThat(config.fields.toMap()).containsExactly(entry("enabled", true), entry("country_code", "FR"),
				entry("type", "custom"), entry("url", "http://p.example"), entry("username", "me"),
				entry("password", "pw"));
	}

	@Test
	void aCustomProxyNeedsAUrl() {
		assertThatIllegalArgumentException().isThrownBy(() -> ProxyConfig.builder().type(ProxyType.CUSTOM).build())
			.withMessageStartingWith("url ");
		assertThatIllegalArgumentException().isThrownBy(() -> ProxyConfig.custom(" ")).withMessageStartingWith("url ");
		assertThatIllegalArgumentException().isThrownBy(() -> ProxyConfig.builder().url("").build())
			.withMessageStartingWith("url ");
	}

	@ParameterizedTest
	@CsvSource({ "http://me:s3cret@p.example:8080/x,http://***@p.example:8080",
			"socks5://me:s3c@r@et@p.example,socks5://***@p.example", "socks5://me:s3c/r@et@p.example,***",
			"me:s3cret@p.example:8080,***@p.example:8080", "http://p.example:8080,http://p.example:8080" })
	void showsNoCredentialsOfTheUrl(String url, String shown) {
		assertThat(ProxyConfig.custom(url).toString()).contains("url=" + shown).doesNotContain("s3c");
	}

	@Test
	void showsNoCredentials() {
		String shown = ProxyConfig.builder()
			.type(ProxyType.CUSTOM)
			.url("http://p.example")
			.username("s3cret-user")
			.password("s3cret-word")
			.build()
			.toString();
		assertThat(shown).doesNotContain("s3cret").contains("password=***", "username=***", "http://p.example");
	}

	@Test
	void equalsByItsSettings() {
		assertThat(ProxyConfig.in(ProxyCountryCode.US)).isEqualTo(ProxyConfig.in(ProxyCountryCode.of("US")))
			.hasSameHashCodeAs(ProxyConfig.in(ProxyCountryCode.US))
			.isNotEqualTo(ProxyConfig.enabled());
	}

	@Test
	void nullTakesASettingAway() {
		ProxyConfig.Builder builder = ProxyConfig.builder()
			.countryCode(ProxyCountryCode.US)
			.type(ProxyType.CUSTOM)
			.url("u")
			.username("n")
			.password("p");
		ProxyConfig built = builder.build();
		assertThat(builder.countryCode(null).type(null).url(null).username(null).password(null).build())
			.isEqualTo(ProxyConfig.enabled());
		assertThat(built.fields.toMap().keySet())
			.containsExactlyElementsOf(List.of("enabled", "country_code", "type", "url", "username", "password"));
	}

}
