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

package ai.tinyfish.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
				changes of the public API of %1$s. If they are intended, describe them in CHANGELOG.md, and write \
				%1$s/api.txt anew: mvn -pl sample-app -am test -Dtest=PublicApiTests \
				-Dsurefire.failIfNoSpecifiedTests=false -D%2$s=true""", module, UPDATE).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("modules")
	void absentValuesAreNullAndNotOptional(String module) throws IOException {
		assertThat(PublicApi.of(module)).noneMatch((line) -> line.contains("Optional<"));
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
