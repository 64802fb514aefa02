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

package ai.tinyfish.recipes;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The list of products of the recipes.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "tinyfish.durable.interval=200ms")
@AutoConfigureTinyFishSimulator
class ProductListTests {

	/** More than are sent in one call and listed on one page. */
	private static final List<String> URLS = IntStream.range(0, 120)
		.mapToObj((number) -> "https://shop.example/" + number)
		.toList();

	@Autowired
	private ProductList products;

	@Test
	void eachUrlIsARowAndIsPaidOnce(TinyFishSimulator simulator) {
		simulator.given((request) -> Scenario.completed(Map.of("name", "Tea", "price", 9.99)));
		simulator.given((request) -> request.url().endsWith("/17")
				? Scenario.completed(Map.of("name", "Tea;\"\ufeff=HYPERLINK(\"https://evil.example\")", "price", -1))
				: null);
		simulator.given((request) -> request.url().endsWith("/18") ? Scenario.failed("SITE_BLOCKED", "@denied") : null);
		simulator.given((request) -> request.url().endsWith("/19")
				? Scenario.completed(Map.of("status", "failure", "reason", "A captcha")) : null);
		this.products.submit("job-1", URLS);
		this.products.submit("job-1", URLS);
		assertThat(csv("job-1", false)).startsWith("\"url\",\"name\",\"price\",\"problem\"\r\n");
		String csv = Awaitility.await()
			.atMost(Duration.ofMinutes(1))
			.until(() -> csv("job-1", true), (text) -> text != null);
		assertThat(csv.split("\r\n")).hasSize(121)
			.contains("\"https://shop.example/16\",\"Tea\",\"9.99\",\"\"",
					"\"https://shop.example/17\",\"Tea;'\"\"\ufeff=HYPERLINK(\"\"https://evil.example\"\")\",\"'-1\",\"\"",
					"\"https://shop.example/18\",\"\",\"\",\"'@denied\"",
					"\"https://shop.example/19\",\"\",\"\",\"MISSED\"");
		assertThat(simulator).hasStartedRuns(120);
	}

	private String csv(String job, boolean complete) {
		StringWriter csv = new StringWriter();
		try {
			int open = this.products.write(job, csv);
			return (complete && open != 0) ? null : csv.toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	@Import(ProductList.class)
	static class Application {

	}

}
