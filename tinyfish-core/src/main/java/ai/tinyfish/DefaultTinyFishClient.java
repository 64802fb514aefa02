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

import java.util.concurrent.Executor;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.internal.ClientRuntime;
import ai.tinyfish.internal.ClientThreads;
import ai.tinyfish.internal.http.BlockingExecutor;
import ai.tinyfish.internal.http.ClientSettings;
import ai.tinyfish.internal.http.StreamOpener;
import ai.tinyfish.internal.retry.SpringRetryExecutor;
import ai.tinyfish.internal.stream.OpenStreams;
import ai.tinyfish.internal.transport.AggregatingRequestFactory;
import ai.tinyfish.internal.transport.StreamConnector;
import ai.tinyfish.internal.transport.Transport;
import ai.tinyfish.run.RunOperations;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.util.DefaultUriBuilderFactory;

/**
 * {@link TinyFishClient} over RestClient and WebClient.
 */
final class DefaultTinyFishClient implements TinyFishClient {

	private final ClientSettings settings;

	private final Transport transport;

	private final OpenStreams openStreams = new OpenStreams(ClientSettings.MAX_OPEN_STREAMS);

	private final ClientThreads eventThreads = new ClientThreads("tinyfish-events");

	private final ClientThreads futureThreads = new ClientThreads("tinyfish-futures");

	private final AgentOperations agent;

	private final RunOperations runs;

	DefaultTinyFishClient(DefaultTinyFishClientBuilder builder) {
		this.settings = builder.settings();
		this.transport = new Transport(this.settings.connectTimeout(), ClientSettings.MAX_OPEN_STREAMS);
		ObservationRegistry registry = builder.observationRegistry();
		BlockingExecutor blocking = new BlockingExecutor(restClient(builder), new SpringRetryExecutor(), this.settings,
				registry);
		StreamOpener streams = new StreamOpener(webClient(builder), this.settings, registry);
		ClientRuntime runtime = new ClientRuntime(this.settings, builder.apiKeySupplier(), blocking, streams,
				this.openStreams, registry);
		Executor eventExecutor = (builder.eventExecutor() != null) ? builder.eventExecutor() : this.eventThreads;
		this.agent = AgentOperations.create(runtime, builder.runListeners(), eventExecutor, this.futureThreads);
		this.runs = RunOperations.create(runtime, runtime::resolveApiKey);
	}

	private RestClient restClient(DefaultTinyFishClientBuilder builder) {
		RestClient.Builder restClient = builder.newRestClientBuilder()
			.uriBuilderFactory(new DefaultUriBuilderFactory(this.settings.baseUrl()))
			.requestFactory(new AggregatingRequestFactory(this.transport, this.settings.timeout(),
					ClientSettings.MAX_ANSWER_SIZE));
		builder.customize(restClient);
		return restClient.build();
	}

	private WebClient webClient(DefaultTinyFishClientBuilder builder) {
		WebClient.Builder webClient = builder.newWebClientBuilder()
			.uriBuilderFactory(new DefaultUriBuilderFactory(this.settings.baseUrl()))
			.clientConnector(new StreamConnector(this.transport));
		builder.customize(webClient);
		return webClient.build();
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
	public void close() {
		// the streams first, so that their listeners are told before the threads end
		this.openStreams.close();
		this.transport.close();
		this.eventThreads.close();
		this.futureThreads.close();
	}

	@Override
	public String toString() {
		return "TinyFishClient[" + this.settings.baseUrl() + "]";
	}

}
