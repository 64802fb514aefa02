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

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.observation.TinyFishCallObservationConvention;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.spring.boot.TinyFishClientBuilderCustomizer;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import ai.tinyfish.spring.boot.TinyFishWebClientCustomizer;
import ai.tinyfish.spring.webagent.ImportWebAgents;
import ai.tinyfish.spring.webagent.WebAgentsBuilderConfigurer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SearchStrategy;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.http.client.HttpClientSettings;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Auto-configuration for {@link TinyFishClient} and {@link ReactiveTinyFishClient}.
 *
 * @since 0.1.0
 */
// it is closed before the beans that it uses
@AutoConfiguration(afterName = { "org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration",
		"org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration",
		"org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration",
		"org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration" })
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@EnableConfigurationProperties(TinyFishProperties.class)
public final class TinyFishAutoConfiguration {

	static final String CLIENT_METHOD = "tinyFishClient";

	static final String REACTIVE_CLIENT_METHOD = "tinyFishReactiveClient";

	@Bean
	@ConditionalOnMissingBean(TinyFishConnectionDetails.class)
	PropertiesTinyFishConnectionDetails tinyFishConnectionDetails(TinyFishProperties properties,
			Environment environment) {
		return new PropertiesTinyFishConnectionDetails(properties, environment);
	}

	@Bean
	@ConditionalOnMissingBean
	GoalEvaluator tinyFishGoalEvaluator() {
		return GoalEvaluator.defaults();
	}

	/**
	 * The evaluator and the meters are resolved when a run has ended, since an evaluator
	 * may use the client.
	 */
	@Bean
	TinyFishRunEventPublisher tinyFishRunEventPublisher(ApplicationEventPublisher publisher,
			ObjectProvider<GoalEvaluator> goalEvaluator,
			@Qualifier("tinyFishRunMeters") ObjectProvider<BiConsumer<RunContext, AgentRun>> meters,
			TinyFishProperties properties) {
		return new TinyFishRunEventPublisher(publisher, goalEvaluator, meters, properties.events().heartbeat());
	}

	@Bean
	@ConditionalOnMissingBean
	OpenRuns tinyFishOpenRuns(TinyFishProperties properties) {
		Integer maxInFlight = properties.run().maxInFlight();
		return (maxInFlight != null) ? OpenRuns.limitedTo(maxInFlight, properties.run().maxWait())
				: OpenRuns.unlimited();
	}

	/**
	 * Stops runs with the context that defines this bean: closing a child context that
	 * shares them does not stop them.
	 */
	@Bean
	@ConditionalOnBean(value = OpenRuns.class, search = SearchStrategy.CURRENT)
	RunsLifecycle tinyFishRunsLifecycle(OpenRuns openRuns, TinyFishProperties properties, Environment environment) {
		return new RunsLifecycle(openRuns, properties.run().shutdownTimeout(), environment);
	}

	@Bean
	StandardTinyFishClientBuilderCustomizer tinyFishStandardClientBuilderCustomizer(TinyFishProperties properties,
			Environment environment, TinyFishConnectionDetails connectionDetails,
			ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider, ObjectProvider<HttpDefaults> httpDefaults,
			ObjectProvider<SslBundles> sslBundles, OpenRuns openRuns, ObjectProvider<TinyFishRunListener> runListeners,
			ObjectProvider<TinyFishRunInterceptor> runInterceptors,
			@Qualifier(ApplicationParts.EXECUTOR) ObjectProvider<Executor> eventExecutor,
			ObjectProvider<RestClient.Builder> restClientBuilder,
			ObjectProvider<TinyFishRestClientCustomizer> restClientCustomizers,
			ObjectProvider<WebClient.Builder> webClientBuilder,
			ObjectProvider<TinyFishWebClientCustomizer> webClientCustomizers,
			ObjectProvider<ObservationRegistry> observationRegistry, ObjectProvider<TinyFishObservations> observations,
			ObjectProvider<TinyFishCallObservationConvention> observationConvention) {
		return new StandardTinyFishClientBuilderCustomizer(properties, environment,
				new CheckedConnection(connectionDetails, apiKeyProvider, properties, environment),
				new ConnectionConfigurer(properties,
						Objects.requireNonNullElse(httpDefaults.getIfAvailable(), HttpDefaults.NONE),
						sslBundles.getIfAvailable()),
				new ApplicationParts(environment, openRuns, runListeners, runInterceptors, eventExecutor,
						restClientBuilder, restClientCustomizers, webClientBuilder, webClientCustomizers,
						observationRegistry, observations, observationConvention));
	}

	@Bean
	TinyFishClientBuilderConfigurer tinyFishClientBuilderConfigurer(
			ObjectProvider<TinyFishClientBuilderCustomizer> customizers) {
		return new TinyFishClientBuilderConfigurer(customizers);
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	TinyFishClient.Builder tinyFishClientBuilder(TinyFishClientBuilderConfigurer configurer) {
		return configurer.configure(TinyFishClient.builder());
	}

	@Bean(destroyMethod = "close")
	@ConditionalOnMissingBean
	TinyFishClient tinyFishClient(TinyFishClient.Builder tinyFishClientBuilder) {
		return tinyFishClientBuilder.build();
	}

	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	ReactiveTinyFishClient.Builder tinyFishReactiveClientBuilder(TinyFishClientBuilderConfigurer configurer) {
		return configurer.configure(ReactiveTinyFishClient.builder());
	}

	/**
	 * Lazy, since most applications use one of the two clients. The blocking client has
	 * already checked the settings.
	 */
	@Bean(destroyMethod = "close")
	@Lazy
	@ConditionalOnMissingBean
	ReactiveTinyFishClient tinyFishReactiveClient(ReactiveTinyFishClient.Builder tinyFishReactiveClientBuilder) {
		return tinyFishReactiveClientBuilder.build();
	}

	/**
	 * The agents of {@link ImportWebAgents} are created with it as well.
	 */
	@Bean
	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ConditionalOnMissingBean
	WebAgents.Builder tinyFishWebAgentsBuilder(ConfigurableListableBeanFactory beanFactory) {
		return new WebAgentsBuilderConfigurer(beanFactory).configure(WebAgents.builder());
	}

	@Bean
	static BackOffNotice tinyFishBackOffNotice(ConfigurableListableBeanFactory beanFactory) {
		return new BackOffNotice(beanFactory);
	}

	/**
	 * Adopts the connection settings of the application's other HTTP clients, and warns
	 * if they connect differently because of our dependencies.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HttpClientSettings.class)
	static class HttpDefaultsConfiguration {

		@Bean
		HttpDefaults tinyFishHttpDefaults(ObjectProvider<HttpClientSettings> settings) {
			HttpClientSettings application = settings.getIfUnique();
			return (application != null) ? new HttpDefaults(application.connectTimeout(), application.sslBundle())
					: HttpDefaults.NONE;
		}

		@Bean
		static JvmProxyNotice tinyFishJvmProxyNotice(ConfigurableListableBeanFactory beanFactory,
				Environment environment) {
			return new JvmProxyNotice(beanFactory, environment);
		}

	}

	/**
	 * Records the timers if the application has meters but no observations.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		TinyFishObservations tinyFishObservations(ObjectProvider<MeterRegistry> meterRegistry) {
			return TinyFishObservations.ofMeters(meterRegistry.getIfUnique());
		}

	}

}
