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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page for operators has each meter with a query.
 */
class ProductionPageTests {

	private final String page = Files.readString(Documents.PAGES.resolve("production.md"));

	ProductionPageTests() throws IOException {
	}

	@Test
	void pageHasAQueryForEachMeter() throws IOException {
		List<String> meters = Stream.of("observability.md", "relay.md", "durable-operating.md", "watches.md")
			.flatMap((page) -> Documents.find(read(Documents.PAGES.resolve(page)),
					"(?m)^\\| `(tinyfish\\.[a-z.]+)` \\| (?:gauge|counter|distribution summary|(?:long task )?timer)\\b")
				.stream())
			.toList();
		Set<String> queried = Documents.find(this.page, "\\b(tinyfish(?:_[a-z]+)+)\\b")
			.stream()
			.map((name) -> name.replaceFirst("(_seconds)?(_count|_max|_sum|_total)?$", ""))
			.collect(Collectors.toSet());
		assertThat(meters).hasSizeGreaterThan(20);
		assertThat(queried)
			.containsExactlyInAnyOrderElementsOf(meters.stream().map((meter) -> meter.replace('.', '_')).toList());
	}

	@Test
	void eachAlarmHasAnAction() {
		List<String> alarms = Documents.find(this.page, "- alert: (\\w+)");
		assertThat(alarms).hasSizeGreaterThan(15);
		assertThat(Documents.find(this.page, "annotations: \\{ action: '(.+)' \\}")).hasSameSizeAs(alarms);
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
