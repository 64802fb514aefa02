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

package ai.tinyfish.wording;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.evaluation.Evaluation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about evaluations, and the recipe that keeps them: their code is code of these
 * tests, and the report is printed so.
 */
@SpringBootTest(properties = "tinyfish.budget.price-per-step=0.016")
@AutoConfigureTinyFishSimulator
class EvaluationsPageTests {

	private static final Path SOURCES = Path.of("src/test/java/ai/tinyfish/wording");

	private static final Scenario BLOCKED = Scenario.failed("SITE_BLOCKED", "Access denied");

	private static final Scenario TOO_FEW = books(2, 14);

	@Autowired
	Shop shop;

	@Test
	void itsCodeIsRun() throws IOException {
		StringBuilder sources = new StringBuilder();
		try (Stream<Path> files = Files.list(SOURCES)) {
			for (Path file : files.toList()) {
				sources.append(oneLine(Files.readString(file))).append('\n');
			}
		}
		assertThat(blocks("evaluations.md", "java")).hasSize(3)
			.allSatisfy((block) -> assertThat(sources).contains(oneLine(block)));
		assertThat(blocks("evaluations.md", "sh")).singleElement()
			.asString()
			.contains("-Dtest=" + WordingTests.class.getSimpleName() + "#wording -Dtinyfish.evaluation=true");
	}

	@Test
	void itsReportIsPrintedSo(@Autowired TinyFishSimulator simulator) throws IOException {
		simulator.given("List the", BLOCKED, scenarios(29, 8, BLOCKED, 5));
		simulator.given("Sort the", TOO_FEW, scenarios(29, 2, TOO_FEW, 7));
		String report = Evaluation.of("A", () -> this.shop.cheapest(3))
			.against("B", () -> this.shop.sorted(3))
			.check((books) -> assertThat(books).hasSize(3))
			.repetitions(30)
			.maxSteps(6000)
			.run()
			.toString();
		assertThat(blocks("evaluations.md", "text")).singleElement()
			.asString()
			.satisfies((block) -> assertThat(masked(block)).isEqualTo(masked(report)));
	}

	/**
	 * The numbers of the tables are those of the intervals and the estimate.
	 */
	@Test
	void itsTablesAreCalculated(@Autowired TinyFishSimulator simulator) throws IOException {
		List<MatchResult> rows = Pattern.compile("\\| (\\d+) of (\\d+) \\| (\\d+ to \\d+ %) \\|")
			.matcher(page("evaluations.md"))
			.results()
			.toList();
		assertThat(rows).hasSizeGreaterThan(2).allSatisfy((row) -> {
			simulator.reset();
			int misses = Integer.parseInt(row.group(2)) - Integer.parseInt(row.group(1));
			if (misses > 0) {
				simulator.given("List the", BLOCKED, scenarios(100, misses - 1, BLOCKED, 1));
			}
			String report = Evaluation.of("A", () -> this.shop.cheapest(3))
				.repetitions(Integer.parseInt(row.group(2)))
				.run()
				.toString();
			assertThat(report)
				.contains(row.group(1) + " of " + row.group(2) + " successful (95 % interval: " + row.group(3));
		});
	}

	@Test
	void recipeRunsTheTestAndKeepsItsFiles() throws IOException {
		String workflow = blocks("recipes/nightly-evaluation.md", "yaml").get(0);
		assertThat(recipe().toString()).contains("-Dtest=" + WordingTests.class.getSimpleName(),
				"-Dtinyfish.evaluation=true", "path=target/tinyfish/evaluations", "TINYFISH_API_KEY");
		assertThat(workflow).contains("cron:");
	}

	/**
	 * The simulator would answer without the key.
	 */
	@Test
	@EnabledIf("hasJq")
	void recipeKeepsSimulatedNightsOut(@TempDir Path directory) throws Exception {
		String check = String.valueOf(((Map<?, ?>) ((List<?>) recipe().get("steps")).get(0)).get("run"));
		assertThat(output(Map.of("TINYFISH_API_KEY", ""), "bash", "-ec", check)).startsWith("1 ")
			.contains("TINYFISH_API_KEY");
		assertThat(output(Map.of("TINYFISH_API_KEY", "sk-tinyfish"), "bash", "-ec", check)).isEqualTo("0 ");
		String file = """
				{"date": "%s", "simulated": %s, "candidates": [{"name": "A", "goalVersion": "2",
					"rate": {"successes": 9, "known": 10}, "steps": {"median": 5}}]}""";
		Files.writeString(directory.resolve("1.json"), file.formatted("2026-11-30", false));
		Files.writeString(directory.resolve("2.json"), file.formatted("2026-12-01", true));
		String line = blocks("recipes/nightly-evaluation.md", "sh").get(0);
		assertThat(output(Map.of(), "bash", "-ec", "cd " + directory + "\n" + line))
			.isEqualTo("0 2026-11-30\tA\t2\t9\t10\t5\n");
	}

	/**
	 * Return the job of the recipe.
	 */
	private static Map<?, ?> recipe() throws IOException {
		Map<String, Object> document = new Yaml().load(blocks("recipes/nightly-evaluation.md", "yaml").get(0));
		return (Map<?, ?>) ((Map<?, ?>) document.get("jobs")).get("evaluation");
	}

	static boolean hasJq() {
		return Files.isExecutable(Path.of("/usr/bin/jq"));
	}

	/**
	 * Return the exit code of a program, and what it writes.
	 */
	private static String output(Map<String, String> environment, String... command) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
		builder.environment().putAll(environment);
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return process.waitFor() + " " + output;
	}

	private static Scenario[] scenarios(int number, int misses, Scenario miss, int steps) {
		return IntStream.range(0, number)
			.mapToObj((call) -> (call < misses) ? miss : books(3, steps + call % 7))
			.toArray(Scenario[]::new);
	}

	private static Scenario books(int number, int steps) {
		return Scenario.builder()
			.steps(IntStream.range(0, steps).mapToObj((step) -> "Step " + step).toList())
			.result(IntStream.range(0, number).mapToObj((book) -> Map.of("title", "Tea", "price", book)).toList())
			.build();
	}

	/**
	 * Leave out the date, the ids and the time.
	 */
	private static String masked(String report) {
		return report.replaceAll("Evaluation .*", "Evaluation")
			.replaceAll("seconds .*", "seconds")
			.replaceAll("[-0-9a-f]{36}", "id")
			.strip();
	}

	private static List<String> blocks(String page, String language) throws IOException {
		return Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
			.matcher(page(page))
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static String page(String page) throws IOException {
		return Files.readString(Path.of("../docs").resolve(page));
	}

	private static String oneLine(String text) {
		return text.replaceAll("\\s+", " ").trim();
	}

}
