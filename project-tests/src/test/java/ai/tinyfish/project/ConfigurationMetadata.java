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
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;

/**
 * The metadata of the properties of all modules, for tools.
 *
 * @param groups the groups
 * @param properties the properties, by name in each module
 */
record ConfigurationMetadata(List<Group> groups, List<Property> properties) {

	private static final String LOCATION = "META-INF/spring-configuration-metadata.json";

	/**
	 * Return the metadata of all our modules on the class path, packaged or not.
	 */
	static ConfigurationMetadata ofAllModules() throws IOException {
		List<Group> groups = new ArrayList<>();
		List<Property> properties = new ArrayList<>();
		for (URL location : Collections.list(ConfigurationMetadata.class.getClassLoader().getResources(LOCATION))) {
			try (InputStream content = location.openStream()) {
				JsonNode json = JsonMapper.shared().readTree(content);
				if (json.path("groups").valueStream().map(Group::of).anyMatch(Group::isOurs)) {
					ConfigurationMetadata metadata = of(json);
					groups.addAll(metadata.groups());
					properties.addAll(metadata.properties());
				}
			}
		}
		return new ConfigurationMetadata(groups, properties);
	}

	static ConfigurationMetadata of(String json) {
		return of(JsonMapper.shared().readTree(json));
	}

	private static ConfigurationMetadata of(JsonNode metadata) {
		List<Group> groups = metadata.path("groups").valueStream().map(Group::of).toList();
		List<Property> properties = metadata.path("properties")
			.valueStream()
			// no property any more
			.filter((property) -> !property.path("deprecation").path("level").asString("").equals("error"))
			.map((property) -> Property.of(property, metadata.path("hints")))
			.toList();
		List<String> names = properties.stream().map(Property::name).toList();
		for (JsonNode hint : metadata.path("hints")) {
			String name = hint.path("name").asString();
			Assert.state(names.contains(name), () -> "Hint for '" + name + "', which is not a property");
		}
		return new ConfigurationMetadata(groups, properties);
	}

	/**
	 * Return the groups whose types are bound, one for each module.
	 */
	List<Group> modules() {
		return this.groups.stream().filter(Group::isBound).toList();
	}

	/**
	 * Return the group of a module that a property belongs to.
	 */
	Group moduleOf(Property property) {
		return modules().stream()
			.filter((group) -> property.name().startsWith(group.name() + "."))
			.max(Comparator.comparingInt((group) -> group.name().length()))
			.orElseThrow();
	}

	/**
	 * A group of properties.
	 *
	 * @param name name
	 * @param type name of its Java type
	 * @param description description; empty if absent
	 * @param isBound whether it is bound by itself, and not as a part of another
	 */
	record Group(String name, String type, String description, boolean isBound) {

		private static Group of(JsonNode group) {
			String name = group.path("name").asString();
			return new Group(name, group.path("type").asString(""), group.path("description").asString(""),
					name.startsWith("tinyfish") && !group.has("sourceMethod"));
		}

		private boolean isOurs() {
			return this.type.startsWith("ai.tinyfish.");
		}

	}

	/**
	 * A property.
	 *
	 * @param name name
	 * @param type name of its Java type
	 * @param description description; empty if absent
	 * @param defaultValue default as it would be set; empty if absent
	 * @param hints descriptions of its values, in the order in which they are listed
	 */
	record Property(String name, String type, String description, Optional<String> defaultValue,
			Map<String, String> hints) {

		private static Property of(JsonNode property, JsonNode allHints) {
			String name = property.path("name").asString();
			Map<String, String> hints = new LinkedHashMap<>();
			allHints.valueStream()
				.filter((hint) -> hint.path("name").asString().equals(name))
				.flatMap((hint) -> hint.path("values").valueStream())
				.forEach((value) -> hints.put(value.path("value").asString(), value.path("description").asString("")));
			return new Property(name, property.path("type").asString(), property.path("description").asString(""),
					property.path("defaultValue").asStringOpt(), hints);
		}

		/**
		 * The values of an enum as they are written in configuration; empty for any other
		 * type.
		 */
		List<String> values() {
			if (!ClassUtils.isPresent(this.type, null)) {
				return List.of();
			}
			Object[] constants = ClassUtils.resolveClassName(this.type, null).getEnumConstants();
			return Stream.of((constants != null) ? constants : new Object[0])
				.map((constant) -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.toList();
		}

	}

}
