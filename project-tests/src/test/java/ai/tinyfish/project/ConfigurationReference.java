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

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.project.ConfigurationMetadata.Group;
import ai.tinyfish.project.ConfigurationMetadata.Property;

import org.springframework.util.Assert;
import org.springframework.util.StringUtils;

/**
 * The configuration reference: a page in Markdown with all properties.
 */
final class ConfigurationReference {

	private static final String PREFIX = "tinyfish";

	/** Others come after these, by name. */
	private static final List<String> FIRST_GROUPS = List.of(PREFIX, "tinyfish.stream", "tinyfish.run",
			"tinyfish.retry", "tinyfish.events", "tinyfish.webhook", "tinyfish.simulator");

	/** These come last, with a sentence about their modules. */
	private static final Map<String, String> OPTIONAL_MODULES = Map.of("tinyfish.relay",
			"These properties exist with the module `tinyfish-spring-boot-relay`: "
					+ "[Relaying runs to browsers](relay.md#limits).",
			"tinyfish.durable",
			"These properties exist with the module `tinyfish-durable`: "
					+ "[Durable runs](durable.md), [Operating durable runs](durable-operating.md).",
			"tinyfish.tools", "These properties exist with the module `tinyfish-spring-ai`: "
					+ "[Tools for language models](language-models.md).");

	private static final Map<String, String> TYPES = Map.ofEntries(Map.entry("java.lang.Boolean", "boolean"),
			Map.entry("java.lang.String", "string"), Map.entry("java.lang.Integer", "integer"),
			Map.entry("java.lang.Long", "integer"), Map.entry("java.lang.Double", "number"),
			Map.entry("java.math.BigDecimal", "number"), Map.entry("java.time.Duration", "duration"),
			Map.entry("java.time.ZoneId", "time zone"),
			Map.entry("org.springframework.util.unit.DataSize", "data size"), Map.entry("java.net.URI", "URL"),
			Map.entry("java.nio.file.Path", "path"), Map.entry("java.util.List<java.lang.String>", "list of strings"));

	private static final String INTRODUCTION = """
			<!-- Written by ConfigurationReferenceTests, from the Javadoc of the properties and the additional metadata. -->

			# Configuration reference

			All properties of the starter, and at the end those of \
			[`tinyfish-spring-boot-relay`](#tinyfishrelay), [`tinyfish-durable`](#tinyfishdurable) and \
			[`tinyfish-spring-ai`](#tinyfishtools). \
			Tests have [two more](recorded-runs.md#record). \
			They are set where Spring Boot looks for properties: in `application.properties` or `application.yaml`, \
			in the environment (`tinyfish.run.timeout` as `TINYFISH_RUN_TIMEOUT`), \
			on the command line (`--tinyfish.run.timeout=1h`).

			Durations are written with their unit: `500ms`, `30s`, `2m`, `1h`. Without one they are milliseconds. \
			Sizes have a unit too, such as `512KB` or `16MB` (a `KB` is 1024 bytes). Without one they are bytes.

			These pages describe how the properties work together: [Following runs](runs.md), \
			[Errors and retries](errors.md#retries), [Events](events.md), [Webhooks](webhooks.md) and \
			[Clients, keys and connections](clients.md).

			## API key

			The environment variable `TINYFISH_API_KEY` or the property `tinyfish.api-key` sets the API key. \
			The variable takes precedence over `application.properties`, as environment variables do in Spring Boot. \
			A `TinyFishConnectionDetails` bean takes precedence over both. \
			If you define a `TinyFishApiKeyProvider` bean, \
			it supplies the key of each operation, and all other sources are ignored.

			If no key is configured, `tinyfish.simulator.enabled=auto` starts a simulator in the place of TinyFish. \
			The module `tinyfish-simulator` must be on the class path, and a warning says that TinyFish is simulated. \
			A key that is set but blank fails the start.

			The environment variable `TF_API_INTEGRATION` sets the integration tag of requests.
			""";

	private ConfigurationReference() {
	}

	static String render(ConfigurationMetadata metadata) {
		Map<String, List<Property>> groups = metadata.properties()
			.stream()
			.collect(Collectors.groupingBy((property) -> group(property.name()), () -> new TreeMap<>(
					Comparator.comparingInt(ConfigurationReference::position).thenComparing(Comparator.naturalOrder())),
					Collectors.toList()));
		StringBuilder page = new StringBuilder(INTRODUCTION);
		groups.forEach((group, properties) -> {
			String description = metadata.groups()
				.stream()
				.filter((candidate) -> candidate.name().equals(group))
				.map(Group::description)
				.collect(Collectors.joining());
			renderGroup(group, description, properties, page);
		});
		return page.toString();
	}

	private static String group(String property) {
		String[] parts = property.split("\\.");
		return (parts.length > 2) ? parts[0] + "." + parts[1] : parts[0];
	}

	private static int position(String group) {
		int position = FIRST_GROUPS.indexOf(group);
		int others = FIRST_GROUPS.size() + (OPTIONAL_MODULES.containsKey(group) ? 1 : 0);
		return (position != -1) ? position : others;
	}

	private static void renderGroup(String group, String description, List<Property> properties, StringBuilder page) {
		page.append("\n## ").append(group.equals(PREFIX) ? "General" : code(group)).append("\n\n");
		List<String> sentences = Stream.of(description, OPTIONAL_MODULES.getOrDefault(group, ""))
			.filter(StringUtils::hasText)
			.toList();
		if (!sentences.isEmpty()) {
			page.append(String.join(" ", sentences)).append("\n\n");
		}
		page.append("| property | type | default | meaning |\n|---|---|---|---|\n");
		for (Property property : properties) {
			String defaultValue = property.defaultValue().map(ConfigurationReference::code).orElse("");
			page.append(row(code(property.name()), type(property), defaultValue, property.description()));
		}
		properties.forEach((property) -> renderHints(property, page));
	}

	private static String row(String... cells) {
		StringBuilder row = new StringBuilder("|");
		for (String cell : cells) {
			row.append(cell.isEmpty() ? "" : " " + cell.replace("|", "\\|")).append(" |");
		}
		return row.append('\n').toString();
	}

	private static String type(Property property) {
		List<String> values = property.values();
		if (!values.isEmpty()) {
			return values.stream().map(ConfigurationReference::code).collect(Collectors.joining(" | "));
		}
		String type = TYPES.get(property.type());
		Assert.state(type != null, () -> "No words for the type of " + property);
		return type;
	}

	private static void renderHints(Property property, StringBuilder page) {
		if (property.hints().isEmpty()) {
			return;
		}
		page.append("\nValues of ").append(code(property.name())).append(":\n\n| value | meaning |\n|---|---|\n");
		property.hints().forEach((value, description) -> page.append(row(code(value), description)));
	}

	private static String code(String text) {
		return "`" + text + "`";
	}

}
