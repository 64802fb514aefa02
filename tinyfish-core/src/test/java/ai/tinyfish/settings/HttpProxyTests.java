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

package ai.tinyfish.settings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HttpProxyTests {

	@Test
	void aProxyIsAHostAndAPort() {
		HttpProxy proxy = HttpProxy.of("proxy.example", 3128);
		assertThat(proxy.host()).isEqualTo("proxy.example");
		assertThat(proxy.port()).isEqualTo(3128);
		assertThat(proxy.username()).isNull();
		assertThat(proxy.password()).isNull();
	}

	@Test
	void credentialsAreAddedToANewValue() {
		HttpProxy proxy = HttpProxy.of("proxy.example", 3128);
		HttpProxy authenticated = proxy.withCredentials("me", "secret");
		assertThat(authenticated).isEqualTo(new HttpProxy("proxy.example", 3128, "me", "secret"));
		assertThat(proxy.username()).isNull();
	}

	@Test
	void theTextShowsNoCredentials() {
		assertThat(HttpProxy.of("proxy.example", 3128).withCredentials("me-7", "secret-8"))
			.hasToString("HttpProxy[proxy.example:3128]");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " " })
	void aBlankHostIsRefused(String host) {
		assertThatIllegalArgumentException().isThrownBy(() -> HttpProxy.of(host, 3128)).withMessageContaining("host");
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 65536 })
	void aPortOutOfRangeIsRefused(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> HttpProxy.of("proxy.example", port))
			.withMessageContaining("port")
			.withMessageContaining(String.valueOf(port));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 65535 })
	void thePortsAtTheEndsOfTheRangeAreTaken(int port) {
		assertThat(HttpProxy.of("proxy.example", port).port()).isEqualTo(port);
	}

	@Test
	void aUsernameWithoutAPasswordIsRefusedAndTheReverse() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpProxy("proxy.example", 3128, "me-7", null))
			.withMessageContaining("together")
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining("me-7"));
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpProxy("proxy.example", 3128, null, "secret-8"))
			.withMessageContaining("together")
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining("secret-8"));
	}

}
