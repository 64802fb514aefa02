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

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.execution.ToolExecutionException;

/**
 * Tool of {@link TinyFishTools}: reads the arguments, and puts failures into words for
 * the model.
 *
 * @since 0.1.0
 */
public abstract class TinyFishTool implements ToolCallback {

	private static final Logger logger = LoggerFactory.getLogger(TinyFishTool.class);

	private final ToolDefinition definition;

	private final Effect effect;

	/**
	 * Effect of a call on the world.
	 */
	public enum Effect {

		/** It reads. */
		READ,

		/** It may start a run, which acts on a site and is billed. */
		RUN,

		/** It ends a run. */
		CANCEL

	}

	TinyFishTool(ToolDefinition definition, Effect effect) {
		this.definition = definition;
		this.effect = effect;
	}

	/**
	 * Return the effect of a call.
	 * @return the effect
	 */
	public Effect effect() {
		return this.effect;
	}

	/**
	 * Return whether the model passes a URL to the tool.
	 */
	boolean takesUrl() {
		return false;
	}

	@Override
	public final ToolDefinition getToolDefinition() {
		return this.definition;
	}

	@Override
	public final String call(String toolInput) {
		return call(toolInput, null);
	}

	@Override
	public final String call(String toolInput, @Nullable ToolContext toolContext) {
		try {
			ToolContext context = (toolContext != null) ? toolContext : new ToolContext(Map.of());
			return answer(ToolArguments.of(toolInput), context).toString();
		}
		catch (RuntimeException ex) {
			String text = FailureTexts.of(ex);
			if (text == null) {
				logger.warn("Tool {} failed", this.definition.name(), ex);
				text = "The tool failed in this application. Do not call it again, tell the user.";
			}
			throw new ToolExecutionException(this.definition, new ToolFailure(text));
		}
	}

	/**
	 * Create the answer of a call.
	 * @throws RuntimeException if the call fails
	 */
	abstract ObjectNode answer(ToolArguments arguments, ToolContext context);

}
