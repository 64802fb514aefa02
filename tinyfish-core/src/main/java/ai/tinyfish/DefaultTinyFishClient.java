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

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRuntime;
import ai.tinyfish.internal.ClientResources;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.http.BlockingExecutor;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.internal.retry.SpringRetryExecutor;
import ai.tinyfish.run.RunEndings;
import ai.tinyfish.run.RunOperations;

import org.springframework.web.reactive.function.client.WebClient;

/**
 * {@link TinyFishClient} over RestClient, and WebClient for streams.
 */
final class DefaultTinyFishClient implements TinyFishClient {

	private final DefaultTinyFishClientBuilder configuration;

	private final ClientSettings settings;

	private final ClientResources resources;

	private final AgentOperations agent;

	private final RunOperations runs;

	DefaultTinyFishClient(DefaultTinyFishClientBuilder builder) {
		this.settings = builder.settings();
		this.resources = builder.resources(this.settings);
		// the builder may be used again
		this.configuration = new DefaultTinyFishClientBuilder(builder, this.resources);
		Supplier<WebClient> webClient = this.configuration.webClient(this.settings, this.resources);
		ClientRuntime runtime = builder.runtime(this.settings, this.resources, webClient);
		BlockingExecutor executor = new BlockingExecutor(this.configuration.restClient(this.settings, this.resources),
				new SpringRetryExecutor(this.resources.transport()::pause), this.settings, builder.callObservations());
		RunEndings endings = builder.endings(builder.reactiveExecutor(this.settings, this.resources, webClient),
				this.resources);
		AgentRuntime agentRuntime = this.configuration.agentRuntime(runtime, this.resources, endings);
		this.agent = AgentOperations.create(agentRuntime, executor, this.resources.futureThreads());
		this.runs = RunOperations.create(executor, runtime::resolveApiKey, endings, agentRuntime.awaitListener());
	}

	@Override
	public AgentOperations agent() {
		return this.agent;
	}

	@Override
	public RunOperations runs() {
		return this.runs;
	}

	@Override
	public Builder mutate() {
		return new DefaultTinyFishClientBuilder(this.configuration, this.resources);
	}

	@Override
	public void close() {
		this.resources.close();
	}

	@Override
	public String toString() {
		return "TinyFishClient[" + this.settings.baseUrl() + "]";
	}

}
