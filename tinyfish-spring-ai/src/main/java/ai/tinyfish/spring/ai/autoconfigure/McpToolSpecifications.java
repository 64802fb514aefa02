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

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.spring.ai.tools.TinyFishTool;
import ai.tinyfish.spring.ai.tools.TinyFishTool.Effect;
import ai.tinyfish.spring.ai.tools.ToolProgressListener;
import ai.tinyfish.support.LogText;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.McpSyncServerExchange;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ProgressNotification;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import io.modelcontextprotocol.spec.McpSchema.ToolAnnotations;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.mcp.McpToolUtils;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Tools as an MCP server serves them. Each session has its own ledger.
 */
final class McpToolSpecifications {

	private final McpSessions sessions;

	private final Duration maxWait;

	/**
	 * Create new specifications.
	 * @param sessions the sessions of the server
	 * @param maxWait the longest time that a call waits for the outcome of a run
	 */
	McpToolSpecifications(McpSessions sessions, Duration maxWait) {
		this.sessions = sessions;
		this.maxWait = maxWait;
	}

	/**
	 * Return the specification of a tool.
	 */
	SyncToolSpecification of(TinyFishTool tool) {
		ToolDefinition definition = tool.getToolDefinition();
		return SyncToolSpecification.builder()
			.tool(Tool.builder(definition.name(), McpJsonDefaults.getMapper(), definition.inputSchema())
				.description(definition.description())
				.annotations(annotations(tool.effect()))
				.build())
			.callHandler((exchange, request) -> call(tool, exchange, request))
			.build();
	}

	/**
	 * The hints as MCP defines them. An agent can do everything that a person can do in a
	 * browser, including irreversible actions, and a second call is billed again once the
	 * ledger has removed the first. Cancelling is idempotent and only affects runs of the
	 * session.
	 */
	private static ToolAnnotations annotations(Effect effect) {
		return ToolAnnotations.builder()
			.readOnlyHint(effect == Effect.READ)
			.destructiveHint(effect != Effect.READ)
			.idempotentHint(effect != Effect.RUN)
			.openWorldHint(effect != Effect.CANCEL)
			.build();
	}

	/**
	 * Call a tool.
	 * @return the result, or null if the client has hung up, so that the server sends
	 * nothing
	 */
	private @Nullable CallToolResult call(TinyFishTool tool, McpSyncServerExchange exchange, CallToolRequest request) {
		OpenCall call = new OpenCall(exchange, request.progressToken());
		Map<String, Object> context = new HashMap<>(
				this.sessions.ledger(exchange.sessionId()).toolContext(this.maxWait, call));
		context.put(McpToolUtils.TOOL_CONTEXT_MCP_EXCHANGE_KEY, exchange);
		CallToolResult.Builder result = CallToolResult.builder();
		try {
			Map<String, Object> arguments = Objects.requireNonNullElse(request.arguments(), Map.of());
			result
				.addTextContent(tool.call(JsonMapper.shared().writeValueAsString(arguments), new ToolContext(context)));
		}
		catch (ToolExecutionException ex) {
			result.addTextContent(String.valueOf(ex.getMessage())).isError(true);
		}
		catch (Error ex) {
			call.end();
			throw ex;
		}
		return call.end() ? result.build() : null;
	}

	/**
	 * Call whose client waits and receives the steps of its run. If the client has hung
	 * up, the SDK logs an error for each message and throws nothing. The first failure
	 * can be seen at the response, so that no second message is sent.
	 */
	private static final class OpenCall implements ToolProgressListener {

		private final McpSyncServerExchange exchange;

		private final @Nullable Object progressToken;

		private final @Nullable ServletRequestAttributes request;

		private int steps;

		private boolean ended;

		OpenCall(McpSyncServerExchange exchange, @Nullable Object progressToken) {
			this.exchange = exchange;
			this.progressToken = progressToken;
			this.request = (RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes current)
					? current : null;
		}

		@Override
		public synchronized void progress(ToolContext toolContext, RunContext run, ProgressEvent event) {
			if (this.progressToken != null && !this.ended && isConnected()) {
				this.exchange.progressNotification(ProgressNotification.builder(this.progressToken, ++this.steps)
					.message(LogText.of(event.purpose()))
					.build());
			}
		}

		/**
		 * End the call, after which no steps are sent.
		 * @return whether the client is still there, as far as is known
		 */
		synchronized boolean end() {
			this.ended = true;
			if (this.request != null && !isConnected()) {
				// necessary after a failure: otherwise the server would wait for it when
				// it stops
				this.request.getRequest().getAsyncContext().complete();
				return false;
			}
			return true;
		}

		private boolean isConnected() {
			HttpServletResponse response = (this.request != null) ? this.request.getResponse() : null;
			try {
				if (response != null) {
					response.flushBuffer();
				}
				return true;
			}
			catch (IOException ex) {
				return false;
			}
		}

	}

}
