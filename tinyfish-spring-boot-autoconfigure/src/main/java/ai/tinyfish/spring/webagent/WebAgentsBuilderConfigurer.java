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

package ai.tinyfish.spring.webagent;

import java.util.Objects;

import ai.tinyfish.WebAgents;
import ai.tinyfish.run.GoalEvaluator;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Configurer of builders of agents, which has the settings of the auto-configured one. An
 * application that defines its own builder may start with it.
 *
 * @since 0.1.0
 */
public final class WebAgentsBuilderConfigurer {

	private final ConfigurableListableBeanFactory beans;

	/**
	 * Create a configurer.
	 * @param beans the beans of the application
	 */
	public WebAgentsBuilderConfigurer(ConfigurableListableBeanFactory beans) {
		this.beans = beans;
	}

	/**
	 * Configure a builder with the clients, the evaluator and the placeholders of the
	 * application. They are looked up when an agent needs them, since an evaluator may
	 * use an agent. The settings of the builder can be changed afterwards.
	 * @param builder the builder
	 * @return the builder
	 */
	public WebAgents.Builder configure(WebAgents.Builder builder) {
		AgentClients clients = new AgentClients(this.beans, "");
		ObjectProvider<GoalEvaluator> evaluator = this.beans.getBeanProvider(GoalEvaluator.class);
		return builder.client(clients::client)
			.reactiveClient(clients::reactiveClient)
			.goalEvaluator((run) -> evaluator.getIfAvailable(GoalEvaluator::defaults).evaluate(run))
			.placeholders((text) -> Objects.requireNonNullElse(this.beans.resolveEmbeddedValue(text), ""));
	}

}
