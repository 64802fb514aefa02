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

package ai.tinyfish.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.event.EventListener;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Does what the test of webhooks in docs/testing.md does, in an application that receives
 * webhooks.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.simulator.enabled=true", "tinyfish.webhook.enabled=true",
				"tinyfish.webhook.secret=s3cret-of-the-sample", "tinyfish.webhook.url=https://sample.example" })
@DirtiesContext
class WebhookPageTests {

	@Autowired
	private TinyFishClient tinyFish;

	@Autowired
	private TinyFishSimulator simulator;

	@Autowired
	private Endings endings;

	@Test
	void runThatIsLeftAloneIsHeardOf() {
		this.simulator.given("price", Scenario.completed(Map.of("price", 64)));
		String runId = this.tinyFish.agent()
			.queue(AgentRequest.of("https://shop.example.com", "Read the price"))
			.runId();
		await().until(() -> this.simulator.journal().webhooks(runId).stream().anyMatch(WebhookDelivery::taken));
		await().until(() -> this.endings.prices.equals(List.of(64)));
	}

	@Test
	void pageHasTheSameTest() throws IOException {
		String test = Files.readString(Path.of("src/test/java/ai/tinyfish/sample/WebhookPageTests.java"));
		String page = Files.readString(Path.of("../docs/testing.md"));
		String body = page.substring(page.indexOf("void runThatIsLeftAloneIsHeardOf()"), page.indexOf("// then wait"));
		assertThat(normalize(test)).contains(normalize(body));
	}

	private static String normalize(String code) {
		return code.replace("this.", "").replaceAll("\\s+", "");
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Endings {

		private final List<Object> prices = new CopyOnWriteArrayList<>();

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			Object price = event.getRun().result().toMap().get("price");
			if (price != null) {
				this.prices.add(price);
			}
		}

	}

}
