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

import java.util.ArrayList;
import java.util.List;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.AssistantMessage.ToolCall;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.messages.UserMessage;

/**
 * Advisor that remembers which tools the model calls for one question, and their answers.
 */
public class ToolCalls implements CallAdvisor {

	private List<Message> messages = List.of();

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		this.messages = request.prompt().getInstructions();
		return chain.nextCall(request);
	}

	/**
	 * Return the calls so far.
	 */
	public List<Call> calls() {
		List<Call> calls = new ArrayList<>();
		AssistantMessage model = new AssistantMessage("");
		for (Message message : this.messages) {
			if (message instanceof UserMessage) {
				calls.clear();
			}
			else if (message instanceof AssistantMessage assistant) {
				model = assistant;
			}
			else if (message instanceof ToolResponseMessage tools) {
				for (ToolResponse response : tools.getResponses()) {
					calls.add(Call.of(model, response));
				}
			}
		}
		return calls;
	}

	@Override
	public String getName() {
		return "ToolCalls";
	}

	/**
	 * After the advisor that calls the tools, so that each request to the model is seen.
	 */
	@Override
	public int getOrder() {
		return 0;
	}

	/**
	 * A call of a tool.
	 *
	 * @param thought the words of the model that came with it
	 * @param tool the name of the tool
	 * @param arguments the arguments as JSON
	 * @param response the text that the model received
	 */
	public record Call(String thought, String tool, String arguments, String response) {

		private static Call of(AssistantMessage model, ToolResponse response) {
			String thought = model.getText();
			String arguments = model.getToolCalls()
				.stream()
				.filter((call) -> call.id().equals(response.id()))
				.map(ToolCall::arguments)
				.findFirst()
				.orElse("");
			return new Call((thought != null) ? thought : "", response.name(), arguments, response.responseData());
		}

	}

}
