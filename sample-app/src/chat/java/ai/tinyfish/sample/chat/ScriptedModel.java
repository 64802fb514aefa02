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

package ai.tinyfish.sample.chat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.context.annotation.Fallback;
import org.springframework.stereotype.Component;

/**
 * Model that needs no key, used unless the application has another. It calls the tool
 * with the number in the question, calls it again as models do, and then answers with the
 * answer of the tool.
 */
@Component
@Fallback
public class ScriptedModel implements ChatModel {

	private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]*");

	@Override
	public ChatOptions getOptions() {
		return ToolCallingChatOptions.builder().build();
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		UserMessage question = prompt.getUserMessage();
		List<Message> messages = prompt.getInstructions();
		List<String> answers = messages.subList(messages.lastIndexOf(question) + 1, messages.size())
			.stream()
			.filter(ToolResponseMessage.class::isInstance)
			.map(ToolResponseMessage.class::cast)
			.flatMap((message) -> message.getResponses().stream())
			.map(ToolResponse::responseData)
			.toList();
		if (answers.isEmpty()) {
			return callTool("I ask the shop.", question.getText());
		}
		String last = answers.get(answers.size() - 1);
		if (!last.startsWith("{")) {
			return say("I have no answer. The tool says: " + last);
		}
		return (answers.size() == 1)
				? callTool("I ask again, like a model that has lost the answer.", question.getText())
				: say(answer(JsonMapper.shared().readTree(last)));
	}

	private static ChatResponse callTool(String thought, @Nullable String question) {
		Matcher number = NUMBER.matcher((question != null) ? question : "");
		String arguments = "{\"count\": " + (number.find() ? number.group() : "1") + "}";
		ToolCall call = new ToolCall("call-" + System.nanoTime(), "function", "shop_cheapest", arguments);
		return response(AssistantMessage.builder().content(thought).toolCalls(List.of(call)).build());
	}

	private static String answer(JsonNode answer) {
		String books = answer.path("content")
			.valueStream()
			.map((book) -> String.format(Locale.ROOT, "%s (%.2f %s)", book.path("name").asString(""),
					book.path("price").asDouble(0), book.path("currency").asString("")))
			.collect(Collectors.joining(", "));
		return books.isEmpty() ? "The shop names no book." : "The cheapest first: " + books + ".";
	}

	private static ChatResponse say(String answer) {
		return response(new AssistantMessage(answer));
	}

	private static ChatResponse response(AssistantMessage message) {
		return new ChatResponse(List.of(new Generation(message)));
	}

}
