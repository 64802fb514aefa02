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

package ai.tinyfish.vault;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class VaultConnectionRequestTests {

	private static final String SECRET = "not-for-messages";

	static Stream<Arguments> invalid() {
		return Stream.of(row("clientId must not be blank", (b) -> b.clientId(null)),
				row("clientId must not be blank", (b) -> b.clientId(" ")),
				row("clientSecret must not be blank", (b) -> b.clientSecret("")),
				row("masterPassword must not be blank", (b) -> b.masterPassword(" ")),
				row("masterPassword must not be blank", (b) -> b.masterPassword(null)),
				row("serverUrl must be an absolute http or https URL with a host",
						(b) -> b.serverUrl(SECRET + ".example")));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("invalid")
	void badInputIsRefusedWithTheFieldAndTheProblemAndNoSecret(String message,
			UnaryOperator<VaultConnectionRequest.BitwardenBuilder> change) {
		assertThatIllegalArgumentException().isThrownBy(() -> change.apply(bitwarden()).build())
			.withMessage(message)
			.withMessageNotContaining(SECRET);
	}

	@Test
	void aTokenHasToBeThere() {
		assertThatIllegalArgumentException().isThrownBy(() -> VaultConnectionRequest.onePassword(" "))
			.withMessage("token must not be blank");
		assertThatIllegalArgumentException().isThrownBy(() -> VaultConnectionRequest.onePassword(null))
			.withMessage("token must not be blank");
	}

	@Test
	void describesItselfWithoutSecrets() {
		assertThat(VaultConnectionRequest.onePassword(SECRET))
			.hasToString("VaultConnectionRequest[provider=ONE_PASSWORD]");
		assertThat(bitwarden().serverUrl("https://me:" + SECRET + "@v.example").build())
			.hasToString("VaultConnectionRequest[provider=BITWARDEN]");
		assertThat(bitwarden().toString()).doesNotContain(SECRET);
	}

	@Test
	void isEqualToOneThatSendsTheSame() {
		assertThat(bitwarden().build()).isEqualTo(bitwarden().serverUrl("https://v.example").serverUrl(null).build())
			.hasSameHashCodeAs(bitwarden().build())
			.isNotEqualTo(bitwarden().masterPassword("other").build());
		assertThat(VaultConnectionRequest.onePassword(SECRET))
			.isNotEqualTo(VaultConnectionRequest.onePassword("other"));
	}

	@Test
	void knowsItsProvider() {
		assertThat(VaultConnectionRequest.onePassword("a").provider()).isEqualTo(VaultProvider.ONE_PASSWORD);
		assertThat(bitwarden().build().provider()).isEqualTo(VaultProvider.BITWARDEN);
	}

	private static VaultConnectionRequest.BitwardenBuilder bitwarden() {
		return VaultConnectionRequest.bitwarden()
			.clientId("user.1")
			.clientSecret(SECRET + "-1")
			.masterPassword(SECRET + "-2");
	}

	private static Arguments row(String message, UnaryOperator<VaultConnectionRequest.BitwardenBuilder> change) {
		return Arguments.of(message, change);
	}

}
