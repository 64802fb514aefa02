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

package ai.tinyfish.coins;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares docs/agents.md with the agent whose prices are cached.
 */
@SpringBootTest(properties = "tinyfish.simulator.enabled=true")
class AgentsPageTests {

	private static final Path SOURCES = Path.of("src/test/java/ai/tinyfish/coins");

	private final String page = Files.readString(Path.of("../docs/agents.md"));

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private ThriftyCoins coins;

	AgentsPageTests() throws IOException {
	}

	@Test
	void goalHasTheFormThatThePageShows() {
		this.coins.price("Bitcoin", "EUR");
		assertThat(this.simulator.journal().runs())
			.anySatisfy((run) -> assertThat(this.page).contains("```\n" + run.request().goal() + "\n```"));
	}

	@Test
	void pageHasTheSameAgentAndConfiguration() throws IOException {
		assertThat(source("ThriftyCoins")).contains(part("interface ThriftyCoins"));
		assertThat(source("ThriftyConfiguration")).contains(part("class ThriftyConfiguration"));
	}

	private String part(String from) {
		int start = this.page.indexOf(from);
		assertThat(start).as(from).isNotNegative();
		return normalize(this.page.substring(start, this.page.indexOf("\n}\n", start)));
	}

	private static String source(String type) throws IOException {
		return normalize(Files.readString(SOURCES.resolve(type + ".java")));
	}

	private static String normalize(String code) {
		return code.replaceAll("\\s+", "");
	}

}
