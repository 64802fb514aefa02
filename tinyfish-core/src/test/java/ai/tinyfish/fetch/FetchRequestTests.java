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

package ai.tinyfish.fetch;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

class FetchRequestTests {

	private static final String URL = "https://a.example";

	private static final String SECRET = "not-for-messages";

	static Stream<Arguments> invalid() {
		return Stream.of(row("urls must not be empty", (b) -> b.urls(List.of())),
				row("urls must not have more than 10 entries", (b) -> b.urls(Collections.nCopies(11, URL))),
				row("urls must not have blank entries", (b) -> b.urls(List.of(URL, ""))),
				row("urls must not have blank entries", (b) -> b.urls(Arrays.asList(URL, null))),
				row("urls must be absolute http or https URLs with a host", (b) -> b.urls(List.of(URL, SECRET))),
				row("urls must be absolute http or https URLs with a host", (b) -> b.urls(null)),
				row("ttl must be at least 0 seconds", (b) -> b.ttl(Duration.ofSeconds(-1))),
				row("ttl must be whole seconds", (b) -> b.ttl(Duration.ofMillis(1500))),
				row("ttl must be at least 0 seconds", (b) -> b.ttl(Duration.ofSeconds(Long.MIN_VALUE))),
				row("perUrlTimeout must be at least 1 milliseconds", (b) -> b.perUrlTimeout(Duration.ZERO)),
				row("perUrlTimeout must be whole milliseconds", (b) -> b.perUrlTimeout(Duration.ofNanos(1_500_000))),
				row("purpose must not be blank", (b) -> b.purpose(" ")),
				row("includeSelectors must not be empty", (b) -> b.includeSelectors(List.of())),
				row("includeSelectors must not have more than 20 entries",
						(b) -> b.includeSelectors(Collections.nCopies(21, SECRET))),
				row("excludeSelectors must not have blank entries", (b) -> b.excludeSelectors(List.of(" "))),
				row("includeSelectors must not have entries longer than 1000 characters",
						(b) -> b.includeSelectors(List.of("a", "a".repeat(1001)))),
				row("excludeSelectors must not have entries longer than 1000 characters",
						(b) -> b.excludeSelectors(List.of("a".repeat(1001)))),
				row("ifNoneMatch and ifModifiedSince need exactly one URL",
						(b) -> b.ifNoneMatch("e").urls(List.of(URL, "https://b.example"))),
				row("ifNoneMatch and ifModifiedSince need exactly one URL",
						(b) -> b.urls(List.of(URL, "https://b.example")).ifModifiedSince("yesterday")),
				row("ifNoneMatch must not be blank", (b) -> b.ifNoneMatch("")),
				row("ifModifiedSince must not be blank", (b) -> b.ifModifiedSince(" ")));
	}

	@ParameterizedTest(name = "{0} {index}")
	@MethodSource("invalid")
	void badInputIsRefusedWithTheFieldAndTheProblem(String message, UnaryOperator<FetchRequest.Builder> change) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> change.apply(FetchRequest.builder().urls(List.of(URL))).build())
			.withMessage(message);
	}

	@Test
	void thereHaveToBeUrls() {
		assertThatIllegalArgumentException().isThrownBy(() -> FetchRequest.builder().build())
			.withMessage("urls must be set");
		assertThatIllegalArgumentException().isThrownBy(FetchRequest::of).withMessage("urls must not be empty");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a.example", "ftp://a.example", "https://", "https:///x", "//a.example",
			"javascript:alert(1)", "https://user@" })
	void otherUrlsThanOfTheWebAreRefused(String url) {
		assertThatIllegalArgumentException().isThrownBy(() -> FetchRequest.of(url))
			.withMessage("urls must be absolute http or https URLs with a host");
	}

	@Test
	void theLimitsThemselvesAreAllowed() {
		FetchRequest request = FetchRequest.builder()
			.urls(Collections.nCopies(10, URL))
			.ttl(Duration.ofSeconds(Integer.MAX_VALUE))
			.perUrlTimeout(Duration.ofMillis(1))
			.includeSelectors(Collections.nCopies(20, "a".repeat(1000)))
			.build();
		assertThat(request.urls()).hasSize(10);
		assertThat(WireForm.of(request)).contains(entry("ttl", Integer.MAX_VALUE), entry("per_url_timeout_ms", 1));
	}

	@Test
	void nullTakesASettingAway() {
		FetchRequest request = FetchRequest.builder()
			.urls(List.of(URL))
			.format(FetchFormat.HTML)
			.links(true)
			.imageLinks(true)
			.includeHtmlHead(true)
			.ttl(Duration.ZERO)
			.perUrlTimeout(Duration.ofSeconds(1))
			.purpose("p")
			.pageMetadata(true)
			.includeSelectors(List.of("a"))
			.excludeSelectors(List.of("b"))
			.ifNoneMatch("c")
			.ifModifiedSince("d")
			.includeEtagAndLastModified(true)
			.proxyCountryCode(ProxyCountryCode.US)
			.build();
		assertThat(WireForm.of(request)).hasSize(15);
		FetchRequest.Builder emptied = request.toBuilder()
			.format(null)
			.links(null)
			.imageLinks(null)
			.includeHtmlHead(null)
			.ttl(null)
			.perUrlTimeout(null)
			.purpose(null)
			.pageMetadata(null)
			.includeSelectors(null)
			.excludeSelectors(null)
			.ifNoneMatch(null)
			.ifModifiedSince(null)
			.includeEtagAndLastModified(null)
			.proxyCountryCode(null);
		assertThat(emptied.build()).isEqualTo(FetchRequest.of(URL)).hasSameHashCodeAs(FetchRequest.of(URL));
	}

	@Test
	void builtRequestDoesNotChange() {
		List<String> urls = new ArrayList<>(List.of(URL));
		FetchRequest.Builder builder = FetchRequest.builder().urls(urls);
		FetchRequest first = builder.build();
		urls.add("https://b.example");
		FetchRequest second = builder.links(true).build();
		assertThat(first).isEqualTo(FetchRequest.of(URL)).isNotEqualTo(second);
		assertThat(second.urls()).containsExactly(URL);
	}

	@Test
	void describesItselfWithoutThePasswordsInItsUrls() {
		assertThat(FetchRequest.of("https://me:" + SECRET + "@a.example/x", "http://b.example"))
			.hasToString("FetchRequest[urls=[https://***@a.example/x, http://b.example]]");
	}

	@Test
	void formsWithoutAConstantCanBeSent() {
		FetchRequest request = FetchRequest.of(URL).toBuilder().format(FetchFormat.of(" pdf ")).build();
		assertThat(WireForm.of(request)).containsEntry("format", "pdf");
		assertThat(request.format()).isEqualTo(FetchFormat.of("pdf"));
	}

	private static Arguments row(String message, UnaryOperator<FetchRequest.Builder> change) {
		return Arguments.of(message, change);
	}

}
