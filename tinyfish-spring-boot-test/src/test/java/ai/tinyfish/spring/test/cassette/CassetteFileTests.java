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

package ai.tinyfish.spring.test.cassette;

import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

@Timeout(120)
class CassetteFileTests {

	@TempDir
	private Path directory;

	@Test
	void orderDoesNotDependOnWhoEndsFirst() throws IOException {
		CassetteFile file = new CassetteFile(file());
		file.add(run("b", 1), Map.of());
		file.add(run("a", 2), Map.of());
		file.add(run("b", 3), Map.of());
		file.add(run("a", 4), Map.of());
		assertThat(runs()).extracting((run) -> run.path("request").path("goal").asString() + run.path("number").asInt())
			.containsExactly("a2", "a4", "b1", "b3");
		assertThat(Files.readString(file())).startsWith("{\n  \"version\": 1,\n  \"runs\": [\n    {\n")
			.endsWith("}\n")
			.doesNotContain("\r");
	}

	@Test
	void runsWithTheSameRequestAreInTheOrderOfTheirSubmission() throws IOException {
		CassetteFile file = new CassetteFile(file());
		for (int second : List.of(3, 1, 2)) {
			Map<String, Object> run = new LinkedHashMap<>(run("a", second));
			run.put("times", Map.of("recorded_at", "2026-11-30T12:00:0" + second + ".000Z"));
			file.add(run, Map.of());
		}
		assertThat(runs()).extracting((run) -> run.path("number").asInt()).containsExactly(1, 2, 3);
	}

	@Test
	@EnabledIf("hasPermissions")
	void othersMayReadTheFileAsAnyOther() throws IOException {
		new CassetteFile(file()).add(run("a", 1), Map.of());
		Path other = Files.writeString(this.directory.resolve("other.json"), "{}");
		assertThat(Files.getPosixFilePermissions(file())).isEqualTo(Files.getPosixFilePermissions(other));
	}

	static boolean hasPermissions() {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
	}

	@Test
	void shortSecretThatWasDeclaredIsRefusedByName() {
		assertThatIllegalStateException()
			.isThrownBy(() -> new CassetteFile(file()).add(run("Pin is 471", 1), Map.of("471", "a declared value")))
			.withMessageContaining("(a declared value)");
	}

	@Test
	void secretInAnyFormIsRefusedAndTheFileStays() throws IOException {
		CassetteFile file = new CassetteFile(file());
		file.add(run("a", 1), Map.of("not there", "a secret"));
		byte[] before = Files.readAllBytes(file());
		for (String secret : List.of("p\"ss/wörd", "\\pass\nword")) {
			for (String text : List.of(secret, URLEncoder.encode(secret, StandardCharsets.UTF_8))) {
				assertThatIllegalStateException()
					.isThrownBy(() -> file.add(run("Use " + text, 2), Map.of(secret, "a secret")))
					.withMessageContaining("API key or another secret");
			}
		}
		assertThat(Files.readAllBytes(file())).isEqualTo(before);
		try (Stream<Path> files = Files.list(this.directory)) {
			assertThat(files).containsExactly(file());
		}
	}

	@Test
	void testsInParallelLoseNoRun() throws IOException {
		IntStream.range(0, 20)
			.parallel()
			.forEach((number) -> new CassetteFile(file()).add(run("thread", number), Map.of()));
		assertThat(runs()).hasSize(20);
	}

	@Test
	@Tag("jvms")
	void testsAndProcessesInParallelLoseNoRun() throws Exception {
		List<Process> others = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			others.add(writer("process" + i, 20));
		}
		IntStream.range(0, 40)
			.parallel()
			.forEach((number) -> new CassetteFile(file()).add(run("thread", number), Map.of()));
		for (Process other : others) {
			assertThat(other.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(other.exitValue()).isZero();
		}
		assertThat(runs()).hasSize(80);
	}

	@Test
	@Tag("jvms")
	void killedProcessLeavesAWholeFile() throws Exception {
		for (int round = 0; round < 3; round++) {
			int before = Files.exists(file()) ? runs().size() : 0;
			Process writer = writer("round" + round, 100_000);
			try {
				await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(file()) && runs().size() > before + 3);
			}
			finally {
				writer.destroyForcibly();
			}
			assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
			List<JsonNode> left = runs();
			assertThat(left).hasSizeGreaterThan(before + 3)
				.allSatisfy((run) -> assertThat(run.path("text").asString()).hasSize(10_000));
		}
		new CassetteFile(file()).add(run("after", 1), Map.of());
	}

	private Process writer(String goal, int count) throws IOException {
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("java.class.path"), Writer.class.getName(), file().toString(), goal,
				String.valueOf(count))
			.inheritIO()
			.start();
	}

	private static Map<String, Object> run(String goal, int number) {
		return Map.of("request", Map.of("goal", goal), "number", number, "text", "x".repeat(10_000));
	}

	private List<JsonNode> runs() throws IOException {
		return CassetteFile.JSON.readTree(Files.readAllBytes(file())).path("runs").valueStream().toList();
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

	/** A JVM that records runs. */
	static final class Writer {

		private Writer() {
		}

		public static void main(String... args) {
			CassetteFile file = new CassetteFile(Path.of(args[0]));
			for (int i = 0; i < Integer.parseInt(args[2]); i++) {
				file.add(run(args[1], i), Map.of());
			}
		}

	}

}
