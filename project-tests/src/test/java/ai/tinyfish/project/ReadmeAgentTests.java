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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The agent that the README begins with: its calls give what the README shows.
 */
class ReadmeAgentTests {

	@Test
	void agentIsThatOfTheReadme() throws IOException {
		String test = Files.readString(Path.of("src/test/java/ai/tinyfish/project/ReadmeAgentTests.java"));
		assertThat(declaration(test)).contains(declaration(shown()));
	}

	@Test
	void outputIsThatOfTheReadme() throws IOException {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				TinyFishClient client = TinyFishClient.builder()
					.baseUrl(simulator.baseUrl())
					.apiKey(simulator.apiKey())
					.build()) {
			call(WebAgents.create(Shop.class, client), client, new PrintStream(output, true, StandardCharsets.UTF_8));
		}
		assertThat(Documents.blocks(Documents.README, "text"))
			.containsExactly(output.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"));
	}

	@Test
	void callsAreThoseOfTheReadme() throws IOException {
		String test = Files.readString(Path.of("src/test/java/ai/tinyfish/project/ReadmeAgentTests.java"));
		String calls = declaration(Documents.blocks(Documents.README, "java").get(1));
		assertThat(declaration(test)).contains(calls.replace("System.out", "out"));
	}

	@Test
	void agentIsThatOfTheSample() throws IOException {
		String sample = Files
			.readString(Documents.ROOT.resolve("sample-app/src/main/java/ai/tinyfish/sample/Shop.java"));
		// public for the page, which is in another package
		assertThat(declaration(sample))
			.isEqualTo(declaration(shown()).replace("interface Shop", "public interface Shop"));
	}

	private static void call(Shop shop, TinyFishClient client, PrintStream out) {
		shop.cheapest(3).forEach(out::println);
		AgentRequest request = AgentRequest.of("https://books.toscrape.com", "What does the cheapest book cost?");
		TypedRun<BigDecimal> price = client.agent().run(request, BigDecimal.class);
		out.println(price.run().status() + ": " + price.value());
	}

	private static String shown() throws IOException {
		return Documents.blocks(Documents.README, "java").get(0);
	}

	/**
	 * Return a declaration without indentation, license, package, imports and Javadoc.
	 */
	private static String declaration(String source) {
		return source.replaceAll("(?s)/\\*.*?\\*/", "")
			.replaceAll("(?m)^(package|import) .*$", "")
			.replaceAll("\\s+", " ")
			.strip();
	}

	@WebAgent(url = "https://books.toscrape.com")
	interface Shop {

		@Goal("List the {count} cheapest books")
		List<Product> cheapest(int count);

		record Product(String name, BigDecimal price, String currency, boolean inStock) {

		}

	}

}
