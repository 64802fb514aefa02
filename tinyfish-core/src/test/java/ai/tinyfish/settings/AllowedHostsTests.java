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

import java.util.List;

import ai.tinyfish.error.TinyFishHostNotAllowedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Hosts of URLs, and which of them are allowed.
 */
class AllowedHostsTests {

	private final AllowedHosts hosts = AllowedHosts.of("shop.hosts", List.of("shop.example", "*.Books.Example",
			"xn--bcher-kva.example", "strasse.example", "127.0.0.1", "[::1]", "localhost."));

	@ParameterizedTest
	@ValueSource(strings = { "https://shop.example", "http://shop.example/", "HTTPS://Shop.EXAMPLE/Item",
			"https://shop.example./item", "https://shop.example:8443/", "https://shop.example:/",
			"https://shop.example?q", "https://shop.example#top", "https://user:secret@shop.example/",
			"https://evil.example@shop.example/", "https://evil.example:443@shop.example/",
			"https://shop.example/@evil.example", "https://shop.example/\\@evil.example",
			"https://shop.example/https://evil.example", "https://www.books.example/", "https://a.b.books.example/",
			"https://BÜCHER.example/", "https://bücher.example./", "https://XN--BCHER-KVA.example/",
			"http://127.0.0.1:8080/", "http://[::1]:8080/", "http://localhost/" })
	void theseLeadToAnAllowedHost(String url) {
		assertThatNoException().isThrownBy(() -> this.hosts.check("url", url));
	}

	@ParameterizedTest
	@CsvSource({ "https://evil.example/, evil.example", "https://shop.example.evil.example/, shop.example.evil.example",
			"https://evilshop.example/, evilshop.example", "https://www.shop.example/, www.shop.example",
			"https://books.example/, books.example", "https://evilbooks.example/, evilbooks.example",
			"https://books.example.evil.example/, books.example.evil.example",
			"https://shop.example@evil.example/, evil.example", "https://shop.example:443@evil.example/, evil.example",
			"https://evil.example#@shop.example/, evil.example", "https://evil.example?@shop.example/, evil.example",
			"https://evil.example/shop.example, evil.example", "https://evil.example:80#shop.example, evil.example",
			"http://127.1/, 127.1", "http://2130706433/, 2130706433", "http://0x7f.0.0.1/, 0x7f.0.0.1",
			"http://[::2]/, [::2]", "http://[::ffff:127.0.0.1]/, [::ffff:127.0.0.1]",
			"https://xn--strae-oqa.example/, xn--strae-oqa.example", "https://bü.example/, xn--b-eha.example" })
	void theseLeadToAnotherHost(String url, String host) {
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class).isThrownBy(() -> this.hosts.check("url", url))
			.withMessage("The host " + host + " of url is not one of shop.hosts; nothing was sent")
			.satisfies((ex) -> assertThat(ex.host()).isEqualTo(host));
	}

	/**
	 * Each of them leads a browser, or another program, to {@code evil.example} or to no
	 * host, and some program to an allowed one.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "", "shop.example", "//shop.example", "https:shop.example", "https:/shop.example",
			"https:///shop.example", "https://", "https:///", "https://@", "https://:443/", "ftp://shop.example/",
			"file://shop.example/etc/passwd", "javascript://shop.example/%0aalert(1)", "https:\\\\shop.example",
			"https://evil.example\\@shop.example/", "https://shop.example\\@evil.example/",
			"https://shop.example\\.evil.example/", "https://evil.example\t@shop.example/", "https://shop\n.example/",
			"https://shop.example\n.evil.example/", "https://shop.example .evil.example/", " https://shop.example/",
			"https://evil.example%2f@shop.example/", "https://evil.example%2F@shop.example/",
			"https://evil.example%5c@shop.example/", "https://evil.example%5C:pw@shop.example/",
			"https://user:evil%3f@shop.example/", "https://evil.example%3Fa@shop.example/",
			"https://evil.example%23@shop.example/", "https://shop.example%23@evil.example/",
			"https://a@evil.example@shop.example/", "https://a@shop.example@evil.example/", "https://shop.example:80@/",
			"https://shop.example:80:90/", "https://shop.example:abc/", "https://shop%2eexample/",
			"https://shop.example%2f.evil.example/", "https://shop.example%00.evil.example/", "https://shop..example/",
			"https://shop.example../", "https://.shop.example/", "https://x{.evil.example/}.books.example/",
			"https://evil.example{/}.books.example/", "https://evil.example;.books.example/",
			"https://evil.example,shop.example/", "https://shop.example|evil/", "https://[::1/", "https://::1/",
			"https://[shop.example]/", "https://[::1]evil.example/", "https://[::1%25eth0]/",
			"https://stra\u00dfe.example/", "https://shop\u3002example/", "https://\uff53hop.example/",
			"https://shop.example\uff0fevil.example/", "https://sh\u200dop.example/", "https://shop\u00ad.example/",
			"https://evil.example\uff20shop.example/", "https://*.books.example/" })
	void theseHaveNoHost(String url) {
		assertThatExceptionOfType(TinyFishHostNotAllowedException.class).isThrownBy(() -> this.hosts.check("url", url))
			.withMessage(
					"The host of url is ambiguous, so that it cannot be compared with shop.hosts; nothing was sent")
			.satisfies((ex) -> assertThat(ex.host()).isNull());
	}

	@Test
	void otherEncodedCharactersOfTheUserAndOfThePathDoNotMatter() {
		assertThatNoException().isThrownBy(() -> {
			this.hosts.check("url", "https://us%20er:p%40ss%3aword@shop.example/");
			this.hosts.check("url", "https://shop.example/a%2fb%5c?c=%3f%23@evil.example");
		});
	}

	@Test
	void longUrlsHaveNoHost() {
		for (String url : List.of("https://" + "a.".repeat(100_000) + "books.example/",
				"https://" + "a".repeat(64) + "\u00fc.example/", "https://" + "a@".repeat(100_000) + "books.example/",
				"https://" + "%2f".repeat(100_000) + "@shop.example/", "https://" + "%2f".repeat(100_000))) {
			assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
				.isThrownBy(() -> this.hosts.check("url", url))
				.satisfies((ex) -> assertThat(ex.host()).isNull());
		}
	}

	@Test
	void messagesDoNotShowTheUrl() {
		for (String url : List.of("https://user:s3cret@evil.example/s3cret?s3cret#s3cret",
				"https://s3cret%2f@shop.example/", "s3cret")) {
			assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
				.isThrownBy(() -> this.hosts.check("urls[2]", url))
				.withMessageContainingAll("urls[2]", "shop.hosts")
				.withMessageNotContaining("s3cret");
		}
	}

	@Test
	void anyHostsAllowAnyUrl() {
		assertThatNoException().isThrownBy(() -> AllowedHosts.any().check("url", "https://a%2f@b@c/"));
	}

	@Test
	void withoutPatternsThereAreNoHosts() {
		assertThatIllegalArgumentException().isThrownBy(AllowedHosts::of).withMessage("allowedHosts must not be empty");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "*", "*.", "*.*.example", "www.*.example", "*shop.example",
			"https://shop.example", "shop.example/", "shop.example:443", "user@shop.example", "shop..example",
			"shop example", "*.0.0.1", "*.[::1]", "[::1", "straße.example", "${HOST}" })
	void otherPatternsAreNotValid(String pattern) {
		assertThatIllegalArgumentException().isThrownBy(() -> AllowedHosts.of("shop.example", pattern))
			.withMessageStartingWith("entry 2 of allowedHosts must be a host such as");
	}

}
