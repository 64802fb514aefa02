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

package ai.tinyfish.spring.boot;

import ai.tinyfish.RunRegistry;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * What of the application takes part in both clients: its builder of WebClients, its
 * customizers and listeners, what its clients know together of their runs, and where and
 * how it records observations.
 */
final class ApplicationParts {

	private final ObjectProvider<WebClient.Builder> webClientBuilder;

	private final ObjectProvider<TinyFishWebClientCustomizer> webClientCustomizers;

	private final EventsConfigurer events;

	private final RunRegistry runRegistry;

	private final ObjectProvider<TinyFishObservations> observations;

	private final ObjectProvider<ObservationRegistry> observationRegistry;

	private final ObjectProvider<TinyFishCallObservationConvention> observationConvention;

	ApplicationParts(ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<TinyFishWebClientCustomizer> webClientCustomizers, EventsConfigurer events,
			RunRegistry runRegistry, ObjectProvider<TinyFishObservations> observations,
			ObjectProvider<ObservationRegistry> observationRegistry,
			ObjectProvider<TinyFishCallObservationConvention> observationConvention) {
		this.webClientBuilder = webClientBuilder;
		this.webClientCustomizers = webClientCustomizers;
		this.events = events;
		this.runRegistry = runRegistry;
		this.observations = observations;
		this.observationRegistry = observationRegistry;
		this.observationConvention = observationConvention;
	}

	<B extends TinyFishClientBuilder<B>> B addTo(B builder) {
		builder.webClientBuilder(() -> ApplicationCredentials.removeFrom(this.webClientBuilder.getIfUnique()));
		this.webClientCustomizers.orderedStream()
			.forEach((customizer) -> builder.customizeWebClient(customizer::customize));
		this.events.configure(builder);
		builder.runRegistry(this.runRegistry);
		this.observationRegistry.ifUnique(builder::observationRegistry);
		this.observations.ifUnique((unique) -> builder.observationRegistry(unique.registry()));
		this.observationConvention.ifAvailable(builder::observationConvention);
		return builder;
	}

}
