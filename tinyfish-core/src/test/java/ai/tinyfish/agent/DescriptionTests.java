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

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.agent.event.UnknownEvent;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.fetch.FetchRequest;
import ai.tinyfish.fetch.PageContent;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.profile.SetupSession;
import ai.tinyfish.profile.SetupSessionRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.search.SearchRequest;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.vault.VaultConnectionRequest;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The one rule for the descriptions of requests: of a URL they show no user, query and
 * fragment, of a person's text the beginning, and nothing that is secret.
 */
class DescriptionTests {

	private static final String SECRET = "s3cret";

	private static final String URL = "https://me:" + SECRET + "@shop.example:8443/a@b;c=1?token=" + SECRET + "&b#"
			+ SECRET;

	private static final String SHOWN = "https://***@shop.example:8443/a@b;c=1?***";

	private static final List<Class<?>> RECORDS = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("ai.tinyfish")
		.stream()
		.filter((type) -> type.isAssignableTo(Record.class) && type.getModifiers().contains(JavaModifier.PUBLIC)
				&& !type.getPackageName().startsWith("ai.tinyfish.internal")
				&& !type.getPackageName().startsWith("ai.tinyfish.simulator"))
		.<Class<?>>map((type) -> type.reflect())
		.toList();

	static Stream<Object> descriptions() {
		return Stream.of(AgentRequest.of(URL, "Read"), FetchRequest.of(URL, URL),
				BrowserSessionRequest.builder().url(URL).build(), SetupSessionRequest.builder().url(URL).build(),
				RunContext.builder().runId("run-1").url(URL).goal("Read").tag("order-42").build(),
				new QueuedRun("run-1", null, "order-42", URL, "Read"));
	}

	@ParameterizedTest
	@MethodSource("descriptions")
	void ofAUrlHostAndPathAreShown(Object request) {
		assertThat(request.toString()).contains(SHOWN).doesNotContain(SECRET);
	}

	@ParameterizedTest
	@CsvSource({ "https://a.example,https://a.example", "http://a.example/x/,http://a.example/x/",
			"https://a.example?q,https://a.example?***", "https://a.example#f?q,https://a.example#***",
			"https://a.example/?,https://a.example/?***", "HTTPS://u@A.example/@x,HTTPS://***@A.example/@x" })
	void aUrlThatHidesNothingIsShownAsItIs(String url, String shown) {
		assertThat(AgentRequest.of(url, "g")).hasToString("AgentRequest[url=" + shown + ", goal=g, tag=null]");
		assertThat(FetchRequest.of(url)).hasToString("FetchRequest[urls=[" + shown + "]]");
	}

	@ParameterizedTest
	@CsvSource({ "a.example/x?token=s3cret,a.example/x?***", "me:s3cret@a.example,***@a.example",
			"a.example#s3cret,a.example#***", "a.example/b@c,a.example/b@c" })
	void aDomainAloneIsDescribedByTheSameRule(String url, String shown) {
		assertThat(BrowserSessionRequest.builder().url(url).build())
			.hasToString("BrowserSessionRequest[url=" + shown + ", timeoutSeconds=null]");
	}

	@ParameterizedTest
	@CsvSource({ "http://p.example:8080,http://p.example:8080", "p.example:8080,p.example:8080",
			"socks5://me:s3cret@p.example,socks5://***@p.example", "socks5://me:s/cret@p.example,***",
			"http://[::1]:8080/x,http://[::1]:8080", "http://p.example:8080/s3cret?s3cret,http://p.example:8080",
			"p.example:8080:me:s3cret,***", "http://p.example/?token=s3@cret,***", "http://s3cret s3cret,***",
			"s3cret@,***" })
	void ofAProxyHostAndPortAreShown(String url, String shown) {
		assertThat(ProxyConfig.custom(url).toString()).contains("url=" + shown + "}").doesNotContain("cret");
	}

	@ParameterizedTest
	@CsvSource({ "https://a.example,a.example", "https://me:s3cret@a.example:8443/x?y#z,a.example",
			"https://me:s3@cret@a.example,a.example", "http://[::1]:8080/x,[::1]", "http://me@[::1],[::1]",
			"https://me:pa/s3cret@a.example/,", "https://me:pa?s3cret@a.example/,", "a.example,", "https://,", "," })
	void ofAUrlTheHostIsShownUnlessItMayBeAPassword(@Nullable String url, @Nullable String host) {
		assertThat(Descriptions.host(url)).isEqualTo(host);
	}

	@Test
	void textOfAPersonIsCutAndUnknownPropertiesAreLeftOut() {
		SearchRequest search = SearchRequest.builder()
			.query("q".repeat(100) + SECRET)
			.purpose(SECRET)
			.page(2)
			.fetch(Map.of("header", SECRET))
			.build();
		assertThat(search).hasToString("SearchRequest[query=" + "q".repeat(100) + "..., page=2]");
		assertThat(SearchRequest.of("records")).hasToString("SearchRequest[query=records, page=null]");
		assertThat(RunContext.builder().runId("run-1").goal("g".repeat(101)).build())
			.hasToString("RunContext[runId=run-1, url=null, goal=" + "g".repeat(100) + "..., tag=null]");
		assertThat(QueuedRun.of("run-1"))
			.hasToString("QueuedRun[runId=run-1, error=null, tag=null, url=null, goal=null]");
	}

	static Stream<Class<?>> records() {
		return RECORDS.stream();
	}

	@ParameterizedTest
	@MethodSource("records")
	void noRecordHasMoreThanOneLine(Class<?> type) throws Exception {
		// line breaks in all that may have some
		String text = filled(type, (component) -> "a\r\n\u001b[31m\u2028\u202e\u0085b").toString();
		assertThat(text).startsWith(type.getSimpleName() + "[").doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
	}

	static Stream<Class<?>> recordsWithUrls() {
		return records().filter((type) -> Stream.of(type.getRecordComponents())
			.anyMatch((component) -> component.getName().endsWith("Url")));
	}

	/**
	 * URLs of the service, which may give access to a browser or a recording.
	 */
	@ParameterizedTest
	@MethodSource("recordsWithUrls")
	void noRecordShowsTheSecretsOfItsUrls(Class<?> type) throws Exception {
		assertThat(filled(type, (component) -> component.endsWith("Url") ? URL : "x").toString())
			.doesNotContain(SECRET);
	}

	@Test
	void streamingUrlsAndRecordingsAreAmongTheUrls() {
		assertThat(recordsWithUrls().map(Class::getSimpleName)).contains("StreamingUrlEvent", "SetupSession");
		Run run = Run.builder().runId("run-1").streamingUrl(URL).videoUrl(URL).build();
		assertThat(run.toString()).contains("streamingUrl=" + SHOWN, "videoUrl=" + SHOWN);
		assertThat(new StreamingUrlEvent("run-1", null, URL).toString()).contains("streamingUrl=" + SHOWN);
		assertThat(new UnknownEvent("STREAMING_URL", "run-1", null, "{\"streaming_url\":\"" + URL + "\"}"))
			.hasToString("UnknownEvent[type=STREAMING_URL, runId=run-1, timestamp=null]");
	}

	private static Object filled(Class<?> type, Function<String, String> texts) throws Exception {
		RecordComponent[] components = type.getRecordComponents();
		Object[] values = new Object[components.length];
		for (int i = 0; i < components.length; i++) {
			values[i] = value(components[i].getType(), texts.apply(components[i].getName()), texts);
		}
		return type.getDeclaredConstructor(Stream.of(components).map(RecordComponent::getType).toArray(Class[]::new))
			.newInstance(values);
	}

	private static @Nullable Object value(Class<?> type, String text, Function<String, String> texts) throws Exception {
		if (type.isRecord()) {
			return filled(type, texts);
		}
		if (type == String.class || type == Object.class) {
			return text;
		}
		if (type == List.class) {
			return List.of();
		}
		if (type == AgentRun.class) {
			return AgentRun.builder().runId(text).statusText(text).build();
		}
		if (type == RunResult.class) {
			return RunResult.ofJson("\"\u2028\u202e\u0085\"");
		}
		if (type == PageContent.class) {
			return PageContent.ofJson("\"\u2028\u202e\u0085\"");
		}
		if (type == HttpHeaders.class) {
			return HttpHeaders.EMPTY;
		}
		if (type == Duration.class) {
			return Duration.ofSeconds(1);
		}
		if (type == Map.class) {
			return Map.of();
		}
		if (type == GoalOutcome.class) {
			return GoalOutcome.UNKNOWN;
		}
		if (type == long.class) {
			return 1L;
		}
		return (type == int.class) ? (Object) 1
				: (type == double.class) ? (Object) 2.0 : (type == boolean.class) ? false : null;
	}

	@Test
	void noDescriptionOfARunHasMoreThanOneLine() {
		String text = "a\r\n\u001b[31m\u2028\u202e\u0085b";
		RunError error = RunError.builder().code(text).message(text).categoryText(text).helpMessage(text).build();
		RunStep step = RunStep.builder()
			.id(text)
			.statusText(text)
			.action(text)
			.screenshot(text)
			.durationText(text)
			.build();
		Run run = Run.builder()
			.runId(text)
			.statusText(text)
			.goal(text)
			.error(error)
			.steps(List.of(step))
			.additionalProperties(Map.of(text, text))
			.build();
		for (Object described : List.of(error, step, run, run.toAgentRun())) {
			assertThat(described.toString()).startsWith(described.getClass().getSimpleName() + "[")
				.doesNotContainPattern("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
		}
	}

	@Test
	void noSecretIsShown() {
		assertThat(VaultConnectionRequest.onePassword(SECRET).toString()).doesNotContain(SECRET);
		assertThat(new SetupSession("prof-1", SECRET, SECRET, SECRET, SECRET, Duration.ofSeconds(9), null).toString())
			.doesNotContain(SECRET);
		assertThat(RequestOptions.builder().apiKey(SECRET).header("X-A", SECRET).build().toString()).contains("X-A")
			.doesNotContain(SECRET);
		assertThat(HttpProxy.of("p.example", 1).withCredentials(SECRET, SECRET).toString()).doesNotContain(SECRET);
	}

}
