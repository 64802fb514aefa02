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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.web.servlet.DispatcherServlet;

/**
 * Auto-configuration that receives webhooks in a web application, by Spring MVC or by
 * WebFlux.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = TinyFishAutoConfiguration.class)
@ConditionalOnWebApplication
@ConditionalOnBooleanProperty(name = "tinyfish.enabled", matchIfMissing = true)
@ConditionalOnBooleanProperty("tinyfish.webhook.enabled")
@EnableConfigurationProperties(TinyFishProperties.class)
public final class TinyFishWebhookAutoConfiguration {

	@Bean
	WebhookInbox tinyFishWebhookInbox(ObjectProvider<ReactiveTinyFishClient> client, OpenRuns openRuns,
			ObjectProvider<WebhookRunFollower> followers, TinyFishProperties properties) {
		return new WebhookInbox(client, openRuns, followers.orderedStream().toList(), properties.run());
	}

	@Bean
	WebhookReceiver tinyFishWebhookReceiver(TinyFishProperties properties, WebhookInbox inbox) {
		return new WebhookReceiver(properties.webhook(), inbox);
	}

	/**
	 * Adds meters of the deliveries.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class MeterConfiguration {

		@Bean
		WebhookMeters tinyFishWebhookMeters(WebhookInbox inbox) {
			return new WebhookMeters(inbox);
		}

	}

	/**
	 * Receiver in a servlet application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnClass(DispatcherServlet.class)
	static class ServletConfiguration {

		/**
		 * Ordered before catch-all routes of the application.
		 */
		@Bean
		@Order(0)
		@ConditionalOnMissingBean(name = "tinyFishWebhookRouterFunction")
		org.springframework.web.servlet.function.RouterFunction<org.springframework.web.servlet.function.ServerResponse> tinyFishWebhookRouterFunction(
				WebhookReceiver receiver) {
			return ServletWebhooks.route(receiver);
		}

	}

	/**
	 * Receiver in a reactive application.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class ReactiveConfiguration {

		/**
		 * Ordered before catch-all routes of the application.
		 */
		@Bean
		@Order(0)
		@ConditionalOnMissingBean(name = "tinyFishWebhookRouterFunction")
		org.springframework.web.reactive.function.server.RouterFunction<org.springframework.web.reactive.function.server.ServerResponse> tinyFishWebhookRouterFunction(
				WebhookReceiver receiver) {
			return ReactiveWebhooks.route(receiver);
		}

	}

	/**
	 * Forwards the simulator's deliveries to an application with its own web server.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ TinyFishSimulator.class, WebServerInitializedEvent.class })
	static class SimulatorConfiguration {

		@Bean
		SimulatedDeliveries tinyFishSimulatedDeliveries(ObjectProvider<TinyFishSimulator> simulator,
				TinyFishProperties properties, Environment environment) {
			return new SimulatedDeliveries(simulator, properties.webhook().url(), environment);
		}

	}

}
