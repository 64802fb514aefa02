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

package ai.tinyfish.profile;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ProfileRequestTests {

	static Stream<Arguments> invalid() {
		return Stream.of(row("name must not be blank", () -> ProfileRequest.of("")),
				row("name must not be blank", () -> ProfileRequest.of(" ")),
				row("name must not be blank", () -> ProfileRequest.of(null)),
				row("name must not be blank", () -> ProfileRequest.builder().setAsDefault(true).build()),
				row("name must not have more than 100 characters", () -> ProfileRequest.of("n".repeat(101))),
				row("profileId must not be blank", () -> SetupSession.builder().sessionId("s").build()),
				row("sessionId must not be blank", () -> SetupSession.builder().profileId("p").build()),
				row("timeout must be from 5 to 86400 seconds",
						() -> SetupSessionRequest.builder().timeout(Duration.ofSeconds(4))),
				row("timeout must be from 5 to 86400 seconds",
						() -> SetupSessionRequest.builder().timeout(Duration.ofDays(1).plusSeconds(1))),
				row("timeout must be whole seconds",
						() -> SetupSessionRequest.builder().timeout(Duration.ofMillis(5001))));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("invalid")
	void badInputIsRefusedWithTheFieldAndTheProblem(String message, Runnable change) {
		assertThatIllegalArgumentException().isThrownBy(change::run).withMessage(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "shop.example", "ftp://shop.example", "https://", "https://a@b@c" })
	void onlyAWebPageCanBeOpened(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> SetupSessionRequest.builder().url(url))
			.withMessage("url must be an absolute http or https URL with a host");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://a b.example", "https://shop.example/new books", " https://shop.example" })
	void whiteSpaceInAUrlIsNamedAsTheProblem(String url) {
		String message = " must not have white space: write a space as %20";
		assertThatIllegalArgumentException().isThrownBy(() -> SetupSessionRequest.builder().url(url))
			.withMessage("url" + message);
		assertThatIllegalArgumentException().isThrownBy(() -> AgentRequest.of(url, "Read"))
			.withMessage("url" + message);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> AgentRequest.of("https://shop.example", "Read").toBuilder().webhookUrl(url).build())
			.withMessage("webhookUrl" + message);
		assertThatIllegalArgumentException().isThrownBy(() -> FetchRequest.builder().urls(List.of(url)))
			.withMessage("urls" + message);
	}

	@Test
	void theLimitsThemselvesAreAllowed() {
		assertThat(WireForm.of(ProfileRequest.of("n"))).containsEntry("name", "n");
		assertThat(WireForm.of(ProfileRequest.of("n".repeat(100)))).containsEntry("name", "n".repeat(100));
		assertThat(WireForm.of(SetupSessionRequest.builder().timeout(Duration.ofSeconds(5)).build()))
			.containsEntry("timeout_seconds", 5);
		assertThat(WireForm.of(SetupSessionRequest.builder().timeout(Duration.ofDays(1)).build()))
			.containsEntry("timeout_seconds", 86_400);
	}

	@Test
	void countriesWithoutAConstantCanBeSent() {
		assertThat(WireForm.of(ProfileRequest.builder().name("n").proxyCountry(ProxyCountryCode.of("SE")).build()))
			.containsEntry("proxy_country_code", "SE");
	}

	@Test
	void nullRemovesASettingAndABuiltRequestDoesNotChange() {
		ProfileRequest profile = ProfileRequest.builder()
			.name("n")
			.proxyCountry(ProxyCountryCode.IT)
			.setAsDefault(true)
			.build();
		assertThat(profile.toBuilder().proxyCountry(null).setAsDefault(null).build()).isEqualTo(ProfileRequest.of("n"))
			.hasSameHashCodeAs(ProfileRequest.of("n"));
		assertThat(WireForm.of(profile)).hasSize(3);
		SetupSessionRequest session = SetupSessionRequest.builder()
			.url("https://shop.example")
			.timeout(Duration.ofMinutes(1))
			.build();
		assertThat(session.toBuilder().url(null).timeout(null).build()).isEqualTo(SetupSessionRequest.defaults())
			.hasSameHashCodeAs(SetupSessionRequest.defaults());
		assertThat(WireForm.of(session)).hasSize(2);
	}

	@Test
	void describesItselfInOneLineAndWithoutSecrets() {
		assertThat(ProfileRequest.builder().name("a\nb").proxyCountry(ProxyCountryCode.BR).build())
			.hasToString("ProfileRequest[name=a b, proxyCountry=BR, setAsDefault=null]");
		assertThat(SetupSessionRequest.builder().url("https://me:pass@a.example/x?token=t").build())
			.hasToString("SetupSessionRequest[url=https://***@a.example/x?***, timeoutSeconds=null]");
	}

	private static Arguments row(String message, Runnable change) {
		return Arguments.of(message, change);
	}

}
