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

package ai.tinyfish.spring.boot.autoconfigure.actuate;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class TinyFishEndpointAutoConfigurationTests {

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(
				AutoConfigurations.of(TinyFishAutoConfiguration.class, TinyFishEndpointAutoConfiguration.class))
		.withPropertyValues("tinyfish.api-key=sk-property");

	private final WebApplicationContextRunner exposedRunner = this.contextRunner
		.withPropertyValues("management.endpoints.web.exposure.include=tinyfish");

	@Test
	void endpointIsNotExposedByDefault() {
		this.contextRunner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TinyFishEndpoint.class));
		this.exposedRunner.run((context) -> assertThat(context).hasSingleBean(TinyFishEndpoint.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "management.endpoint.tinyfish.access=NONE", "tinyfish.enabled=false" })
	void endpointIsOff(String property) {
		this.exposedRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(TinyFishEndpoint.class));
	}

	@Test
	void openRunsAreNamedAfterTheirBeans() {
		this.exposedRunner.withUserConfiguration(SeveralOpenRuns.class)
			.run((context) -> assertThat(context.getBean(TinyFishEndpoint.class).runs().openRuns())
				.containsOnlyKeys("production", "staging"));
	}

	@Test
	void clientWorksWithoutTheActuator() {
		this.exposedRunner.withClassLoader(new FilteredClassLoader("org.springframework.boot.actuate"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TinyFishClient.class)
				.doesNotHaveBean("tinyFishEndpoint"));
	}

	@Configuration(proxyBeanMethods = false)
	static class SeveralOpenRuns {

		@Bean
		OpenRuns production() {
			return OpenRuns.unlimited();
		}

		@Bean(defaultCandidate = false)
		OpenRuns staging() {
			return OpenRuns.unlimited();
		}

	}

}
