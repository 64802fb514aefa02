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

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for files of recorded runs, also by other hands.
 */
class CassetteFileTests extends AbstractCassetteTests {

	@Test
	void fileThatDoesNotExistHasNoRuns() {
		start(TinyFishSimulator.builder().cassette(this.directory.resolve("none.json")));
		assertThat((String) post(REQUEST).object("error").get("message")).contains("It has none at all");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "[]", "{\"version\": 1, \"rums\": []}", "{\"version\": 1, \"runs\": [{}]}",
			"{\"version\": 1, \"runs\": [{\"status\": \"COMPLETED\"}]}",
			"{\"version\": 1, \"runs\": [{\"request\": {\"url\": \"u\", \"goal\": \"g\"}}]}",
			"{\"version\": 1, \"runs\": [{\"request\": {\"url\": \"u\", \"goal\": \"g\"}, \"status\": \"DONE\"}]}" })
	void fileThatIsNotACassetteIsRefused(String content) throws IOException {
		Path file = Files.writeString(this.directory.resolve("prices.json"), content);
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().cassette(file))
			.withMessageContaining("prices.json cannot be read: ");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			runs is not a list                 | {"version": 1, "runs": {"a": {}}}
			runs[1].status                     | {"version": 1, "runs": [RUN, {"request": {}}]}
			runs[0].request                    | {"version": 1, "runs": [7]}
			runs[0].request                    | {"version": 1, "runs": [RUN, "request": {"goal": {}}}]}
			runs[0].status                     | {"version": 1, "runs": [RUN, "status": ["COMPLETED"]}]}
			runs[0].error                      | {"version": 1, "runs": [RUN, "error": "No"}]}
			runs[0].error                      | {"version": 1, "runs": [RUN, "error": {"message": {}}}]}
			runs[0].refusal                    | {"version": 1, "runs": [RUN, "refusal": {"status": 9999999}}]}
			runs[0].refusal                    | {"version": 1, "runs": [RUN, "refusal": {"status": "no"}}]}
			runs[0].events                     | {"version": 1, "runs": [RUN, "events": {}}]}
			runs[0].events                     | {"version": 1, "runs": [RUN, "events": ["Look"]}]}
			runs[0].steps                      | {"version": 1, "runs": [RUN, "steps": [null]}]}
			runs[0].num_of_steps               | {"version": 1, "runs": [RUN, "num_of_steps": "two"}]}
			runs[0].schema_validation          | {"version": 1, "runs": [RUN, "schema_validation": true}]}
			runs[0].times                      | {"version": 1, "runs": [RUN, "times": "now"}]}
			""")
	void wrongValueIsNamed(String named, String content) throws IOException {
		String run = "{\"request\": {\"goal\": \"g\"}, \"status\": \"FAILED\"";
		Path file = Files.writeString(file(), content.replace("[RUN, {", "[" + run + "}, {").replace("RUN", run));
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().cassette(file))
			.withMessageContaining("prices.json cannot be read: " + named);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 100_000 })
	void deepNestingIsReadOrRefused(int depth) throws IOException {
		Path file = Files.writeString(file(),
				"{\"version\": 1, \"runs\": [" + PRICE.replace("640", "[".repeat(depth) + "]".repeat(depth)) + "]}");
		if (depth > 1000) {
			assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().cassette(file))
				.withMessageContaining("prices.json cannot be read: ");
			return;
		}
		start(TinyFishSimulator.builder().cassette(file));
		assertThat(post(REQUEST).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "\"version\": 2, ", "\"version\": \"one\", " })
	void fileOfAnotherFormatIsRefused(String version) throws IOException {
		Path file = Files.writeString(file(), "{" + version + "\"runs\": []}");
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().cassette(file))
			.withMessageContaining("prices.json cannot be read: its version is not 1. Delete the file");
	}

	@Test
	void messageSaysWhyTheFileIsNotJson() throws IOException {
		Path file = Files.writeString(file(), "{\"runs\": [\n<<<<<<< HEAD\n]}");
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().cassette(file))
			.withMessageContaining("Unexpected character ('<' (code 60))");
	}

	@Test
	void fileOfAnotherEditorIsRead() throws IOException {
		Files.writeString(file(), "\uFEFF" + ("{\r\n\"note\": \"ours\", \"version\": 1, \"runs\": ["
				+ PRICE.replace("\"status\"", "\"by\": \"me\", \"status\"") + "]\r\n}\r\n"));
		start(TinyFishSimulator.builder().cassette(file()));
		assertThat(price()).isEqualTo(640);
	}

	@Test
	void directoryIsNotACassette() {
		assertThatIllegalArgumentException().isThrownBy(() -> TinyFishSimulator.builder().cassette(this.directory))
			.withMessageContaining("cannot be read");
	}

}
