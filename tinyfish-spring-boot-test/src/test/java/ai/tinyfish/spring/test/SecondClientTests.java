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

package ai.tinyfish.spring.test;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.DynamicPropertyRegistrar;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An application with several clients, as the page about them describes its tests.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE,
		properties = { "tinyfish.api-key=sk-of-the-properties", "staging.base-url=http://127.0.0.1:9" })
@AutoConfigureTinyFishSimulator(apiKeys = { "sk-production", "sk-key", "sk-address" })
class SecondClientTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example", "Read the price");

	@Autowired
	private TinyFishSimulator simulator;

	@Test
	void autoConfiguredClientUsesTheFirstKey(@Autowired TinyFishClient client) {
		client.agent().run(REQUEST);
		assertThat(this.simulator).hasReceivedApiKey("sk-production").hasNotReceivedApiKey("sk-key");
	}

	@Test
	void clientWithAnotherKeyIsSimulated(@Autowired @Qualifier("withKey") TinyFishClient client) {
		client.agent().run(REQUEST);
		assertThat(this.simulator).hasReceivedApiKey("sk-key").hasNotReceivedApiKey("sk-production");
	}

	@Test
	void clientWithABaseUrlIsSimulatedThroughItsProperty(@Autowired @Qualifier("withAddress") TinyFishClient client) {
		client.agent().run(REQUEST);
		assertThat(this.simulator).hasReceivedApiKey("sk-address").hasNotReceivedApiKey("sk-production");
	}

	@Test
	void keyThatIsNotNamedIsRefused(@Autowired TinyFishClient client) {
		TinyFishClient other = client.mutate().apiKey("sk-other").build();
		assertThatExceptionOfType(TinyFishAuthenticationException.class).isThrownBy(() -> other.agent().run(REQUEST));
		assertThat(this.simulator).hasStartedNoRuns();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

		@Bean(defaultCandidate = false)
		TinyFishClient withKey(TinyFishClient.Builder builder) {
			return builder.apiKey("sk-key").build();
		}

		@Bean(defaultCandidate = false)
		TinyFishClient withAddress(TinyFishClient.Builder builder, @Value("${staging.base-url}") String baseUrl) {
			return builder.apiKey("sk-address").baseUrl(baseUrl).build();
		}

	}

	@TestConfiguration(proxyBeanMethods = false)
	static class SimulatedStaging {

		@Bean
		DynamicPropertyRegistrar stagingBaseUrl(TinyFishSimulator simulator) {
			return (properties) -> properties.add("staging.base-url", simulator::baseUrl);
		}

	}

}
