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
import java.util.function.Function;

import ai.tinyfish.settings.ProxyCountryCode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for the values that may grow: profiles, countries, proxy types and modes.
 */
class WireValueTests {

	@Test
	void constantsAreTheValuesOfTheWire() {
		assertThat(List.of(BrowserProfile.LITE, BrowserProfile.STEALTH)).map(BrowserProfile::toString)
			.containsExactly("lite", "stealth");
		assertThat(List.of(ProxyType.TETRA, ProxyType.CUSTOM)).map(ProxyType::toString)
			.containsExactly("tetra", "custom");
		assertThat(List.of(AgentMode.DEFAULT, AgentMode.STRICT)).map(AgentMode::toString)
			.containsExactly("default", "strict");
		assertThat(List.of(ProxyCountryCode.US, ProxyCountryCode.GB, ProxyCountryCode.CA, ProxyCountryCode.DE,
				ProxyCountryCode.FR, ProxyCountryCode.JP, ProxyCountryCode.AU, ProxyCountryCode.IT, ProxyCountryCode.ES,
				ProxyCountryCode.NL, ProxyCountryCode.SG, ProxyCountryCode.BR, ProxyCountryCode.IN))
			.map(ProxyCountryCode::toString)
			.containsExactly("US", "GB", "CA", "DE", "FR", "JP", "AU", "IT", "ES", "NL", "SG", "BR", "IN");
	}

	@Test
	void aValueByItsNameEqualsItsConstant() {
		assertThat(BrowserProfile.of(" stealth ")).isEqualTo(BrowserProfile.STEALTH)
			.hasSameHashCodeAs(BrowserProfile.STEALTH)
			.isNotEqualTo(BrowserProfile.LITE);
		assertThat(ProxyType.of("custom")).isEqualTo(ProxyType.CUSTOM).hasSameHashCodeAs(ProxyType.CUSTOM);
		assertThat(AgentMode.of("strict")).isEqualTo(AgentMode.STRICT).hasSameHashCodeAs(AgentMode.STRICT);
		assertThat(ProxyCountryCode.of("DE")).isEqualTo(ProxyCountryCode.DE).hasSameHashCodeAs(ProxyCountryCode.DE);
		assertThat(ProxyCountryCode.of("de")).isEqualTo(ProxyCountryCode.DE)
			.hasSameHashCodeAs(ProxyCountryCode.DE)
			.hasToString("de");
		assertThat(ProxyCountryCode.of("SE")).hasToString("SE").isNotEqualTo(ProxyCountryCode.DE);
		assertThat((Object) BrowserProfile.of("custom")).isNotEqualTo(ProxyType.CUSTOM);
	}

	@Test
	void aValueIsNotBlank() {
		for (Function<String, ?> factory : List.<Function<String, ?>>of(BrowserProfile::of, ProxyType::of,
				AgentMode::of, ProxyCountryCode::of)) {
			assertThatIllegalArgumentException().isThrownBy(() -> factory.apply(" "));
			assertThatIllegalArgumentException().isThrownBy(() -> factory.apply(null));
		}
	}

}
