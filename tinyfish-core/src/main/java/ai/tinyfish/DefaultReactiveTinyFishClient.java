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

package ai.tinyfish;

import java.util.function.Supplier;

import ai.tinyfish.agent.AgentRuntime;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.internal.ClientResources;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.internal.http.ReactiveExecutor;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.run.RunEndings;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link ReactiveTinyFishClient} over WebClient.
 */
final class DefaultReactiveTinyFishClient implements ReactiveTinyFishClient {

	private final DefaultReactiveTinyFishClientBuilder configuration;

	private final ClientSettings settings;

	private final ClientResources resources;

	private final ReactiveAgentOperations agent;

	private final ReactiveRunOperations runs;

	DefaultReactiveTinyFishClient(DefaultReactiveTinyFishClientBuilder builder) {
		this.settings = builder.settings();
		this.resources = builder.resources(this.settings);
		// the builder may be used again
		this.configuration = new DefaultReactiveTinyFishClientBuilder(builder, this.resources);
		Supplier<WebClient> webClient = this.configuration.webClient(this.settings, this.resources);
		ClientRuntime runtime = builder.runtime(this.settings, this.resources, webClient);
		ReactiveExecutor executor = builder.reactiveExecutor(this.settings, this.resources, webClient);
		RunEndings endings = builder.endings(executor, this.resources);
		AgentRuntime agentRuntime = this.configuration.agentRuntime(runtime, this.resources, endings);
		this.agent = ReactiveAgentOperations.create(agentRuntime, executor);
		this.runs = ReactiveRunOperations.create(executor, runtime::resolveApiKey, endings,
				agentRuntime.awaitListener());
	}

	@Override
	public ReactiveAgentOperations agent() {
		return this.agent;
	}

	@Override
	public ReactiveRunOperations runs() {
		return this.runs;
	}

	@Override
	public Builder mutate() {
		return new DefaultReactiveTinyFishClientBuilder(this.configuration, this.resources);
	}

	@Override
	public void close() {
		this.resources.close();
	}

	@Override
	public String toString() {
		return "ReactiveTinyFishClient[" + this.settings.baseUrl() + "]";
	}

}
