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

package ai.tinyfish.spring.boot.autoconfigure.health;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.PingHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthContributor;
import org.springframework.boot.health.contributor.ReactiveHealthContributors;
import org.springframework.boot.health.registry.ReactiveHealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

class TinyFishHealthContributorAutoConfigurationTests {

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class,
				TinyFishHealthContributorAutoConfiguration.class, HealthContributorRegistryAutoConfiguration.class))
		.withPropertyValues("tinyfish.api-key=sk-property");

	private final ApplicationContextRunner enabledRunner = this.contextRunner
		.withPropertyValues("management.health.tinyfish.enabled=true");

	@ParameterizedTest
	@ValueSource(
			strings = { "", "management.health.defaults.enabled=true", "management.health.tinyfish.enabled=false" })
	void indicatorIsOffUnlessItIsEnabled(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveHealthContributor.class));
	}

	@Test
	void indicatorIsNamedTinyFish() {
		this.enabledRunner.withPropertyValues("management.health.defaults.enabled=false")
			.run((context) -> assertThat(
					context.getBean(ReactiveHealthContributorRegistry.class).getContributor("tinyFish"))
				.isInstanceOf(TinyFishHealthIndicator.class));
	}

	@Test
	void severalClientsHaveAnIndicatorEach() {
		this.enabledRunner.withUserConfiguration(SecondClient.class)
			.run((context) -> assertThat(context.getBean(CompositeReactiveHealthContributor.class).stream())
				.extracting(ReactiveHealthContributors.Entry::name)
				.containsExactlyInAnyOrder("tinyFishClient", "staging"));
	}

	@Test
	void thereIsNoIndicatorWithoutAClient() {
		this.enabledRunner.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveHealthContributor.class));
	}

	@Test
	void indicatorOfTheApplicationIsKept() {
		this.enabledRunner.withBean("tinyFishHealthIndicator", HealthIndicator.class, PingHealthIndicator::new)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ReactiveHealthContributor.class));
	}

	@Test
	void clientWorksWithoutTheClassesOfHealth() {
		this.enabledRunner.withClassLoader(new FilteredClassLoader("org.springframework.boot.health"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TinyFishClient.class)
				.doesNotHaveBean("tinyFishHealthContributor"));
	}

	@Configuration(proxyBeanMethods = false)
	static class SecondClient {

		@Bean(defaultCandidate = false)
		TinyFishClient staging(TinyFishClient.Builder builder) {
			return builder.apiKey("sk-staging").build();
		}

	}

}
