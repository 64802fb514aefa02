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

import ai.tinyfish.agent.AgentRequest;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;

/**
 * Tool that starts a run with a URL and a goal from the model.
 */
final class AgentTool extends TinyFishTool {

	private final RunTools tools;

	private final ToolHosts hosts;

	private final boolean waits;

	/**
	 * Create a tool.
	 * @param waits whether it waits for the outcome
	 */
	AgentTool(RunTools tools, ToolHosts hosts, boolean waits) {
		super(new ToolSchema().text("url", "Absolute http or https URL at which the agent begins")
			.text("goal", "Task of the agent on that page, in words")
			.define(waits ? "web_agent" : "web_agent_start", waits
					? "Lets an agent reach a goal in a real browser, and waits for the result. It takes up to some"
							+ " minutes, and each run is billed. Call it once for a goal."
					: "Lets an agent reach a goal in a real browser. Returns a run_id at once. Each run is billed. Call it"
							+ " once for a goal, and ask for the result with " + RunTools.STATUS + "."),
				Effect.RUN);
		this.tools = tools;
		this.hosts = hosts;
		this.waits = waits;
	}

	@Override
	boolean takesUrl() {
		return true;
	}

	@Override
	ObjectNode answer(ToolArguments arguments, ToolContext context) {
		String url = arguments.url("url");
		String goal = arguments.text("goal");
		this.hosts.check(url);
		return this.tools.answer(() -> AgentRequest.of(url, goal), this.waits, this.tools::submit, RunTools::result,
				context);
	}

}
