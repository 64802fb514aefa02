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
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

import ai.tinyfish.spring.boot.ConfigurationMetadata.Property;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the metadata to what there is, and to the rules for custom starters in the
 * reference documentation of Spring Boot.
 */
class ConfigurationMetadataTests {

	private static List<Property> properties;

	private static List<Property> propertiesOfBoot;

	@BeforeAll
	static void read() throws IOException {
		Map<Boolean, List<Property>> all = ConfigurationMetadata.ofModule()
			.properties()
			.stream()
			.collect(Collectors.partitioningBy((property) -> property.name().startsWith("tinyfish.")));
		properties = all.get(true);
		propertiesOfBoot = all.get(false);
	}

	@Test
	void propertiesStayFew() {
		assertThat(properties).hasSizeBetween(10, 42);
	}

	@Test
	void onlyTheSwitchOfTheHealthIndicatorIsNotBelowOurPrefix() {
		assertThat(propertiesOfBoot)
			.containsExactly(new Property("management.health.tinyfish.enabled", Boolean.class.getName(),
					"Whether to enable the health indicator of TinyFish.", Optional.of("false"), Map.of()));
	}

	@Test
	void everyDescriptionIsAPlainSentence() {
		assertThat(properties).allSatisfy((property) -> assertThat(property.description()).matches("[A-Z].*\\.")
			.doesNotContain("{@", "<")
			.doesNotMatch("(The|An?) .*"));
	}

	@Test
	void descriptionsOfSwitchesSayWhether() {
		assertThat(properties).filteredOn((property) -> property.type().equals("java.lang.Boolean"))
			.isNotEmpty()
			.allSatisfy((property) -> assertThat(property.description()).matches("(Whether|Enable) .*"));
	}

	@Test
	void whatCanBeSetIsWhatIsDescribed() {
		assertThat(properties).extracting(Property::name)
			.containsExactlyInAnyOrderElementsOf(settings(bind(new MapConfigurationPropertySource())).keySet());
	}

	@Test
	void everyDefaultIsTheOneThatApplies() {
		TinyFishProperties bound = bind(new MapConfigurationPropertySource(defaults()));
		Map<String, Object> inherent = settings(bind(new MapConfigurationPropertySource()));
		// what is unset takes a default from elsewhere, which only the metadata can tell
		inherent.values().removeIf((value) -> value == null);
		assertThat(settings(bound)).containsAllEntriesOf(inherent);
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
				TinyFishProperties bound = bind(new MapConfigurationPropertySource(Map.of(property.name(), value)));
				assertThat(settings(bound).get(property.name()))
					.hasToString(value.toUpperCase(Locale.ROOT).replace('-', '_'));
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
		TinyFishProperties bound = bind(ConfigurationPropertySource.from(new SystemEnvironmentPropertySource(
				"systemEnvironment",
				Map.of("TINYFISH_RUN_TIMEOUT", "1h", "TINYFISH_API_KEY", "sk-variable", "TINYFISH_TIMEOUT", "300"))));
		assertThat(bound.run().timeout()).isEqualTo(Duration.ofHours(1));
		assertThat(bound.apiKey()).isEqualTo("sk-variable");
		assertThat(bound.timeout()).isEqualTo(Duration.ofMillis(300));
	}

	private static Map<String, String> defaults() {
		return properties.stream()
			.filter((property) -> property.defaultValue().isPresent())
			.collect(Collectors.toMap(Property::name, (property) -> property.defaultValue().orElseThrow()));
	}

	private static TinyFishProperties bind(ConfigurationPropertySource source) {
		return new Binder(source).bindOrCreate("tinyfish", Bindable.of(TinyFishProperties.class));
	}

	private static Map<String, Object> settings(TinyFishProperties bean) {
		Map<String, Object> settings = new TreeMap<>();
		collectSettings("tinyfish.", bean, settings);
		return settings;
	}

	private static void collectSettings(String prefix, Object group, Map<String, Object> settings) {
		for (RecordComponent component : group.getClass().getRecordComponents()) {
			String name = prefix + DataObjectPropertyName.toDashedForm(component.getName());
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
