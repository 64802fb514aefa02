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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgentMethod;
import org.jspecify.annotations.Nullable;

import org.springframework.ai.tool.ToolCallback;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Tools for language models. Chats and MCP servers have them only if the application
 * names them, such as in {@code ChatClient.Builder.defaultTools(...)} or
 * {@link ai.tinyfish.spring.ai.mcp.TinyFishMcpTools}.
 * <p>
 * A tool answers with the outcome of its run, and with the content as JSON. Failures are
 * {@link org.springframework.ai.tool.execution.ToolExecutionException}s whose text
 * informs the model whether something was sent or billed. A conversation may start a
 * limited number of runs ({@link TinyFishRunsAdvisor}), and an equal call is answered
 * with the run of the first one, until ten minutes after its end. If the thread of a call
 * is interrupted, as when the {@code Flux} of a chat is disposed, its run is cancelled.
 *
 * @since 0.1.0
 */
public final class TinyFishTools {

	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

	private final RunTools tools;

	private final ToolHosts hosts;

	private final WebAgents agents;

	private TinyFishTools(Builder builder) {
		ModelAnswers answers = new ModelAnswers(builder.goalEvaluator, builder.maxResultSize);
		this.tools = new RunTools(builder.client, builder.openRuns, answers, builder.runTimeout,
				builder.progressListeners);
		this.hosts = builder.hosts;
		this.agents = builder.agents;
	}

	/**
	 * Create a builder of the tools of a client, such as of another client than that of
	 * the auto-configured tools.
	 * @param client returns the client when a tool is called
	 * @param openRuns the open runs of the client
	 * @param agents creates the agents, which the client runs
	 * @return a builder
	 */
	public static Builder builder(Supplier<TinyFishClient> client, OpenRuns openRuns, WebAgents agents) {
		return new Builder(client, openRuns, agents);
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
	 * its outcome: {@code web_agent}. If the goal is known, {@link #agents} gives the
	 * model less choice.
	 * @return the tool
	 * @throws IllegalStateException if no hosts are allowed, by
	 * {@code tinyfish.tools.allowed-hosts} or {@code tinyfish.allowed-hosts}
	 */
	public ToolCallback agent() {
		return withUrl(new AgentTool(this.tools, this.hosts, true));
	}

	/**
	 * Return tools for callers that cannot wait for a run: {@code web_agent_start} starts
	 * one, {@code web_agent_status} returns its outcome, and {@code web_agent_cancel}
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
	 * returns the outcome, and {@code web_agent_cancel} cancels the run. They are a part
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
	 * outcome. All of them are run by the client of these tools: of the auto-configured
	 * ones, the client that is injected without a qualifier.
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

	/**
	 * Builder of tools.
	 */
	public static final class Builder {

		private final Supplier<TinyFishClient> client;

		private final OpenRuns openRuns;

		private final WebAgents agents;

		private ToolHosts hosts = ToolHosts.NONE;

		private GoalEvaluator goalEvaluator = GoalEvaluator.defaults();

		private Supplier<Stream<ToolProgressListener>> progressListeners = Stream::empty;

		private Duration runTimeout = Duration.ofMinutes(3);

		private DataSize maxResultSize = DataSize.ofKilobytes(20);

		private Builder(Supplier<TinyFishClient> client, OpenRuns openRuns, WebAgents agents) {
			this.client = client;
			this.openRuns = openRuns;
			this.agents = agents;
		}

		/**
		 * Set the hosts of the URLs that a model may give to a tool. If it is called
		 * again, a URL has to be allowed each time.
		 * @param name the name of the hosts in messages, such as that of a property
		 * @param patterns names such as {@code shop.example}, or {@code *.shop.example}
		 * for all names below it; null or empty for no such rule
		 * @return this builder
		 * @throws IllegalArgumentException if a pattern is not valid
		 */
		public Builder allowedHosts(String name, @Nullable List<String> patterns) {
			this.hosts = this.hosts.and(name, patterns);
			return this;
		}

		/**
		 * Set the rules for whether a run reached its goal.
		 * @param goalEvaluator the rules; {@link GoalEvaluator#defaults()} unless set
		 * @return this builder
		 */
		public Builder goalEvaluator(GoalEvaluator goalEvaluator) {
			this.goalEvaluator = goalEvaluator;
			return this;
		}

		/**
		 * Set the listeners for the steps of runs.
		 * @param progressListeners returns them for each step; none unless set
		 * @return this builder
		 */
		public Builder progressListeners(Supplier<Stream<ToolProgressListener>> progressListeners) {
			this.progressListeners = progressListeners;
			return this;
		}

		/**
		 * Set the deadline of a run, unless its agent method sets one.
		 * @param runTimeout the deadline; three minutes unless set
		 * @return this builder
		 * @throws IllegalArgumentException if it is not positive
		 */
		public Builder runTimeout(Duration runTimeout) {
			Assert.isTrue(runTimeout.compareTo(Duration.ZERO) > 0, "runTimeout must be positive");
			this.runTimeout = runTimeout;
			return this;
		}

		/**
		 * Set the maximum size of the content of an answer.
		 * @param maxResultSize the size; 20 KB unless set
		 * @return this builder
		 * @throws IllegalArgumentException if it is not at least 1 byte and less than 2
		 * GB
		 */
		public Builder maxResultSize(DataSize maxResultSize) {
			Assert.isTrue(maxResultSize.toBytes() > 0 && maxResultSize.toBytes() <= Integer.MAX_VALUE,
					"maxResultSize must be 1 byte or more, and less than 2GB");
			this.maxResultSize = maxResultSize;
			return this;
		}

		/**
		 * Create the tools.
		 * @return the tools
		 */
		public TinyFishTools build() {
			return new TinyFishTools(this);
		}

	}

}
