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

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.ai.retrieval.TinyFishDocumentRetriever;
import ai.tinyfish.spring.ai.tools.ScriptedChatModel;
import ai.tinyfish.spring.ai.tools.TinyFishRunsAdvisor;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import dev.langchain4j.web.search.WebSearchEngine;
import dev.langchain4j.web.search.WebSearchInformationResult;
import dev.langchain4j.web.search.WebSearchOrganicResult;
import dev.langchain4j.web.search.WebSearchResults;
import dev.langchain4j.web.search.WebSearchTool;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.skyscreamer.jsonassert.JSONAssert;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.advisor.MessageChatMemoryAdvisor;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.memory.MessageWindowChatMemory;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.rag.advisor.RetrievalAugmentationAdvisor;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The other code of the page about language models. The chat models are those of the
 * tests.
 */
@SpringBootTest(properties = { "spring.ai.model.chat=none", "tinyfish.tools.allowed-hosts=shop.example" })
@AutoConfigureTinyFishSimulator
@Import(ScriptedChatModel.class)
@ExtendWith(OutputCaptureExtension.class)
class PageSnippetTests {

	private static final Scenario TEA = Scenario
		.completed(Map.of("items", List.of(new Shop.Book("Tea", BigDecimal.ONE, "GBP"))));

	private final String page = Files.readString(Path.of("../docs/language-models.md"));

	@Autowired
	private TinyFishTools tools;

	@Autowired
	private TinyFishClient client;

	PageSnippetTests() throws IOException {
	}

	@Test
	void conversationHasALimitAndItsStepsAreShown(TinyFishSimulator simulator, CapturedOutput output) {
		simulator.given("cheapest",
				Scenario.builder()
					.steps("Sort by price")
					.result(Map.of("items", List.of(Map.of("name", "Tea"))))
					.build());
		ScriptedChatModel model = new ScriptedChatModel();
		IntStream.range(1, 5).forEach((count) -> model.calls("shop_cheapest", "{\"count\": " + count + "}"));
		ChatClient chat = ChatClient.builder(model)
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(3))
			.defaultTools(this.tools.agents(Shop.class))
			.build();
		String answer = chat.prompt("What are the three cheapest books?")
			.advisors((advisor) -> advisor.param(ChatMemory.CONVERSATION_ID, "anna"))
			.toolContext(Map.of("user", "anna"))
			.call()
			.content();
		assertThat(answer).isEqualTo("Done");
		assertThat(simulator).hasStartedRuns(3);
		assertThat(model.heard()).hasSize(4);
		assertThat(this.page).contains(line(model.heard().get(3)));
		await().until(() -> output.getOut()
			.lines()
			.anyMatch((line) -> line.startsWith("anna: ProgressEvent[") && line.contains("purpose=Sort by price")));
	}

	@Test
	void answerIsTheOneOfThePage() {
		String json = this.page.substring(this.page.indexOf("```json\n") + 8);
		assertThat(call("shop_cheapest", "{\"count\": 1}"))
			.satisfies((answer) -> JSONAssert.assertEquals(json.substring(0, json.indexOf("```")),
					answer.replaceFirst("(?<=\"run_id\":\")[^\"]+", "run-1"), true));
	}

	@Test
	void pageHasTheAnswersThatTheModelReceives(TinyFishSimulator simulator) {
		simulator.given("captcha", Scenario.completed(Map.of("status", "failure", "reason", "A captcha")));
		simulator.given("free", Scenario.completed(Map.of("price", 1)));
		simulator.given("long", Scenario.builder().neverEnds().build());
		assertThat(this.page).contains(line(text("goal", call("web_agent", goal("captcha"))))
				+ line(text("goal", call("web_agent", goal("free"))))
				+ line(text("next", call("web_agent_start", goal("long")))));
	}

	@Test
	void pageHasTheTextThatTheModelReceivesWithoutALimit() {
		assertThatExceptionOfType(ToolExecutionException.class).isThrownBy(() -> this.tools.agent().call(goal("free")))
			.satisfies((ex) -> assertThat(this.page).contains(line(ex.getMessage())));
	}

	private String call(String tool, String arguments) {
		ScriptedChatModel model = new ScriptedChatModel().calls(tool, arguments);
		ChatClient.builder(model)
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(1))
			.defaultTools(this.tools.agents(Shop.class), this.tools.agent(), this.tools.agentInBackground())
			.build()
			.prompt("Call the tool")
			.call()
			.content();
		return model.heard().get(0);
	}

	private static String goal(String goal) {
		return "{\"url\": \"https://shop.example\", \"goal\": \"%s\"}".formatted(goal);
	}

	private static String text(String name, String answer) {
		return JsonMapper.shared().readTree(answer).path(name).stringValue("");
	}

	private static String line(String text) {
		return text + "\n";
	}

	@Test
	void memoryKeepsQuestionsAndAnswers(TinyFishSimulator simulator) {
		simulator.given("cheapest", TEA);
		TinyFishTools tools = this.tools;
		AnsweringModel model = new AnsweringModel("Tea");
		ChatClient.Builder builder = ChatClient.builder(model).defaultAdvisors(TinyFishRunsAdvisor.maxRuns(3));
		ChatClient chat = builder
			.defaultAdvisors(MessageChatMemoryAdvisor.builder(MessageWindowChatMemory.builder().build()).build())
			.defaultTools(tools.agents(Shop.class))
			.build();
		for (String question : List.of("What is the cheapest book?", "And what did I ask?")) {
			chat.prompt(question)
				.advisors((advisor) -> advisor.param(ChatMemory.CONVERSATION_ID, "berta"))
				.call()
				.content();
		}
		assertThat(model.prompts.get(2).getInstructions()).extracting(Message::getText)
			.containsExactly("What is the cheapest book?", "Tea", "And what did I ask?");
		assertThat(simulator).hasStartedRuns(1);
	}

	@Test
	void lastAnswerBecomesAType(TinyFishSimulator simulator) {
		ChatClient chat = ChatClient
			.builder(new AnsweringModel("{\"name\": \"Tea\", \"price\": 1.5, \"currency\": \"GBP\"}"))
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(3))
			.defaultTools(this.tools.agents(Shop.class))
			.build();
		Shop.Book book = chat.prompt("What is the cheapest book?").call().entity(Shop.Book.class);
		assertThat(book).isEqualTo(new Shop.Book("Tea", new BigDecimal("1.5"), "GBP"));
		assertThat(simulator).hasStartedRuns(1);
	}

	@Test
	void answerAndFailureOfADirectToolAreTheContent(TinyFishSimulator simulator) {
		simulator.given("cheapest", TEA, Scenario.failed("SITE_BLOCKED", "No"));
		ScriptedChatModel model = new ScriptedChatModel().calls("shop_cheapest", "{\"count\": 1}")
			.calls("shop_cheapest", "{\"count\": 2}");
		ChatClient chat = ChatClient.builder(model)
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(3))
			.defaultTools(this.tools.agents(Shop.class).stream().map(DirectTool::new).toList())
			.build();
		assertThat(chat.prompt("What is the cheapest book?").call().content()).startsWith("{\"run_id\":")
			.contains("Tea");
		assertThat(chat.prompt("And the two cheapest?").call().content()).contains("failed: \"SITE_BLOCKED: No\"");
		assertThat(model.heard()).isEmpty();
	}

	@Test
	void callIsSentOnceItsUserHasConfirmedIt(TinyFishSimulator simulator) {
		simulator.given("cheapest", TEA);
		Confirmations confirmations = new Confirmations();
		ScriptedChatModel model = new ScriptedChatModel();
		IntStream.range(0, 3).forEach((call) -> model.calls("shop_cheapest", "{\"count\": 1}"));
		ChatClient chat = ChatClient.builder(model)
			.defaultAdvisors(TinyFishRunsAdvisor.maxRuns(3))
			.defaultTools(new ConfirmedTool(this.tools.agents(Shop.class).get(0), confirmations))
			.build();
		ask(chat, "carla");
		assertThat(model.heard()).hasSize(3)
			.allMatch((answer) -> answer.startsWith("Nothing was sent: the user is asked"));
		assertThat(simulator).hasStartedRuns(0);
		assertThat(confirmations.asked("carla")).isEqualTo("shop_cheapest {\"count\": 1}");
		confirmations.confirm("carla", "shop_cheapest {\"count\": 1}");
		model.calls("shop_cheapest", "{\"count\": 2}").calls("shop_cheapest", "{\"count\": 1}");
		ask(chat, "carla");
		assertThat(model.heard().get(3)).startsWith("Nothing was sent");
		assertThat(model.heard().get(4)).contains("Tea");
		assertThat(simulator).hasStartedRuns(1);
	}

	private static void ask(ChatClient chat, String user) {
		chat.prompt("What is the cheapest book?").toolContext(Map.of("user", user)).call().content();
	}

	@Test
	void answerRestsOnPagesOfTheWeb() {
		ChatModel model = (prompt) -> new ChatResponse(
				List.of(new Generation(new AssistantMessage("I received: " + prompt.getContents()))));
		ChatClient chat = ChatClient.builder(model)
			.defaultAdvisors(RetrievalAugmentationAdvisor.builder()
				.documentRetriever(TinyFishDocumentRetriever.of(this.client, 3))
				.build())
			.build();
		assertThat(chat.prompt("tea pots").call().chatClientResponse()).satisfies((response) -> {
			assertThat(response.chatResponse().getResult().getOutput().getText())
				.contains("# A simulated page of encyclopedia.example", "# A simulated page of news.example");
			assertThat(response.context().get(RetrievalAugmentationAdvisor.DOCUMENT_CONTEXT))
				.asInstanceOf(InstanceOfAssertFactories.LIST)
				.hasSize(3);
		});
	}

	@Test
	void langChainSearchesTheWeb() {
		TinyFishClient client = this.client;
		WebSearchEngine engine = (request) -> WebSearchResults
			.from(WebSearchInformationResult.from(10L), client.search()
				.query(request.searchTerms())
				.results()
				.stream()
				.filter((page) -> page.title() != null)
				.map((page) -> WebSearchOrganicResult.from(page.title(), URI.create(page.url()), page.snippet(), null))
				.toList());
		assertThat(WebSearchTool.from(engine).searchWeb("tea pots")).contains("https://encyclopedia.example/tea-pots-1",
				"A simulated result for tea pots");
	}

	/**
	 * A model that calls a tool, and answers then.
	 */
	private static final class AnsweringModel implements ChatModel {

		private final ScriptedChatModel script = new ScriptedChatModel().calls("shop_cheapest", "{\"count\": 1}");

		private final List<Prompt> prompts = new ArrayList<>();

		private final String answer;

		private AnsweringModel(String answer) {
			this.answer = answer;
		}

		@Override
		public ChatResponse call(Prompt prompt) {
			this.prompts.add(prompt);
			ChatResponse response = this.script.call(prompt);
			return response.hasToolCalls() ? response
					: new ChatResponse(List.of(new Generation(new AssistantMessage(this.answer))));
		}

		@Override
		public ToolCallingChatOptions getOptions() {
			return this.script.getOptions();
		}

	}

}
