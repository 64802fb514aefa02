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

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * JSON schema of the parameters of a tool.
 */
final class ToolSchema {

	private final ObjectNode schema = ToolArguments.MAPPER.createObjectNode().put("type", "object");

	ToolSchema() {
		this.schema.putObject("properties");
		this.schema.putArray("required");
		this.schema.put("additionalProperties", false);
	}

	ToolSchema text(String name, String description) {
		return add(name, ToolArguments.MAPPER.createObjectNode().put("type", "string").put("description", description),
				true);
	}

	ToolSchema add(String name, JsonNode parameter, boolean required) {
		this.schema.withObject("properties").set(name, parameter);
		if (required) {
			this.schema.withArray("required").add(name);
		}
		return this;
	}

	JsonNode parameter(String name) {
		return this.schema.path("properties").path(name);
	}

	ToolDefinition define(String name, String description) {
		return ToolDefinition.builder().name(name).description(description).inputSchema(this.schema.toString()).build();
	}

}
