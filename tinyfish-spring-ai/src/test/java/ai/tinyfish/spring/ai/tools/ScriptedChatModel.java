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

package ai.tinyfish.spring.ai.tools;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;

/**
 * Chat model that calls the tools of a script, one in each turn, and then says "Done".
 */
public final class ScriptedChatModel implements ChatModel {

	private final Queue<ToolCall> script = new ConcurrentLinkedQueue<>();

	private final List<String> heard = new CopyOnWriteArrayList<>();

	public ScriptedChatModel calls(String tool, String arguments) {
		this.script.add(new ToolCall("call-" + System.nanoTime(), "function", tool, arguments));
		return this;
	}

	public List<String> heard() {
		return this.heard;
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		if (prompt.getLastUserOrToolResponseMessage() instanceof ToolResponseMessage answers) {
			answers.getResponses().forEach((answer) -> this.heard.add(answer.responseData()));
		}
		ToolCall next = this.script.poll();
		return new ChatResponse(List.of(new Generation((next != null)
				? AssistantMessage.builder().toolCalls(List.of(next)).build() : new AssistantMessage("Done"))));
	}

	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Mono.fromCallable(() -> call(prompt)).flux();
	}

	@Override
	public ToolCallingChatOptions getOptions() {
		return ToolCallingChatOptions.builder().build();
	}

}
