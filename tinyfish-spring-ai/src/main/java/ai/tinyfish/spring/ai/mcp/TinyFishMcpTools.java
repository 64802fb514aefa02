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

package ai.tinyfish.spring.ai.mcp;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

import ai.tinyfish.spring.ai.tools.TinyFishTool;
import ai.tinyfish.spring.ai.tools.TinyFishTools;

import org.springframework.util.Assert;

/**
 * Tools that the MCP server of the application serves. A bean of it is needed if
 * {@code tinyfish.tools.mcp.enabled} is true, and has no effect otherwise. If a tool may
 * start runs, {@code web_agent_status} and {@code web_agent_cancel} are served as well.
 *
 * @since 0.1.0
 */
public final class TinyFishMcpTools {

	private final Map<String, TinyFishTool> tools;

	private TinyFishMcpTools(Map<String, TinyFishTool> tools) {
		this.tools = tools;
	}

	/**
	 * Create a selection of tools.
	 * @param tools tools of {@link TinyFishTools}, and collections of them
	 * @return the selection
	 * @throws IllegalArgumentException if a tool is not one of {@link TinyFishTools}, or
	 * two have the same name
	 */
	public static TinyFishMcpTools of(Object... tools) {
		Map<String, TinyFishTool> named = new LinkedHashMap<>();
		Stream.of(tools)
			.flatMap((tool) -> (tool instanceof Collection<?> collection) ? collection.stream() : Stream.of(tool))
			.forEach((tool) -> {
				Assert.isInstanceOf(TinyFishTool.class, tool, "Only tools of TinyFishTools can be served.");
				TinyFishTool served = (TinyFishTool) tool;
				String name = served.getToolDefinition().name();
				Assert.isTrue(named.putIfAbsent(name, served) == null, () -> "Two tools have the name " + name);
			});
		return new TinyFishMcpTools(Collections.unmodifiableMap(named));
	}

	/**
	 * Return the tools by their names.
	 * @return the tools, as they were named
	 */
	public Map<String, TinyFishTool> tools() {
		return this.tools;
	}

}
