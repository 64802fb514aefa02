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

package ai.tinyfish.spring.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page about the relay has all meters of this module.
 */
class RelayMeterPageTests {

	private static final Path PAGE = Path.of("..", "docs", "relay.md");

	@Test
	void metersAreThoseOfTheModule() throws IOException {
		SimpleMeterRegistry registry = new SimpleMeterRegistry();
		new RelayMeters(new DefaultListableBeanFactory()).bindTo(registry);
		Set<String> existing = new TreeSet<>();
		for (Meter meter : registry.getMeters()) {
			existing.add(meter.getId().getName());
			existing.add(meter.getId().getType().name().toLowerCase(Locale.ROOT));
			meter.getId().getTags().forEach((tag) -> existing.addAll(List.of(tag.getKey(), tag.getValue())));
		}
		Set<String> documented = new TreeSet<>();
		for (String row : rows("## Meters", "## When")) {
			String cells = row.substring(0, row.lastIndexOf('|', row.length() - 2));
			documented.addAll(List.of(cells.replaceAll("[|`:,]| or ", " ").strip().split("\\s+")));
		}
		assertThat(documented).isEqualTo(existing);
	}

	private static List<String> rows(String from, String to) throws IOException {
		String page = Files.readString(PAGE);
		return page.substring(page.indexOf(from), page.indexOf(to))
			.lines()
			.filter((line) -> line.startsWith("| `tinyfish.relay."))
			.toList();
	}

}
