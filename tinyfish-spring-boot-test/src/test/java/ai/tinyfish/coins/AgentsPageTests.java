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
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.resilience.retry.MethodRetryPredicate;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

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

	@Autowired
	private TinyFishClient client;

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
		assertThat(source("NothingStarted")).contains(part("class NothingStarted"));
	}

	@Test
	void callIsRepeatedOnlyIfNoRunMayExist() {
		MethodRetryPredicate predicate = new NothingStarted();
		Method count = ReflectionUtils.findMethod(ThriftyCoins.class, "count", String.class);
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "No subscription"), 1);
		TinyFishException refused = catchThrowableOfType(TinyFishException.class, this::submit);
		assertThat(predicate.shouldRetry(count, refused)).isTrue();
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.disconnect(), 1);
		TinyFishException lost = catchThrowableOfType(TinyFishException.class, this::submit);
		assertThat(predicate.shouldRetry(count, lost)).isFalse();
		assertThat(predicate.shouldRetry(count, new IllegalStateException("No key"))).isFalse();
	}

	@Test
	void refusedCallOfTheAgentIsRepeated() {
		this.simulator.given("sellers of", Scenario.completed(Map.of("value", 3)));
		this.simulator.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "No subscription"), 1);
		assertThat(this.coins.count("litecoin")).isEqualTo(3);
		assertThat(this.simulator.journal().submissions("<coin>litecoin</coin>")).hasSize(2);
	}

	private void submit() {
		this.client.agent().start(AgentRequest.of("https://coins.example", "Read it")).await();
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
