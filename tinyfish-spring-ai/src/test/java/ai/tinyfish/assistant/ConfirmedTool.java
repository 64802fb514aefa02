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

import org.jspecify.annotations.Nullable;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

record ConfirmedTool(ToolCallback tool, Confirmations confirmations) implements ToolCallback {

	@Override
	public ToolDefinition getToolDefinition() {
		return this.tool.getToolDefinition();
	}

	@Override
	public String call(String arguments) {
		throw new IllegalStateException("The tool context has to name the user");
	}

	@Override
	public String call(String arguments, @Nullable ToolContext context) {
		if (context == null || !(context.getContext().get("user") instanceof String user)) {
			return call(arguments);
		}
		if (!this.confirmations.use(user, getToolDefinition().name() + " " + arguments)) {
			return "Nothing was sent: the user is asked to confirm this call. Call it again unchanged when that is done.";
		}
		return this.tool.call(arguments, context);
	}

}
