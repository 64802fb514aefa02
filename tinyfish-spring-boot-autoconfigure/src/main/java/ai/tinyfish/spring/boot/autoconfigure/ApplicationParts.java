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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.concurrent.Executor;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import ai.tinyfish.spring.boot.TinyFishWebClientCustomizer;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Beans of the application that the clients use. None of their types needs an optional
 * class, since the bean method with these parameters is read without it.
 *
 * @param environment the environment, which decides on virtual threads
 * @param openRuns the runs that the clients share
 * @param listeners the listeners of runs
 * @param interceptors the interceptors of runs
 * @param eventExecutor the executor that calls listeners, if the application has one for
 * this
 * @param restClientBuilder the builder that RestClients start from
 * @param restClientCustomizers the customizers of our RestClients
 * @param webClientBuilder the builder that WebClients start from
 * @param webClientCustomizers the customizers of our WebClients
 * @param observationRegistry the registry of the application's observations
 * @param observations the registry for ours if the application has meters but no such
 * registry
 * @param observationConvention the convention for observations of calls
 */
record ApplicationParts(Environment environment, OpenRuns openRuns, ObjectProvider<TinyFishRunListener> listeners,
		ObjectProvider<TinyFishRunInterceptor> interceptors, ObjectProvider<Executor> eventExecutor,
		ObjectProvider<RestClient.Builder> restClientBuilder,
		ObjectProvider<TinyFishRestClientCustomizer> restClientCustomizers,
		ObjectProvider<WebClient.Builder> webClientBuilder,
		ObjectProvider<TinyFishWebClientCustomizer> webClientCustomizers,
		ObjectProvider<ObservationRegistry> observationRegistry, ObjectProvider<TinyFishObservations> observations,
		ObjectProvider<TinyFishCallObservationConvention> observationConvention) {

	/**
	 * Name of the bean with which an application provides its own executor. No bean of
	 * ours has this name: Boot would take an {@link Executor} bean for the application's
	 * executor.
	 */
	static final String EXECUTOR = "tinyFishEventExecutor";

	void addTo(TinyFishClientBuilder<?> builder) {
		if (builder instanceof TinyFishClient.Builder blocking) {
			blocking.restClientBuilder(() -> ApplicationCredentials.removeFrom(this.restClientBuilder.getIfUnique()));
			for (TinyFishRestClientCustomizer customizer : this.restClientCustomizers.orderedStream().toList()) {
				blocking.customizeRestClient(customizer::customize);
			}
		}
		builder.webClientBuilder(() -> ApplicationCredentials.removeFrom(this.webClientBuilder.getIfUnique()));
		for (TinyFishWebClientCustomizer customizer : this.webClientCustomizers.orderedStream().toList()) {
			builder.customizeWebClient(customizer::customize);
		}
		builder.openRuns(this.openRuns)
			// later: the client may be injected into these
			.runListeners(() -> this.listeners.orderedStream().toList())
			.runInterceptors(() -> this.interceptors.orderedStream().toList());
		addEventExecutor(builder);
		addObservations(builder);
	}

	private void addEventExecutor(TinyFishClientBuilder<?> builder) {
		Executor given = this.eventExecutor.getIfAvailable();
		if (given != null) {
			builder.eventExecutor(given);
		}
		else if (Threading.VIRTUAL.isActive(this.environment)) {
			builder.eventExecutor(VirtualThreads.executor("tinyfish-events-"));
		}
	}

	private void addObservations(TinyFishClientBuilder<?> builder) {
		ObservationRegistry registry = this.observationRegistry.getIfUnique();
		if (registry == null) {
			TinyFishObservations ours = this.observations.getIfUnique();
			registry = (ours != null) ? ours.registry() : null;
		}
		if (registry != null) {
			builder.observationRegistry(registry);
		}
		TinyFishCallObservationConvention convention = this.observationConvention.getIfAvailable();
		if (convention != null) {
			builder.observationConvention(convention);
		}
	}

}
