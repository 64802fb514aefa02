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

package ai.tinyfish.spring.ai.autoconfigure;

import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.ai.tools.ScriptedChatModel;
import ai.tinyfish.spring.ai.tools.TinyFishRunsAdvisor;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import ai.tinyfish.spring.ai.tools.ToolFixture;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.ToolCallbackProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

class TinyFishToolsAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class, TinyFishToolsAutoConfiguration.class))
		.withPropertyValues("tinyfish.api-key=sk-tinyfish-test");

	@Test
	void noBeanIsATool() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(TinyFishTools.class)
			.doesNotHaveBean(ToolCallback.class)
			.doesNotHaveBean(ToolCallbackProvider.class));
	}

	@Test
	void toolsAreAbsentWithoutSpringAiAndWithoutAClient() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.springframework.ai"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("tinyFishTools"));
		this.contextRunner.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TinyFishTools.class));
		this.contextRunner.withClassLoader(new FilteredClassLoader(ChatClient.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(TinyFishTools.class));
	}

	@Test
	void chatClientsOfTheApplicationAreLimited() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			this.contextRunner
				.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(),
						"tinyfish.api-key=" + simulator.apiKey(), "tinyfish.tools.allowed-hosts=shop.example",
						"tinyfish.tools.max-runs=0")
				.run((context) -> {
					ScriptedChatModel model = new ScriptedChatModel().calls("web_agent",
							"{\"url\": \"https://shop.example/\", \"goal\": \"price\"}");
					ChatClient.Builder builder = ChatClient.builder(model);
					context.getBean(ChatClientBuilderCustomizer.class).customize(builder);
					builder.defaultTools(context.getBean(TinyFishTools.class).agent())
						.build()
						.prompt("Price?")
						.call()
						.content();
					assertThat(model.heard()).singleElement()
						.asString()
						.startsWith("Refused, nothing was sent: this conversation has started 0 of 0 runs");
				});
		}
	}

	@Test
	void advisorOfTheApplicationDecidesBesideTheAutoConfiguredOne() {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			this.contextRunner
				.withPropertyValues("tinyfish.base-url=" + simulator.baseUrl(),
						"tinyfish.api-key=" + simulator.apiKey(), "tinyfish.tools.allowed-hosts=shop.example")
				.run((context) -> {
					ScriptedChatModel model = new ScriptedChatModel();
					for (int i = 0; i < 3; i++) {
						model.calls("web_agent", "{\"url\": \"https://shop.example/\", \"goal\": \"price " + i + "\"}");
					}
					ChatClient.Builder builder = ChatClient.builder(model);
					context.getBean(ChatClientBuilderCustomizer.class).customize(builder);
					builder.defaultTools(context.getBean(TinyFishTools.class).agent())
						.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(1))
						.build()
						.prompt("Price?")
						.call()
						.content();
					assertThat(simulator.journal().runsCreated()).isOne();
				});
		}
	}

	@Test
	void clientIsFoundWhenAToolIsCalled() {
		this.contextRunner.withBean("one", TinyFishClient.class, () -> TinyFishClient.builder().apiKey("one").build())
			.withBean("two", TinyFishClient.class, () -> TinyFishClient.builder().apiKey("two").build())
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(TinyFishTools.class));
	}

	@Test
	void hostsOfTheApplicationApplyToTools() {
		this.contextRunner.withPropertyValues("tinyfish.allowed-hosts=shop.example").run((context) -> {
			ToolCallback tool = context.getBean(TinyFishTools.class).agent();
			assertThat(ToolFixture.failure(tool, Map.of("url", "https://evil.example/", "goal", "x"),
					new ToolContext(Map.of())))
				.contains("at one of these hosts: shop.example.");
		});
		this.contextRunner
			.withPropertyValues("tinyfish.allowed-hosts=*.shop.example",
					"tinyfish.tools.allowed-hosts=www.shop.example,other.example")
			.run((context) -> {
				ToolCallback tool = context.getBean(TinyFishTools.class).agent();
				for (String url : List.of("https://other.example/", "https://de.shop.example/")) {
					assertThat(ToolFixture.failure(tool, Map.of("url", url, "goal", "x"), new ToolContext(Map.of())))
						.contains(
								"at one of these hosts: www.shop.example, other.example (and also of these: *.shop.example).");
				}
			});
	}

	@ParameterizedTest
	@CsvSource({ "max-runs=-1, max-runs must not be negative", "run-timeout=0s, run-timeout must be positive",
			"max-result-size=0B, max-result-size must be 1 byte or more",
			"mcp.max-wait=0s, mcp.max-wait must be positive",
			"allowed-hosts=https://shop.example/, entry 1 of tinyfish.tools.allowed-hosts must be a host such as" })
	void invalidPropertyIsNamed(String property, String problem) {
		this.contextRunner.withPropertyValues("tinyfish.tools." + property)
			.run((context) -> assertThat(context).getFailure().rootCause().hasMessageContaining(problem));
	}

}
