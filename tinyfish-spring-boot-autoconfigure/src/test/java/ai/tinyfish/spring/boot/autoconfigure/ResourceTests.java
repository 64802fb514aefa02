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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.boot.testing.NewThreads;
import ai.tinyfish.spring.boot.testing.SocketApi;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Connections and threads: none before the first call, and none after the application.
 */
class ResourceTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final AgentRequest ENDLESS = AgentRequest.of("https://shop.example/", SocketApi.ENDLESS);

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final NewThreads threads = NewThreads.since();

	@AutoClose
	private final SocketApi api = new SocketApi();

	@Test
	void nothingConnectsOrStartsAThreadBeforeTheFirstCall() {
		try (ConfigurableApplicationContext context = start(Application.class)) {
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			assertThat(context.getBean(Readiness.class).connections).containsExactly(0);
			assertThat(this.threads.ofAnyHttpClient()).isEmpty();
			reactive.runs().get(SocketApi.RUN_ID).block(PATIENCE);
			context.getBean(TinyFishClient.class).runs().get(SocketApi.RUN_ID);
			assertThat(this.api.accepted()).as("one connection of either client, and none before").isEqualTo(2);
			assertThat(this.threads.ofConnections()).isNotEmpty();
		}
		assertNothingIsLeft();
	}

	@Test
	void hostIsNotResolvedBeforeTheFirstCall() {
		try (ConfigurableApplicationContext context = start(Application.class,
				"--tinyfish.base-url=http://no-such-host.invalid")) {
			assertThat(context.getBean(ReactiveTinyFishClient.class)).isNotNull();
			assertThat(this.threads.ofAnyHttpClient()).isEmpty();
		}
	}

	@Test
	void nothingIsLeftOfCallsAndStreamsThatHaveEnded() {
		try (ConfigurableApplicationContext context = start(Application.class)) {
			TinyFishClient blocking = context.getBean(TinyFishClient.class);
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			blocking.agent().run(REQUEST);
			blocking.agent().stream(REQUEST).await();
			blocking.agent().start(REQUEST).await();
			reactive.agent().run(REQUEST).block(PATIENCE);
			reactive.agent().stream(REQUEST).blockLast(PATIENCE);
		}
		assertNothingIsLeft();
	}

	@Test
	void nothingIsLeftOfStreamsThatAreOpen() {
		List<Throwable> ends = new ArrayList<>();
		try (ConfigurableApplicationContext context = start(Application.class)) {
			TinyFishClient blocking = context.getBean(TinyFishClient.class);
			leaveOpen(context);
			blocking.agent().stream(ENDLESS);
			Disposable subscription = context.getBean(ReactiveTinyFishClient.class)
				.agent()
				.stream(ENDLESS)
				.subscribe((event) -> {
				}, ends::add);
			await().untilAsserted(() -> assertThat(this.api.open()).isGreaterThanOrEqualTo(3));
			assertThat(subscription.isDisposed()).isFalse();
		}
		await().untilAsserted(() -> assertThat(ends).as("listeners are notified").hasSize(1));
		assertNothingIsLeft();
	}

	@Test
	void nothingIsLeftOfABuildersClientThatWasClosed() {
		try (ConfigurableApplicationContext context = start(Application.class)) {
			try (TinyFishClient blocking = context.getBean(TinyFishClient.Builder.class).build();
					ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.Builder.class).build()) {
				blocking.runs().get(SocketApi.RUN_ID);
				reactive.runs().get(SocketApi.RUN_ID).block(PATIENCE);
			}
			assertNothingIsLeft();
		}
	}

	@Test
	void nothingIsLeftOfAnApplicationWhoseContextFails() {
		assertThatException().isThrownBy(() -> start(FailingBean.class)).havingRootCause().withMessage("bean");
		assertThat(this.api.accepted()).isPositive();
		assertNothingIsLeft();
	}

	@Test
	void nothingIsLeftOfAnApplicationWhoseRunnerFails() {
		assertThatException().isThrownBy(() -> start(FailingRunner.class)).withMessage("runner");
		assertThat(this.api.accepted()).isPositive();
		assertNothingIsLeft();
	}

	private ConfigurableApplicationContext start(Class<?> type, String... arguments) {
		ApplicationContextInitializer<ConfigurableApplicationContext> withApi = (context) -> context.getBeanFactory()
			.registerSingleton("socketApi", this.api);
		return new SpringApplicationBuilder(type).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty(), withApi)
			.properties("tinyfish.base-url=" + this.api.baseUrl(), "tinyfish.api-key=sk-property",
					"tinyfish.run.shutdown-timeout=0s",
					// its connector starts threads of Boot's when a builder is asked for
					"spring.autoconfigure.exclude=" + ReactiveHttpClientAutoConfiguration.class.getName())
			.run(arguments);
	}

	private void assertNothingIsLeft() {
		await().untilAsserted(() -> {
			assertThat(this.api.open()).isZero();
			assertThat(this.threads.ofConnections()).isEmpty();
		});
	}

	private static void leaveOpen(ApplicationContext context) {
		try {
			context.getBean(TinyFishClient.class)
				.agent()
				.start(ENDLESS)
				.started()
				.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		context.getBean(ReactiveTinyFishClient.class).runs().get(SocketApi.RUN_ID).block(PATIENCE);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean
		Readiness readiness(SocketApi api) {
			return new Readiness(api);
		}

	}

	static final class Readiness {

		private final SocketApi api;

		private final List<Integer> connections = new ArrayList<>();

		Readiness(SocketApi api) {
			this.api = api;
		}

		@EventListener(ApplicationReadyEvent.class)
		void ready() {
			this.connections.add(this.api.accepted());
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingBean {

		@Bean
		Object failing(ApplicationContext context) {
			leaveOpen(context);
			throw new IllegalStateException("bean");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class FailingRunner {

		@Bean
		ApplicationRunner failing(ApplicationContext context) {
			return (arguments) -> {
				leaveOpen(context);
				throw new IllegalStateException("runner");
			};
		}

	}

}
