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

package ai.tinyfish.spring.boot.autoconfigure.diagnostics;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

/**
 * Names and origins of properties for failure analyses, never their values.
 */
final class ConfiguredProperties {

	static final String API_KEY_PROPERTY = "tinyfish.api-key";

	private static final String API_KEY_VARIABLE = "TINYFISH_API_KEY";

	private static final ConfigurationPropertyName API_KEY = ConfigurationPropertyName.of(API_KEY_PROPERTY);

	private static final String API_KEY_LETTERS = "tinyfishapikey";

	private final List<EnumerablePropertySource<?>> sources = new ArrayList<>();

	ConfiguredProperties(@Nullable Environment environment) {
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof EnumerablePropertySource<?> enumerable) {
					this.sources.add(enumerable);
				}
			}
		}
	}

	/**
	 * Find the origin of the property as it is bound.
	 * @return the origin with a space before it, an empty text if it is not known, or
	 * empty if the property is not set
	 */
	Optional<String> findOrigin(String name) {
		ConfigurationPropertyName propertyName = ConfigurationPropertyName.of(name);
		return this.sources.stream()
			.flatMap((source) -> find(source, propertyName))
			.findFirst()
			.map((property) -> (property.getOrigin() != null) ? " (" + property.getOrigin() + ")" : "");
	}

	/**
	 * Find the API key's variable in a source other than the system environment. Return
	 * its name with its origin.
	 */
	Optional<String> findApiKeyVariable() {
		String name = API_KEY_VARIABLE;
		return this.sources.stream()
			.filter((source) -> source.containsProperty(name))
			.map((source) -> "'" + name + "'" + origin(source, name))
			.findFirst();
	}

	/**
	 * Return the names, with origins, of properties that resemble the API key's but are
	 * not read.
	 */
	List<String> findApiKeyLookalikes() {
		return this.sources.stream().flatMap(ConfiguredProperties::findApiKeyLookalikes).distinct().toList();
	}

	private static Stream<String> findApiKeyLookalikes(EnumerablePropertySource<?> source) {
		boolean read = find(source, API_KEY).findAny().isPresent();
		return Stream.of(source.getPropertyNames())
			.filter((name) -> looksLikeApiKey(name, read))
			.map((name) -> "'" + name + "'" + origin(source, name));
	}

	private static Stream<ConfigurationProperty> find(PropertySource<?> source, ConfigurationPropertyName name) {
		ConfigurationPropertySource adapted = ConfigurationPropertySource.from(source);
		return Stream.ofNullable((adapted != null) ? adapted.getConfigurationProperty(name) : null);
	}

	private static boolean looksLikeApiKey(String name, boolean apiKeyIsRead) {
		String letters = name.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
		if (letters.equals(API_KEY_LETTERS)) {
			return !apiKeyIsRead && !name.equals(API_KEY_VARIABLE);
		}
		return letters.contains("tinyfish") && (letters.endsWith("key") || letters.endsWith("token"));
	}

	private static String origin(PropertySource<?> source, String name) {
		Origin origin = OriginLookup.getOrigin(source, name);
		return " (" + ((origin != null) ? origin : "in " + source.getName()) + ")";
	}

}
