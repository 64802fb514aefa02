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

package ai.tinyfish.spring.ai;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import ai.tinyfish.WebAgents;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgentMethod;

import org.springframework.ai.tool.ToolCallback;

/**
 * Tools for language models. They are no tools of a chat, and not served by an MCP
 * server, before an application names them, such as in
 * {@code ChatClient.Builder.defaultTools(...)} or {@link TinyFishMcpTools}.
 * <p>
 * A tool answers with the outcome of its run, and with the content as JSON. Failures are
 * {@link org.springframework.ai.tool.execution.ToolExecutionException}s whose text says
 * to the model whether something was sent or billed. A conversation may start a limited
 * number of runs ({@link TinyFishRunsAdvisor}), and an equal call is answered with the
 * run of the first one, as long as that has not ended and for ten minutes after. If the
 * thread of a call is interrupted, as when the {@code Flux} of a chat is disposed, its
 * run is cancelled.
 */
public final class TinyFishTools {

	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

	private final RunTools tools;

	private final ToolHosts hosts;

	private final WebAgents agents;

	TinyFishTools(RunTools tools, ToolHosts hosts, WebAgents agents) {
		this.tools = tools;
		this.hosts = hosts;
		this.agents = agents;
	}

	/**
	 * Return a tool that searches the web: {@code web_search}.
	 * @return the tool
	 */
	public ToolCallback search() {
		return new SearchTool(this.tools);
	}

	/**
	 * Return a tool that reads a page of the web as Markdown: {@code web_fetch}.
	 * @return the tool
	 * @throws IllegalStateException if no hosts are allowed, by
	 * {@code tinyfish.tools.allowed-hosts} or {@code tinyfish.allowed-hosts}
	 */
	public ToolCallback fetch() {
		return withUrl(new FetchTool(this.tools, this.hosts));
	}

	/**
	 * Return a tool that starts a run with a URL and a goal from the model, and waits for
	 * its outcome: {@code web_agent}. If the goal is known, {@link #agents} leaves less
	 * to the model.
	 * @return the tool
	 * @throws IllegalStateException if no hosts are allowed, by
	 * {@code tinyfish.tools.allowed-hosts} or {@code tinyfish.allowed-hosts}
	 */
	public ToolCallback agent() {
		return withUrl(new AgentTool(this.tools, this.hosts, true));
	}

	/**
	 * Return tools for callers that cannot wait for a run: {@code web_agent_start} starts
	 * one, {@code web_agent_status} asks for its outcome, and {@code web_agent_cancel}
	 * cancels it.
	 * @return the tools
	 * @throws IllegalStateException if no hosts are allowed, by
	 * {@code tinyfish.tools.allowed-hosts} or {@code tinyfish.allowed-hosts}
	 */
	public List<ToolCallback> agentInBackground() {
		List<ToolCallback> tools = new ArrayList<>(runs());
		tools.add(0, withUrl(new AgentTool(this.tools, this.hosts, false)));
		return tools;
	}

	/**
	 * Return the tools for runs that other tools have started: {@code web_agent_status}
	 * asks for the outcome, and {@code web_agent_cancel} cancels the run. They are a part
	 * of {@link #agentInBackground()}.
	 * @return the tools
	 */
	public List<ToolCallback> runs() {
		return List.of(new RunTool(this.tools, TinyFishTool.Effect.READ),
				new RunTool(this.tools, TinyFishTool.Effect.CANCEL));
	}

	/**
	 * Return a tool for each method of an agent interface, such as {@code shop_cheapest}
	 * for {@code Shop.cheapest}. Its parameters are the template variables and the start
	 * URL, its description is the goal.
	 * {@link org.springframework.ai.tool.annotation.Tool} and
	 * {@link org.springframework.ai.tool.annotation.ToolParam} override names and
	 * descriptions; their other attributes have no effect. A method that returns a
	 * {@code RunHandle} or {@code QueuedRun} starts a run and does not wait for the
	 * outcome. All of them are run by the client that is injected without a qualifier.
	 * @param type the interface
	 * @return the tools
	 * @throws InvalidWebAgentException if the interface is not valid, a method returns a
	 * {@code Mono} or {@code Flux}, or two methods have the same name
	 * @throws IllegalStateException if a method has a parameter for the start URL, and no
	 * hosts are allowed
	 */
	public List<ToolCallback> agents(Class<?> type) {
		List<ToolCallback> tools = new ArrayList<>();
		Set<String> names = new HashSet<>();
		for (WebAgentMethod method : this.agents.describe(type)) {
			TinyFishTool tool = AgentMethodTool.of(type, method, this.tools, this.hosts);
			String name = tool.getToolDefinition().name();
			if (!NAME.matcher(name).matches() || !names.add(name)) {
				throw new InvalidWebAgentException(type, method.method(),
						"'" + name + "' is not a name of a tool, or another method has it",
						"Name it with @Tool, in at most 64 letters, digits, '_' and '-'", null);
			}
			tools.add(withUrl(tool));
		}
		return tools;
	}

	private ToolCallback withUrl(TinyFishTool tool) {
		if (tool.takesUrl()) {
			this.hosts.require(tool.getToolDefinition().name());
		}
		return tool;
	}

}
