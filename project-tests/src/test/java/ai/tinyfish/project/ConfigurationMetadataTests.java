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
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import ai.tinyfish.project.ConfigurationMetadata.Group;
import ai.tinyfish.project.ConfigurationMetadata.Property;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares the metadata with the properties, and with the rules for custom starters in
 * the reference documentation of Spring Boot.
 */
class ConfigurationMetadataTests {

	private static ConfigurationMetadata metadata;

	private static List<Property> properties;

	private static List<Property> propertiesOfBoot;

	@BeforeAll
	static void read() throws IOException {
		metadata = ConfigurationMetadata.ofAllModules();
		Map<Boolean, List<Property>> all = metadata.properties()
			.stream()
			.collect(Collectors.partitioningBy((property) -> property.name().startsWith("tinyfish.")));
		properties = all.get(true);
		propertiesOfBoot = all.get(false);
	}

	@Test
	void propertiesStayFew() {
		Map<String, Long> numbers = properties.stream()
			.collect(Collectors.groupingBy((property) -> metadata.moduleOf(property).name(), Collectors.counting()));
		assertThat(numbers).containsOnlyKeys("tinyfish", "tinyfish.budget", "tinyfish.relay", "tinyfish.durable",
				"tinyfish.tools");
		assertThat(numbers.get("tinyfish")).isBetween(10L, 51L);
		assertThat(numbers.get("tinyfish.budget")).isBetween(3L, 8L);
		assertThat(numbers.get("tinyfish.relay")).isBetween(5L, 10L);
		assertThat(numbers.get("tinyfish.durable")).isBetween(5L, 15L);
		assertThat(numbers.get("tinyfish.tools")).isBetween(5L, 10L);
	}

	@Test
	void onlyPropertiesOfTheActuatorAreNotBelowOurPrefix() {
		assertThat(propertiesOfBoot).extracting(Property::name)
			.containsExactlyInAnyOrder("management.endpoint.tinyfish.access",
					"management.endpoint.tinyfish.cache.time-to-live", "management.health.tinyfish.enabled");
		assertThat(propertiesOfBoot)
			.contains(new Property("management.health.tinyfish.enabled", Boolean.class.getName(),
					"Whether to enable the health indicator of TinyFish.", Optional.of("false"), Map.of()));
	}

	@Test
	void everyDescriptionIsAPlainSentence() {
		assertThat(properties).isNotEmpty()
			.allSatisfy((property) -> assertPlainSentence(property.name(), property.description()));
	}

	@Test
	void everyGroupIsDescribed() {
		assertThat(metadata.groups()).isNotEmpty()
			.allSatisfy((group) -> assertPlainSentence(group.name(), group.description()));
	}

	@Test
	void everyHintIsDescribed() {
		assertThat(properties).allSatisfy((property) -> property.hints()
			.forEach((value, description) -> assertThat(description).as(property.name() + "=" + value)
				.matches("[A-Z].*\\.")));
	}

	private static void assertPlainSentence(String name, String description) {
		assertThat(description).as(name).matches("[A-Z].*\\.").doesNotContain("{@", "<").doesNotMatch("(The|An?) .*");
	}

	@Test
	void descriptionsOfSwitchesSayWhether() {
		assertThat(properties).filteredOn((property) -> property.type().equals("java.lang.Boolean"))
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(property.description()).matches("(Whether|Enable) .*"));
	}

	@Test
	void propertiesThatCanBeSetAreDescribed() {
		assertThat(properties).extracting(Property::name)
			.containsExactlyInAnyOrderElementsOf(settings(new MapConfigurationPropertySource()).keySet());
	}

	@Test
	void everyDefaultIsTheOneThatApplies() {
		Map<String, Object> bound = settings(new MapConfigurationPropertySource(defaults()));
		Map<String, Object> inherent = settings(new MapConfigurationPropertySource());
		// an unset property takes a default from elsewhere, which only the metadata has
		inherent.values().removeIf((value) -> value == null);
		assertThat(bound).containsAllEntriesOf(inherent);
		assertThat(defaults()).containsKeys(inherent.keySet().toArray(String[]::new));
	}

	@Test
	void defaultsOfDurationsAreWrittenAsUsersWriteThem() {
		assertThat(properties)
			.filteredOn((property) -> property.type().equals(Duration.class.getName())
					&& property.defaultValue().isPresent())
			.isNotEmpty()
			.extracting((property) -> DurationStyle.detect(property.defaultValue().orElseThrow()))
			.containsOnly(DurationStyle.SIMPLE);
	}

	@Test
	void secretsHaveNoDefault() {
		assertThat(properties).filteredOn((property) -> property.name().matches(".*(key|password|secret|token)"))
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(property.defaultValue()).isEmpty());
	}

	@Test
	void everyValueOfAnEnumCanBeSetAsItIsWritten() {
		List<Property> enums = properties.stream().filter((property) -> !property.values().isEmpty()).toList();
		assertThat(enums).isNotEmpty();
		for (Property property : enums) {
			assertThat(property.values()).allSatisfy((value) -> {
				Map<String, Object> bound = settings(
						new MapConfigurationPropertySource(Map.of(property.name(), value)));
				assertThat(bound.get(property.name())).hasToString(value.toUpperCase(Locale.ROOT).replace('-', '_'));
			});
		}
	}

	@Test
	void everyValueIsExplained() {
		assertThat(properties).filteredOn((property) -> !property.values().isEmpty())
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(List.copyOf(property.hints().keySet())).isEqualTo(property.values()));
	}

	@Test
	void introductionOfTheReferenceIsTrue() {
		Map<String, Object> bound = settings(ConfigurationPropertySource.from(new SystemEnvironmentPropertySource(
				"systemEnvironment",
				Map.of("TINYFISH_RUN_TIMEOUT", "1h", "TINYFISH_API_KEY", "sk-variable", "TINYFISH_TIMEOUT", "300"))));
		assertThat(bound).containsEntry("tinyfish.run.timeout", Duration.ofHours(1))
			.containsEntry("tinyfish.api-key", "sk-variable")
			.containsEntry("tinyfish.timeout", Duration.ofMillis(300));
	}

	private static Map<String, String> defaults() {
		return properties.stream()
			.filter((property) -> property.defaultValue().isPresent())
			.collect(Collectors.toMap(Property::name, (property) -> property.defaultValue().orElseThrow()));
	}

	private static Map<String, Object> settings(ConfigurationPropertySource source) {
		Map<String, Object> settings = new TreeMap<>();
		for (Group module : metadata.modules()) {
			Object bound = new Binder(source).bindOrCreate(module.name(),
					Bindable.of(ClassUtils.resolveClassName(module.type(), null)));
			collectSettings(module.name() + ".", bound, settings);
		}
		return settings;
	}

	private static void collectSettings(String prefix, Object group, Map<String, Object> settings) {
		for (RecordComponent component : group.getClass().getRecordComponents()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
			// not all of them are public
			ReflectionUtils.makeAccessible(component.getAccessor());
			Object value = ReflectionUtils.invokeMethod(component.getAccessor(), group);
			if (value instanceof Record nested) {
				collectSettings(name + ".", nested, settings);
			}
			else {
				settings.put(name, value);
			}
		}
	}

}
