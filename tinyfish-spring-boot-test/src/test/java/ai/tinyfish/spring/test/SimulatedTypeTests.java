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

package ai.tinyfish.spring.test;

import java.lang.reflect.Type;
import java.net.URI;
import java.net.URL;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TimeZone;
import java.util.UUID;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Typed runs without a scenario have a value, for types that a schema has no form for
 * too.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureTinyFishSimulator
class SimulatedTypeTests {

	@Autowired
	TinyFishClient client;

	@Autowired
	ReactiveTinyFishClient reactiveClient;

	static Stream<Arguments> types() {
		return Stream.of(arguments("Read the order", Attributes.class), arguments("Read the order", Identified.class),
				arguments("Read the shop", Addresses.class), arguments("Read the price", Paid.class),
				arguments("Read the shop", Times.class), arguments("Read the shop", Places.class),
				arguments("Read the school", Graded.class), arguments("What is the id of the order?", UUID.class),
				arguments("At which time does the shop open?", LocalTime.class),
				arguments("What is the website of the shop?", URI.class),
				arguments("Which currency does the shop use?", Currency.class),
				arguments("With which letter does the name of the shop begin? Only the letter", Text.class),
				arguments("Read the attributes", new ParameterizedTypeReference<Map<String, Object>>() {
				}.getType()), arguments("Count the books", new ParameterizedTypeReference<Map<String, Integer>>() {
				}.getType()), arguments("Count the books", new ParameterizedTypeReference<Map<String, String>>() {
				}.getType()), arguments("List the id of each order", new ParameterizedTypeReference<List<UUID>>() {
				}.getType()), arguments("Which letter is it?", char.class));
	}

	@ParameterizedTest
	@MethodSource("types")
	void valueIsMadeUp(String goal, Type type) {
		AgentRequest request = AgentRequest.of("https://shop.example/", goal);
		ParameterizedTypeReference<Object> reference = ParameterizedTypeReference.forType(type);
		Object value = this.client.agent().run(request, reference).value();
		assertThat(value).isNotNull();
		assertThat(this.reactiveClient.agent().run(request, reference).block().value()).isEqualTo(value);
	}

	record Attributes(Map<String, String> attributes, Map<String, List<Text>> texts) {
	}

	record Identified(UUID id, Optional<UUID> orderUuid, List<UUID> bookIds) {
	}

	record Addresses(URI website, URL imageUrl, URI link) {
	}

	record Paid(Currency currency, Currency paidInCurrency) {
	}

	record Times(LocalTime opensAt, LocalTime closingTime, LocalDateTime updatedAt, LocalDate since, YearMonth month) {
	}

	record Places(ZoneId zone, TimeZone timeZone, Locale locale) {
	}

	record Graded(char grade, Character initial) {
	}

	record Text(String text) {
	}

}
