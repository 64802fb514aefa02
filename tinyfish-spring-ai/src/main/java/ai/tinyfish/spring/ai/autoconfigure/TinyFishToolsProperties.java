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

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Properties of the tools for language models.
 *
 * @param allowedHosts Hosts of the URLs that a model may give to a tool: names such as
 * 'shop.example', or '*.shop.example' for all names below it. If not set,
 * 'tinyfish.allowed-hosts' applies. Without both, tools do not accept URLs.
 * @param maxRuns Maximum number of runs that the tools of a conversation may start.
 * @param runTimeout Deadline of a run that a tool has started, unless its agent method
 * sets one.
 * @param maxResultSize Maximum size of the content of an answer. Longer content is cut.
 * @param mcp MCP server.
 */
@ConfigurationProperties("tinyfish.tools")
record TinyFishToolsProperties(@Nullable List<String> allowedHosts, @DefaultValue("3") int maxRuns,
		@DefaultValue("3m") Duration runTimeout, @DefaultValue("20KB") DataSize maxResultSize, @DefaultValue Mcp mcp) {

	TinyFishToolsProperties {
		require(maxRuns >= 0, "max-runs must not be negative");
		require(runTimeout.compareTo(Duration.ZERO) > 0, "run-timeout must be positive");
		require(maxResultSize.toBytes() > 0 && maxResultSize.toBytes() <= Integer.MAX_VALUE,
				"max-result-size must be 1 byte or more, and less than 2GB");
		require(mcp.maxWait().compareTo(Duration.ZERO) > 0, "mcp.max-wait must be positive");
	}

	private static void require(boolean valid, String problem) {
		Assert.isTrue(valid, () -> "tinyfish.tools." + problem);
	}

	/**
	 * Properties of the MCP server.
	 *
	 * @param enabled Whether the MCP server of the application serves the tools of its
	 * TinyFishMcpTools bean.
	 * @param insecure Whether the tools may be served without Spring Security.
	 * @param allowedOrigins Values of the header 'Origin' that requests from browsers may
	 * have, such as 'https://chat.example'. If not set, no such request is accepted.
	 * @param maxWait Maximum time that a tool waits for the outcome of its run. After
	 * that, the client can request it by the id of the run.
	 */
	record Mcp(@DefaultValue("false") boolean enabled, @DefaultValue("false") boolean insecure,
			@Nullable List<String> allowedOrigins, @DefaultValue("15s") Duration maxWait) {

	}

}
