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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the public API of the published modules with the one that was decided on,
 * which is in {@code api.txt} of each module.
 */
class PublicApiTests {

	/**
	 * Methods with two texts in a row that a caller might swap. The texts are checked, or
	 * all of Java has them in this order.
	 */
	private static final Set<String> TWO_TEXTS = Set.of(
			// an id and a reason: there is no run whose id is a reason
			"ai.tinyfish.durable.DurableRuns: public abstract DurableRun refuse(String, String)",
			// a URL and another text
			"ai.tinyfish.agent.AgentRequest: public static AgentRequest of(String, String)",
			"ai.tinyfish.settings.AllowedHosts: public void check(String, String)",
			// a word, and a text with spaces
			"ai.tinyfish.error.ApiErrorResponse: public static ApiErrorResponse of(int, @Nullable String, @Nullable String)",
			"ai.tinyfish.run.RunError: public static RunError of(@Nullable String, String)",
			"ai.tinyfish.simulator.Fault: public static Fault refusal(int, String, String)",
			"ai.tinyfish.simulator.Scenario: public static Scenario failed(String, String)",
			"ai.tinyfish.simulator.Scenario$Builder: public Scenario$Builder fails(String, String)",
			"ai.tinyfish.spring.test.TestRun: public static TestRun failed(String, String)",
			// a media type and a body; a public address and a local one
			"ai.tinyfish.simulator.Fault: public static Fault answer(int, String, String)",
			"ai.tinyfish.simulator.TinyFishSimulator: public TinyFishSimulator forwardWebhooks(String, String)",
			// name and value, user and password
			"ai.tinyfish.settings.HttpProxy: public HttpProxy withCredentials(String, String)",
			"ai.tinyfish.settings.RequestOptions$Builder: public RequestOptions$Builder header(String, @Nullable String)",
			"ai.tinyfish.simulator.Fault: public Fault withHeader(String, String)",
			// URL, which is checked, and HTML
			"ai.tinyfish.simulator.TinyFishSimulator: public TinyFishSimulator page(String, String)",
			// an id and a name
			"ai.tinyfish.durable.watch.Watches: public abstract List<WatchValue> series(String, String)",
			// implemented by applications, called by us
			"ai.tinyfish.spring.boot.webhook.WebhookRunFollower: public abstract boolean follow(String, @Nullable String)");

	private static final Pattern TEXTS_IN_A_ROW = Pattern
		.compile("\\((?:.*, )?(?:@Nullable )?String, (?:@Nullable )?String[,)]");

	private static final String UPDATE = "tinyfish.docs.update";

	static List<String> modules() throws IOException {
		try (Stream<Path> modules = Files.list(Documents.ROOT)) {
			return modules.filter((module) -> Files.isDirectory(module.resolve("src/main/java")))
				.map((module) -> module.getFileName().toString())
				.filter((module) -> module.startsWith("tinyfish-"))
				.sorted()
				.toList();
		}
	}

	@ParameterizedTest
	@MethodSource("modules")
	void publicApiIsTheOneThatWasDecidedOn(String module) throws IOException {
		Path file = Documents.ROOT.resolve(module).resolve("api.txt");
		List<String> api = PublicApi.of(module);
		if (Boolean.getBoolean(UPDATE)) {
			Files.write(file, api);
		}
		List<String> decided = Files.exists(file) ? Files.readAllLines(file) : List.of();
		assertThat(api).isNotEmpty();
		assertThat(PublicApi.changes(decided, api)).as("""
				changes of the public API of %1$s. If they are intended, see CONTRIBUTING.md, and write \
				%1$s/api.txt anew: mvn -pl project-tests -am test -Dtest=PublicApiTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%2$s=true""", module, UPDATE).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("modules")
	void absentValuesAreNullAndNotOptional(String module) throws IOException {
		assertThat(PublicApi.of(module)).noneMatch((line) -> line.contains("Optional<"));
	}

	/**
	 * Records are read, and their constructors are not promised; exceptions are thrown by
	 * tests.
	 */
	@ParameterizedTest
	@MethodSource("modules")
	void callersCannotSwapTwoTexts(String module) throws IOException {
		List<String> api = PublicApi.of(module);
		Set<String> records = api.stream()
			.filter((line) -> line.contains(": public final record ") || line.contains(": public static final record "))
			.map((line) -> line.substring(0, line.indexOf(": ")))
			.collect(Collectors.toSet());
		assertThat(api).filteredOn((line) -> {
			String type = line.substring(0, line.indexOf(": "));
			boolean constructor = line.contains(": constructor ");
			return TEXTS_IN_A_ROW.matcher(line.replaceAll("<[^()]*>", "")).find()
					&& !type.startsWith("ai.tinyfish.support.")
					&& !(constructor && (records.contains(type) || type.endsWith("Exception")))
					&& !TWO_TEXTS.contains(line);
		}).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("modules")
	void publicTypesSaySinceWhen(String module) throws IOException {
		try (Stream<Path> sources = Files.walk(Documents.ROOT.resolve(module).resolve("src/main/java"))) {
			assertThat(sources.filter((file) -> file.toString().matches(".*[A-Z]\\w*\\.java"))
				.filter((file) -> !file.toString().contains("/internal/"))).allSatisfy((file) -> {
					String[] parts = Files.readString(file).split("(?m)^public ", 2);
					assertThat(parts[0]).satisfies((before) -> assertThat(
							parts.length == 1 || before.substring(before.lastIndexOf("\n/**")).contains("\n * @since "))
						.isTrue());
				});
		}
	}

	@Test
	void changesAreNamed() {
		assertThat(PublicApi.changes(List.of("a.Type: void stays()", "a.Type: void goes()"),
				List.of("a.Type: void stays()", "a.Type: void comes()")))
			.isEqualTo("""
					Added:
					  a.Type: void comes()
					Removed or changed, which may break code that uses it:
					  a.Type: void goes()
					""");
	}

	@Test
	void linesHaveAllThatCallersRelyOn() throws IOException {
		assertThat(PublicApi.of("tinyfish-core"))
			.contains("ai.tinyfish.TinyFishClient: public abstract AgentOperations agent()",
					"ai.tinyfish.agent.RunContext: public @Nullable String runId()")
			.noneMatch((line) -> line.contains(".internal."));
	}

}
