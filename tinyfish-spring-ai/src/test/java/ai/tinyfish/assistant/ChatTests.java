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
package ai.tinyfish.assistant;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.ai.tools.ScriptedChatModel;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Import;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(properties = "spring.ai.model.chat=none")
@AutoConfigureTinyFishSimulator
@Import(ScriptedChatModel.class)
class ChatTests {

	@Autowired
	ChatClient chat;

	@Autowired
	ScriptedChatModel model;

	@Test
	void repeatedCallStartsNoSecondRun(TinyFishSimulator simulator) {
		simulator.given("cheapest",
				Scenario.completed(Map.of("items", List.of(new Shop.Book("Tea", BigDecimal.ONE, "GBP")))));
		this.model.calls("shop_cheapest", "{\"count\": 1}").calls("shop_cheapest", "{\"count\": 1}");
		assertThat(this.chat.prompt("What is the cheapest book?").call().content()).isEqualTo("Done");
		assertThat(this.model.heard()).hasSize(2)
			.allSatisfy((answer) -> assertThat(answer).contains("\"goal\":\"achieved\"", "Tea"));
		assertThat(simulator).hasStartedRuns(1);
	}

}
