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

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.spring.ai.mcp.TinyFishMcpTools;
import ai.tinyfish.spring.ai.tools.TinyFishRunsAdvisor;
import ai.tinyfish.spring.ai.tools.TinyFishTools;
import ai.tinyfish.spring.ai.tools.ToolProgressListener;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.ai.chat.client.ChatClientBuilderCustomizer;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for {@link TinyFishTools}. It registers no tool.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@ConditionalOnClass(ToolCallback.class)
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TinyFishToolsProperties.class)
public final class TinyFishToolsAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(TinyFishToolsAutoConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	TinyFishTools tinyFishTools(TinyFishToolsProperties properties, TinyFishProperties clientProperties,
			ObjectProvider<TinyFishClient> client, OpenRuns openRuns, WebAgents.Builder agents,
			ObjectProvider<GoalEvaluator> evaluator, ObjectProvider<ToolProgressListener> listeners) {
		return TinyFishTools.builder(client::getObject, openRuns, agents.build())
			.allowedHosts("tinyfish.tools.allowed-hosts", properties.allowedHosts())
			.allowedHosts("tinyfish.allowed-hosts", clientProperties.allowedHosts())
			.goalEvaluator((run) -> evaluator.getIfAvailable(GoalEvaluator::defaults).evaluate(run))
			.progressListeners(listeners::orderedStream)
			.runTimeout(properties.runTimeout())
			.maxResultSize(properties.maxResultSize())
			.build();
	}

	/**
	 * Logs that tools are named for MCP clients but not served.
	 */
	@Bean
	@ConditionalOnBean(TinyFishMcpTools.class)
	SmartInitializingSingleton tinyFishMcpNotice(BeanFactory beans) {
		return () -> {
			if (!beans.containsBean("tinyFishMcpToolSpecifications")) {
				logger.warn("There is a TinyFishMcpTools bean, but its tools are not served. Set"
						+ " tinyfish.tools.mcp.enabled=true in a web application with a starter of Spring AI's MCP server,"
						+ " and do not set spring.ai.mcp.server.enabled=false");
			}
		};
	}

	/**
	 * Limits the runs of the chat clients of the application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ChatClientBuilderCustomizer.class)
	static class ChatClientConfiguration {

		@Bean
		ChatClientBuilderCustomizer tinyFishRunsChatClientBuilderCustomizer(TinyFishToolsProperties properties) {
			TinyFishRunsAdvisor advisor = TinyFishRunsAdvisor.maxRuns(properties.maxRuns());
			return (builder) -> builder.defaultAdvisors(advisor);
		}

	}

}
