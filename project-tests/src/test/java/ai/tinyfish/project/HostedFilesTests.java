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
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The files for the hosting platform: a mistake in them shows only there, and only when
 * they are needed.
 */
class HostedFilesTests {

	private static final Path FOLDER = Documents.ROOT.resolve(".github");

	static List<Path> forms() throws IOException {
		try (Stream<Path> files = Files.list(FOLDER.resolve("ISSUE_TEMPLATE"))) {
			return files.filter((file) -> !file.endsWith("config.yml")).sorted().toList();
		}
	}

	static List<Path> workflows() throws IOException {
		try (Stream<Path> files = Files.list(FOLDER.resolve("workflows"))) {
			return files.sorted().toList();
		}
	}

	@Test
	void workflowsRunTheChecksOfTheProject() throws IOException {
		List<String> scripts = new ArrayList<>();
		for (Path workflow : workflows()) {
			stepsOf(workflow, "run").forEach((command) -> scripts.addAll(Documents.find(command, "(\\.ci/[a-z-]+)")));
		}
		assertThat(scripts)
			.containsExactlyInAnyOrder(".ci/run", ".ci/full", ".ci/verify", ".ci/canary", ".ci/verify",
					".ci/check-release", ".ci/site", ".ci/site-version")
			.allSatisfy((script) -> assertThat(Documents.ROOT.resolve(script)).isExecutable());
	}

	@ParameterizedTest
	@MethodSource("workflows")
	void actionsOfOthersArePinnedToACommitAndNamedWithTheirVersion(Path workflow) throws IOException {
		assertThat(stepsOf(workflow, "uses")).isNotEmpty()
			.allSatisfy((action) -> assertThat(action).matches("(actions|github)/[a-z-]+(/[a-z]+)?@[0-9a-f]{40}"));
		assertThat(Files.readAllLines(workflow)).filteredOn((line) -> line.contains("uses:"))
			.allMatch((line) -> line.matches(".*@[0-9a-f]{40} # v[0-9.]+"));
	}

	@ParameterizedTest
	@MethodSource("workflows")
	void workflowMayOnlyReadUnlessAJobSaysOtherwise(Path workflow) throws IOException {
		assertThat(read(workflow).get("permissions")).isEqualTo(Map.of("contents", "read"));
	}

	@Test
	void jarsOfAReleaseAreAttestedAndTheCanaryRunsByItself() throws IOException {
		Path workflows = FOLDER.resolve("workflows");
		assertThat(stepsOf(workflows.resolve("release.yml"), "uses"))
			.anyMatch((action) -> action.startsWith("actions/attest@"));
		assertThat(Files.readString(workflows.resolve("canary.yml"))).contains("  schedule:\n    - cron: ");
	}

	@ParameterizedTest
	@MethodSource("forms")
	void formAsksQuestionsWithNamesOfTheirOwn(Path form) throws IOException {
		Map<?, ?> content = read(form);
		assertThat(content.get("name")).asString().isNotBlank();
		assertThat(content.get("description")).asString().isNotBlank();
		assertThat((List<?>) content.get("body")).filteredOn((part) -> !"markdown".equals(value(part, "type")))
			.isNotEmpty()
			.allSatisfy((question) -> assertThat(value(value(question, "attributes"), "label")).asString().isNotBlank())
			.extracting((question) -> value(question, "id"))
			.doesNotContainNull()
			.doesNotHaveDuplicates();
	}

	@Test
	void dependenciesOfMavenAndOfTheWorkflowAreUpdated() throws IOException {
		assertThat((List<?>) read(FOLDER.resolve("dependabot.yml")).get("updates"))
			.extracting((update) -> value(update, "package-ecosystem"))
			.containsExactly("maven", "github-actions");
	}

	private static List<String> stepsOf(Path workflow, String kind) throws IOException {
		return ((Map<?, ?>) read(workflow).get("jobs")).values()
			.stream()
			.flatMap((job) -> ((List<?>) value(job, "steps")).stream())
			.map((step) -> value(step, kind))
			.filter(Objects::nonNull)
			.map(Object::toString)
			.toList();
	}

	private static Object value(Object map, String key) {
		return ((Map<?, ?>) map).get(key);
	}

	private static Map<?, ?> read(Path file) throws IOException {
		LoaderOptions options = new LoaderOptions();
		options.setAllowDuplicateKeys(false);
		try (Reader reader = Files.newBufferedReader(file)) {
			return new Yaml(options).load(reader);
		}
	}

}
