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

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.core.Ordered;
import org.springframework.util.Assert;
import org.springframework.util.CollectionUtils;

/**
 * Advisor that limits the number of runs that the tools of a conversation may start. The
 * parameter {@link ChatMemory#CONVERSATION_ID} of the advisors names the conversation.
 * Without it, each call of the chat client is a conversation. The count begins again
 * after an hour without a call or if there are 10,000 newer conversations, unless a run
 * is in progress. It also begins again if the application restarts.
 *
 * @since 0.1.0
 */
public final class TinyFishRunsAdvisor implements CallAdvisor, StreamAdvisor {

	/** Before any advisor that calls tools. */
	private static final int ORDER = Ordered.HIGHEST_PRECEDENCE;

	private final RunLedgers ledgers;

	private TinyFishRunsAdvisor(int maxRuns) {
		this.ledgers = new RunLedgers(maxRuns);
	}

	/**
	 * Create an advisor.
	 * @param maxRuns the number of runs that a conversation may start
	 * @return the advisor
	 * @throws IllegalArgumentException if the number is negative
	 */
	public static TinyFishRunsAdvisor maxRuns(int maxRuns) {
		Assert.isTrue(maxRuns >= 0, "maxRuns must not be negative");
		return new TinyFishRunsAdvisor(maxRuns);
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		return chain.nextCall(withLedger(request));
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return Flux.defer(() -> chain.nextStream(withLedger(request)));
	}

	/**
	 * Return the context entries of a tool call, for callers that call tools without a
	 * chat client.
	 * @param conversationId the conversation, or null for a new one
	 * @return entries for a {@link org.springframework.ai.chat.model.ToolContext}
	 */
	public Map<String, Object> toolContext(@Nullable String conversationId) {
		return Map.of(RunLedger.KEY,
				(conversationId != null) ? this.ledgers.get(conversationId) : this.ledgers.create());
	}

	/**
	 * If an advisor was called before, such as one of the application before the
	 * auto-configured one, its limit applies. Our tools may be wrapped in others.
	 */
	private ChatClientRequest withLedger(ChatClientRequest request) {
		if (!(request.prompt().getOptions() instanceof ToolCallingChatOptions options)
				|| CollectionUtils.isEmpty(options.getToolCallbacks())) {
			return request;
		}
		Object conversation = request.context().get(ChatMemory.CONVERSATION_ID);
		Map<String, Object> context = new HashMap<>(
				toolContext((conversation != null) ? conversation.toString() : null));
		if (options.getToolContext() != null) {
			context.putAll(options.getToolContext());
		}
		return request.mutate()
			.prompt(request.prompt().mutate().chatOptions(options.mutate().toolContext(context).build()).build())
			.build();
	}

	@Override
	public String getName() {
		return "TinyFishRunsAdvisor";
	}

	@Override
	public int getOrder() {
		return ORDER;
	}

}
