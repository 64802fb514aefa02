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

import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;

/**
 * Tool for a run that another tool has started: returns its outcome, or cancels it.
 */
final class RunTool extends TinyFishTool {

	private final RunTools tools;

	RunTool(RunTools tools, Effect effect) {
		super((effect == Effect.CANCEL)
				? schema().define("web_agent_cancel", "Cancels a run that another tool has started.")
				: schema().define(RunTools.STATUS,
						"Returns the result of a run that another tool has started, or that it is still running. Waits some"
								+ " seconds for it."),
				effect);
		this.tools = tools;
	}

	private static ToolSchema schema() {
		return new ToolSchema().text("run_id", "The run_id that the other tool has returned");
	}

	@Override
	ObjectNode answer(ToolArguments arguments, ToolContext context) {
		String runId = arguments.text("run_id");
		return (effect() == Effect.CANCEL) ? this.tools.cancel(runId, context) : this.tools.status(runId, context);
	}

}
