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

package ai.tinyfish.simulator;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

class UrlSecretsTests {

	private static final JsonMapper JSON = new JsonMapper();

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					See https://user:pass@shop.example/a.     | See https://***@shop.example/a.
					https://token@shop.example                | https://***@shop.example
					https://shop.example/?access_token=abcdefgh&page=2 | https://shop.example/?access_token=***&page=2
					https://shop.example/?page=2&API_KEY=abcdefgh | https://shop.example/?page=2&API_KEY=***
					https://shop.example/?sig=abcdefgh"       | https://shop.example/?sig=***"
					/img?X-Amz-Signature=abcdefgh&amp;X-Amz-Credential=abcd%2Fefgh | /img?X-Amz-Signature=***&amp;X-Amz-Credential=***
					https://shop.example/#id_token=abcdefgh   | https://shop.example/#id_token=***
					https://me:p@ss@shop.example/a@b          | https://***@shop.example/a@b
					/go?to=https%3A%2F%2Fme%3Apass%40shop.example%2F&a=b@c | /go?to=https%3A%2F%2F***%40shop.example%2F&a=b@c
					/go?to=%2Fa%3Faccess_token%3Dabcdefgh%26page%3D2 | /go?to=%2Fa%3Faccess_token%3D***%26page%3D2
					/go?sig=abcd%26efgh%3D&page=2             | /go?sig=***&page=2
					https:\\/\\/me:pass@shop.example\\/a          | https:\\/\\/***@shop.example\\/a
					https:\\/\\/shop.example\\/?sig=abcdefgh\\/ijk\\/=&page=2 | https:\\/\\/shop.example\\/?sig=***&page=2
					https:&#x2F;&#47;me:pass&#64;shop.example | https:&#x2F;&#47;***&#64;shop.example
					/?page=2&amp;access_token=abcdefgh&amp;a=b | /?page=2&amp;access_token=***&amp;a=b
					/?page=2&#38;access_token&#61;abcdefgh&#38;a | /?page=2&#38;access_token&#61;***&#38;a
					/?page=2\\u0026access_token\\u003dabcdefgh\\u003d\\u0026a | /?page=2\\u0026access_token\\u003d***\\u0026a
					https://shop.example/?key=books           | https://shop.example/?key=books
					https://shop.example/?design=abcdefgh     | https://shop.example/?design=abcdefgh
					mail@shop.example, sig=abcdefgh           | mail@shop.example, sig=abcdefgh
					https://***me:pass@shop.example           | https://***@shop.example
					'https://a.example','me@shop.example'     | 'https://a.example','me@shop.example'
					""")
	void secretsOfUrlsAreReplaced(String text, String without) {
		assertThat(UrlSecrets.IN_TEXT.mask(text)).isEqualTo(without);
		assertThat(UrlSecrets.IN_TEXT.mask(without)).isEqualTo(without);
		String json = JSON.writeValueAsString(Map.of(text, List.of(text, "{\"a\": \"" + text + "\"}")));
		assertThat(JSON.readTree(UrlSecrets.IN_TEXT.mask(json)))
			.isEqualTo(JSON.valueToTree(Map.of(without, List.of(without, "{\"a\": \"" + without + "\"}"))));
	}

	@Test
	void secretsOfUrlsAreNamed() {
		String text = "https://me:p@ss@shop.example/?access_token=abcd=fgh"
				+ "&to=https%3A%2F%2Fyou%3Apass%40other.example%2F%3Fsig%3Dsig-4711";
		assertThat(UrlSecrets.IN_TEXT.find(text)).containsExactly("me:p@ss", "abcd=fgh", "you%3Apass", "sig-4711");
	}

	@Test
	void longSecretOfAUrlIsReplaced() {
		String url = "https://shop.example/?sig=" + "ab\\/".repeat(100_000) + "&page=2";
		assertThat(UrlSecrets.IN_TEXT.mask(url)).isEqualTo("https://shop.example/?sig=***&page=2");
		String encoded = "https%3A%2F%2F" + "ab".repeat(100_000) + "%40shop.example%3Fsig%3D" + "ab".repeat(100_000);
		assertThat(UrlSecrets.IN_TEXT.mask(encoded)).isEqualTo("https%3A%2F%2F***%40shop.example%3Fsig%3D***");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~',
			textBlock = """
					https://me:it's-4711@shop.example/        | me:it's-4711  | https://***@shop.example/
					http://shop.example/?a=1&token=it's-4711&b=2 | it's-4711  | http://shop.example/?a=1&token=***&b=2
					https://shop.example/?to=https%3A%2F%2Fme%3Ait's%40x | me%3Ait's | https://shop.example/?to=https%3A%2F%2F***%40x
					https://shop.example/?to=%2Fa%3Fsig%3Dit's-4711%26b | it's-4711 | https://shop.example/?to=%2Fa%3Fsig%3D***%26b
					""")
	void quoteIsAPartOfAUrl(String url, String secret, String masked) {
		assertThat(UrlSecrets.IN_URL.find(url)).containsExactly(secret);
		assertThat(UrlSecrets.IN_URL.mask(url)).isEqualTo(masked);
	}

	@Test
	void longTextWithManyPlacesIsSearchedInSeconds() {
		String text = "?d=;&#x3d;".repeat(20_000);
		assertThat(UrlSecrets.IN_TEXT.find(text)).isEmpty();
	}

}
