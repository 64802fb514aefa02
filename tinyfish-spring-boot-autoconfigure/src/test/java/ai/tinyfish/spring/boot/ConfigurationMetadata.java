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

package ai.tinyfish.spring.boot;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
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
 * What the module tells tools about its properties.
 *
 * @param properties the properties in the order of the metadata, which is that of their
 * names
 */
record ConfigurationMetadata(List<Property> properties) {

	private static final String LOCATION = "META-INF/spring-configuration-metadata.json";

	/**
	 * The metadata of this module, be it packaged or not, and of no other on the class
	 * path.
	 */
	static ConfigurationMetadata ofModule() throws IOException {
		URL module = TinyFishProperties.class.getProtectionDomain().getCodeSource().getLocation();
		try (URLClassLoader loader = new URLClassLoader(new URL[] { module }, null);
				InputStream metadata = loader.getResourceAsStream(LOCATION)) {
			Assert.state(metadata != null, () -> "No " + LOCATION + " in " + module);
			return of(JsonMapper.shared().readTree(metadata));
		}
	}

	static ConfigurationMetadata of(String json) {
		return of(JsonMapper.shared().readTree(json));
	}

	private static ConfigurationMetadata of(JsonNode metadata) {
		return new ConfigurationMetadata(metadata.path("properties")
			.valueStream()
			.map((property) -> Property.of(property, metadata.path("hints")))
			.toList());
	}

	/**
	 * A property.
	 *
	 * @param name name
	 * @param type name of its Java type
	 * @param description description; empty if there is none
	 * @param defaultValue default as it would be set; empty if there is none
	 * @param hints descriptions of its values, in the order in which they are told
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
