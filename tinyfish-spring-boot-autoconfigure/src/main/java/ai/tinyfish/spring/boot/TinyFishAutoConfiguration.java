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

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.TinyFishRunListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Auto-configuration for {@link TinyFishClient}.
 */
@AutoConfiguration(afterName = { "org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration",
		"org.springframework.boot.restclient.autoconfigure.RestClientObservationAutoConfiguration",
		"org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration",
		"org.springframework.boot.webclient.autoconfigure.WebClientObservationAutoConfiguration",
		"org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TinyFishProperties.class)
public final class TinyFishAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(TinyFishConnectionDetails.class)
	PropertiesTinyFishConnectionDetails tinyFishConnectionDetails(TinyFishProperties properties,
			Environment environment) {
		return new PropertiesTinyFishConnectionDetails(properties, environment);
	}

	@Bean
	TinyFishRunEventPublisher tinyFishRunEventPublisher(ApplicationEventPublisher publisher,
			TinyFishProperties properties) {
		return new TinyFishRunEventPublisher(publisher, properties.getEvents().isHeartbeat());
	}

	@Bean
	TinyFishClientBuilderConfigurer tinyFishClientBuilderConfigurer(TinyFishProperties properties,
			Environment environment, TinyFishConnectionDetails connectionDetails,
			ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider) {
		return new TinyFishClientBuilderConfigurer(properties, environment, connectionDetails, apiKeyProvider);
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	TinyFishClient.Builder tinyFishClientBuilder(TinyFishClientBuilderConfigurer configurer,
			ObjectProvider<RestClient.Builder> restClientBuilder, ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<TinyFishRestClientCustomizer> restClientCustomizers,
			ObjectProvider<TinyFishWebClientCustomizer> webClientCustomizers,
			ObjectProvider<TinyFishRunListener> runListeners, ObjectProvider<TinyFishObservations> observations,
			ObjectProvider<ObservationRegistry> observationRegistry) {
		TinyFishClient.Builder builder = configurer.configure(TinyFishClient.builder());
		restClientBuilder.ifUnique(builder::restClientBuilder);
		webClientBuilder.ifUnique(builder::webClientBuilder);
		restClientCustomizers.orderedStream()
			.forEach((customizer) -> builder.customizeRestClient(customizer::customize));
		webClientCustomizers.orderedStream().forEach((customizer) -> builder.customizeWebClient(customizer::customize));
		runListeners.orderedStream().forEach(builder::runListener);
		observationRegistry.ifUnique(builder::observationRegistry);
		observations.ifUnique((unique) -> builder.observationRegistry(unique.registry()));
		return builder;
	}

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	TinyFishClient tinyFishClient(TinyFishClient.Builder tinyFishClientBuilder) {
		return tinyFishClientBuilder.build();
	}

	/**
	 * Records the timers where the application has meters but no observations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		TinyFishObservations tinyFishObservations(ObjectProvider<ObservationRegistry> observationRegistry,
				ObjectProvider<MeterRegistry> meterRegistry) {
			ObservationRegistry application = observationRegistry.getIfUnique();
			return (application != null) ? new TinyFishObservations(application)
					: TinyFishObservations.ofMeters(meterRegistry.getIfUnique());
		}

	}

}
