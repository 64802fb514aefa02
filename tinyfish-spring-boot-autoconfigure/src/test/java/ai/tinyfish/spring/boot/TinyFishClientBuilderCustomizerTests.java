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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.simulator.ReceivedRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishClientBuilderConfigurer;
import ai.tinyfish.spring.boot.testing.EventContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.client.WebClient;

import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;
import static ai.tinyfish.spring.boot.testing.EventContexts.client;
import static ai.tinyfish.spring.boot.testing.EventContexts.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Builders of the clients: customizers around those of the starter, and builders of the
 * application.
 */
class TinyFishClientBuilderCustomizerTests {

	@AutoClose
	private static final TinyFishSimulator simulator = EventContexts.startSimulator();

	private final ApplicationContextRunner contextRunner = EventContexts.using(simulator)
		.withInitializer(SystemEnvironment.of("TF_API_INTEGRATION", "environment"))
		.withBean(SimpleMeterRegistry.class)
		.withBean(RunEvents.class);

	@Test
	void customizerOverridesTheSettingsOfBothClients() {
		this.contextRunner
			.withBean(TinyFishClientBuilderCustomizer.class, () -> (builder) -> builder.integration("customizer"))
			.run((context) -> {
				client(context).agent().run(request("Override, blocking"));
				reactive(context).agent().run(request("Override, reactive")).block(SOON);
				assertThat(integrationOf("Override, blocking")).isEqualTo("customizer");
				assertThat(integrationOf("Override, reactive")).isEqualTo("customizer");
			});
	}

	@Test
	void settingsOverrideACustomizerWithANegativeOrder() {
		this.contextRunner.withBean(EarlyCustomizer.class).run((context) -> {
			client(context).agent().run(request("Defaults, blocking"));
			reactive(context).agent().run(request("Defaults, reactive")).block(SOON);
			assertThat(integrationOf("Defaults, blocking")).isEqualTo("environment");
			assertThat(integrationOf("Defaults, reactive")).isEqualTo("environment");
		});
	}

	@Test
	void propertiesThatAreNotSetKeepWhatACustomizerWithANegativeOrderHasSet() {
		this.contextRunner.withBean(EarlyCustomizer.class).run((context) -> {
			assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
				.isThrownBy(() -> client(context).fetch().getContents("https://other.example/"));
			assertThatExceptionOfType(TinyFishHostNotAllowedException.class)
				.isThrownBy(() -> reactive(context).fetch().getContents("https://other.example/").block(SOON));
		});
		this.contextRunner.withBean(EarlyCustomizer.class)
			.withPropertyValues("tinyfish.allowed-hosts=other.example")
			.run((context) -> assertThat(client(context).fetch().getContents("https://other.example/")).isNotNull());
	}

	@Test
	void httpCustomizersOfTheApplicationStandBetweenThem() {
		this.contextRunner.withUserConfiguration(HttpCustomizers.class).run((context) -> {
			List<String> called = context.getBean(HttpCustomizers.class).called;
			client(context).agent().run(request("HTTP, blocking"));
			assertThat(called).containsExactly("rest client");
			called.clear();
			client(context).agent().stream(request("HTTP, streamed")).await();
			// and then the record of the run
			assertThat(called).startsWith("before", "web client", "after");
			called.clear();
			reactive(context).agent().run(request("HTTP, reactive")).block(SOON);
			assertThat(called).containsExactly("before", "web client", "after");
		});
	}

	@Test
	void blockingBuilderOfTheApplicationKeepsPropertiesMetersListenersAndCustomizers() {
		this.contextRunner.withUserConfiguration(HttpCustomizers.class, OwnBuilder.class).run((context) -> {
			List<String> called = context.getBean(HttpCustomizers.class).called;
			client(context).agent().run(request("Own, blocking").withTag("own"));
			assertThat(called).containsExactly("rest client");
			assertThat(integrationOf("Own, blocking")).isEqualTo("own");
			assertEventsAndMeters(context);
			reactive(context).agent().run(request("Own, other kind")).block(SOON);
			assertThat(integrationOf("Own, other kind")).isEqualTo("environment");
		});
	}

	@Test
	void reactiveBuilderOfTheApplicationKeepsPropertiesMetersListenersAndCustomizers() {
		this.contextRunner.withUserConfiguration(HttpCustomizers.class, OwnReactiveBuilder.class).run((context) -> {
			List<String> called = context.getBean(HttpCustomizers.class).called;
			reactive(context).agent().run(request("Own, reactive").withTag("own")).block(SOON);
			assertThat(called).containsExactly("before", "web client", "after");
			assertThat(integrationOf("Own, reactive")).isEqualTo("own");
			assertEventsAndMeters(context);
		});
	}

	private static void assertEventsAndMeters(ApplicationContext context) {
		assertThat(context.getBean(RunEvents.class).awaitEndedTags(1)).containsExactly("own");
		MeterRegistry meters = context.getBean(MeterRegistry.class);
		await().untilAsserted(() -> {
			assertThat(meters.get("tinyfish.client.calls").timer().count()).isEqualTo(1);
			assertThat(meters.get("tinyfish.run").timer().count()).isEqualTo(1);
		});
	}

	private static ReactiveTinyFishClient reactive(ApplicationContext context) {
		return context.getBean(ReactiveTinyFishClient.class);
	}

	private static String integrationOf(String goal) {
		List<ReceivedRequest> submissions = simulator.journal().submissions(goal);
		assertThat(submissions).hasSize(1);
		return submissions.get(0).body().replaceFirst(".*\"api_integration\":\"(\\w+)\".*", "$1");
	}

	@Order(-1)
	static class EarlyCustomizer implements TinyFishClientBuilderCustomizer {

		@Override
		public void customize(TinyFishClientBuilder<?> builder) {
			builder.integration("early").allowedHosts(AllowedHosts.of("shop.example"));
		}

	}

	/**
	 * Each of them notes the requests that it sees.
	 */
	@Configuration(proxyBeanMethods = false)
	static class HttpCustomizers {

		private final List<String> called = new CopyOnWriteArrayList<>();

		@Bean
		@Order(-1)
		TinyFishClientBuilderCustomizer before() {
			return (builder) -> builder.customizeWebClient(filter("before"));
		}

		@Bean
		TinyFishClientBuilderCustomizer after() {
			return (builder) -> builder.customizeWebClient(filter("after"));
		}

		@Bean
		TinyFishWebClientCustomizer webClient() {
			return filter("web client")::accept;
		}

		@Bean
		TinyFishRestClientCustomizer restClient() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				this.called.add("rest client");
				return execution.execute(request, body);
			});
		}

		private Consumer<WebClient.Builder> filter(String name) {
			return (builder) -> builder.filter((request, next) -> {
				this.called.add(name);
				return next.exchange(request);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnBuilder {

		@Bean
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		TinyFishClient.Builder ownBuilder(TinyFishClientBuilderConfigurer configurer) {
			return configurer.configure(TinyFishClient.builder()).integration("own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnReactiveBuilder {

		@Bean
		@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
		ReactiveTinyFishClient.Builder ownBuilder(TinyFishClientBuilderConfigurer configurer) {
			return configurer.configure(ReactiveTinyFishClient.builder()).integration("own");
		}

	}

}
