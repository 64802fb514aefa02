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

package ai.tinyfish.durable.internal.watch;

import java.util.List;
import java.util.Map;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.fetch.FetchResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Digests of {@link PageCheckTask}.
 */
class PageDigestTests {

	private static final String URL = "https://shop.example/teas";

	private static final String DIGEST = digest("Th\u00e9 1.00, T2 2.00", URL);

	@ParameterizedTest
	@ValueSource(strings = { "Th\u00e9 1.00, T2 2.00", "The\u0301 1.00, T2 2.00", " Th\u00e9\t1.00,\n\u00a0T2 2.00\n" })
	void whiteSpaceAndUnicodeFormDoNotCount(String text) {
		assertThat(digest(text, URL)).isEqualTo(DIGEST).hasSize(64);
	}

	@ParameterizedTest
	@ValueSource(strings = { "The 1.00, T2 2.00", "Th\u00e9 1.00, T2 2.01", "th\u00e9 1.00, T2 2.00" })
	void everythingElseCounts(String text) {
		assertThat(digest(text, URL)).isNotEqualTo(DIGEST);
	}

	@ParameterizedTest
	@CsvSource({ "https://shop.example/, true", "https://www.shop.example/teas?a=b, true",
			"http://SHOP.example:8080#x, true", "https://login.shop.example/teas, false",
			"https://other.example/?u=https://shop.example/, false", "not a URL, false" })
	void pageOfAnotherHostHasNoDigest(String finalUrl, boolean same) {
		assertThat(digest("Th\u00e9 1.00, T2 2.00", finalUrl)).isEqualTo(same ? DIGEST : null);
	}

	@Test
	void pageThatIsNotThereAsAWholeHasNoDigest() {
		assertThat(PageCheckTask.digest(URL, null)).isNull();
		assertThat(digest("  \n", URL)).isNull();
		assertThat(PageCheckTask.digest(URL, FetchResult.builder().url(URL).finalUrl(URL).build())).isNull();
		assertThat(
				PageCheckTask.digest(URL, page("Teas", URL).toBuilder().unmatchedSelectors(List.of("table")).build()))
			.isNull();
	}

	private static String digest(String text, String finalUrl) {
		return PageCheckTask.digest(URL, page(text, finalUrl));
	}

	private static FetchResult page(String text, String finalUrl) {
		return Json.read(Json.write(Map.of("url", URL, "final_url", finalUrl, "text", text)), FetchResult.class);
	}

}
