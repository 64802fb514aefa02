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

package ai.tinyfish.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class ObservabilityPageTests {

	private static final Path PAGE = Path.of("..", "docs", "observability.md");

	@ParameterizedTest
	@EnumSource
	void pageHasTheKeysAndEventsOfEachObservation(TinyFishObservationDocumentation observation) throws IOException {
		List<String> section = section(nameOf(observation));
		assertThat(rows(section, "timer and span"))
			.containsExactlyElementsOf(names(observation.getLowCardinalityKeyNames()));
		assertThat(rows(section, "span")).containsExactlyElementsOf(names(observation.getHighCardinalityKeyNames()));
		assertThat(section.stream().filter((line) -> line.startsWith("| `")).map(ObservabilityPageTests::firstCell))
			.containsAll(Stream.of(observation.getEvents()).map(Observation.Event::getName).toList())
			.hasSize(observation.getLowCardinalityKeyNames().length + observation.getHighCardinalityKeyNames().length
					+ observation.getEvents().length);
	}

	@Test
	void pageHasASectionForEachObservation() throws IOException {
		assertThat(Files.readAllLines(PAGE).stream().filter((line) -> line.startsWith("## `")))
			.containsExactlyElementsOf(Stream.of(TinyFishObservationDocumentation.values())
				.map((observation) -> "## `" + nameOf(observation) + "`")
				.toList());
	}

	private static String nameOf(TinyFishObservationDocumentation observation) {
		String name = observation.getName();
		return (name != null) ? name : new DefaultTinyFishCallObservationConvention().getName();
	}

	private static List<String> section(String name) throws IOException {
		List<String> lines = Files.readAllLines(PAGE);
		int heading = lines.indexOf("## `" + name + "`");
		assertThat(heading).as(name).isNotNegative();
		return lines.stream().skip(heading + 1L).takeWhile((line) -> !line.startsWith("## ")).toList();
	}

	private static List<String> rows(List<String> section, String on) {
		return section.stream()
			.filter((line) -> line.startsWith("| `") && line.contains("` | " + on + " | "))
			.map(ObservabilityPageTests::firstCell)
			.toList();
	}

	private static String firstCell(String row) {
		return row.substring(3, row.indexOf('`', 3));
	}

	private static List<String> names(KeyName[] names) {
		return Stream.of(names).map(KeyName::asString).toList();
	}

}
