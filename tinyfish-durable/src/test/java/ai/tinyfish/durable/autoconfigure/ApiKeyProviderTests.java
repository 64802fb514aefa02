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

package ai.tinyfish.durable.autoconfigure;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.TinyFishRestClientCustomizer;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Durable runs have the API key of the application's client.
 */
class ApiKeyProviderTests {

	@Test
	void theSimulatorIsNotSentTheKeyOfTheProvider() {
		new ApplicationContextRunner().withUserConfiguration(Application.class)
			.withPropertyValues(DatabaseKind.H2.newDatabase().toArray(String[]::new))
			.withPropertyValues("tinyfish.simulator.enabled=true", "tinyfish.durable.interval=200ms")
			.run((context) -> {
				DurableRuns runs = context.getBean(DurableRuns.class);
				String id = runs.submit(AgentRequest.of("https://shop.example/", "Find the price")).id();
				await().atMost(Instance.SOON)
					.until(() -> runs.find(id).state(), (state) -> state == DurableRunState.DONE);
				assertThat(context.getBean(TinyFishSimulator.class).journal().runsCreated()).isEqualTo(1);
				assertThat(context.getBean(Application.class).keys).isNotEmpty().doesNotContain(Application.KEY);
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.modulith.events.config.EventPublicationAutoConfiguration",
					"org.springframework.modulith.events.jdbc.JdbcEventPublicationAutoConfiguration" })
	static class Application {

		private static final String KEY = "sk-0123456789-0123456789";

		private final List<String> keys = new CopyOnWriteArrayList<>();

		@Bean
		TinyFishApiKeyProvider apiKeyProvider() {
			return () -> KEY;
		}

		@Bean
		TinyFishRestClientCustomizer recordingCustomizer() {
			return (builder) -> builder.requestInterceptor((request, body, execution) -> {
				this.keys.add(String.valueOf(request.getHeaders().getFirst("X-API-Key")));
				return execution.execute(request, body);
			});
		}

	}

}
