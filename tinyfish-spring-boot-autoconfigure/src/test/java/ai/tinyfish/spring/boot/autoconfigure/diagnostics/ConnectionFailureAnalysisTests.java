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

package ai.tinyfish.spring.boot.autoconfigure.diagnostics;

import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishConnectionDetails;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishSimulatorAutoConfiguration;
import ai.tinyfish.spring.boot.testing.StackTraces;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Keys and addresses that cannot work are found at start-up, wherever they come from, and
 * the analysis does not show them.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionFailureAnalysisTests {

	private static final String PROBLEM = "must consist of visible ASCII characters,"
			+ " without white space, line breaks and quotes in it";

	private Environment environment;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withInitializer((context) -> this.environment = context.getEnvironment())
		.withConfiguration(
				AutoConfigurations.of(TinyFishAutoConfiguration.class, TinyFishSimulatorAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "sk-secret part", "\"sk-secret\"", "'sk-secret'", "sk-secret\r\npart", "sk-secret\tpart",
			"sk-secret\u00e9" })
	void malformedKeyIsAnalysedWhereverItComesFrom(String key) {
		this.contextRunner.withBean(TinyFishConnectionDetails.class, () -> new Details(key, null))
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription()).isEqualTo(
					"The TinyFishConnectionDetails bean is not valid: its API key is malformed: it " + PROBLEM + "."));
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", key))
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription()).isEqualTo(
					"The property 'tinyfish.api-key' (\"TINYFISH_API_KEY\" from property source \"systemEnvironment\")"
							+ " is not valid: " + PROBLEM + "."));
		this.contextRunner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("file", Map.of("tinyfish.api-key", key))))
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.startsWith("The property 'tinyfish.api-key' (")
				.endsWith(" is not valid: " + PROBLEM + "."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.api-key=${SHOP_KEY}", "tinyfish.api-key=${TINYFISH_API_KEY}",
			"tinyfish.base-url=${SHOP_URL}", "tinyfish.base-url=https://${SHOP_HOST}/api" })
	void placeholderWithoutAValueIsNotTakenForTheValue(String property) {
		this.contextRunner.withPropertyValues("tinyfish.api-key=sk-test")
			.withPropertyValues(property)
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.startsWith("The property '" + property.substring(0, property.indexOf('=')) + "'")
				.endsWith(
						" is not valid: has a placeholder without a value, such as an environment variable that is not"
								+ " set."));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "agent.tinyfish.ai", "ftp://agent.tinyfish.ai", "https://user:secret@tinyfish.example",
			"http://not a secret", "https://tinyfish.example/?key=secret" })
	void badBaseUrlOfConnectionDetailsIsAnalysed(String baseUrl) {
		this.contextRunner.withBean(TinyFishConnectionDetails.class, () -> new Details("sk-details", baseUrl))
			.run((context) -> assertThat(analyze(context.getStartupFailure()).getDescription())
				.startsWith("The TinyFishConnectionDetails bean is not valid: its base URL "));
	}

	@Test
	void malformedKeyIsFoundByTheReactiveClientAsWell() {
		this.contextRunner.withBean(TinyFishConnectionDetails.class, () -> new Details("sk-secret part", null))
			.withBean("own", TinyFishClient.class, () -> TinyFishClient.builder().apiKey("sk-own").build())
			.run((context) -> analyze(catchThrowable(() -> context.getBean(ReactiveTinyFishClient.class))));
	}

	@Test
	void applicationPrintsTheProblemOfConnectionDetails(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.build();
		assertThatException().isThrownBy(application::run);
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "The TinyFishConnectionDetails bean is not valid",
					"Correct the TinyFishConnectionDetails bean.")
			.doesNotContain("secret")
			.doesNotContain("\tat ");
	}

	private FailureAnalysis analyze(Throwable failure) {
		assertThat(failure).isNotNull();
		assertThat(StackTraces.of(failure)).doesNotContain("secret");
		FailureAnalysis analysis = new TinyFishConfigurationFailureAnalyzer(this.environment).analyze(failure);
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("secret");
		return analysis;
	}

	private static final class Details implements TinyFishConnectionDetails {

		private final String apiKey;

		private final String baseUrl;

		private Details(String apiKey, String baseUrl) {
			this.apiKey = apiKey;
			this.baseUrl = baseUrl;
		}

		@Override
		public String getApiKey() {
			return this.apiKey;
		}

		@Override
		public String getBaseUrl() {
			return this.baseUrl;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(TinyFishAutoConfiguration.class)
	static class Application {

		@Bean
		TinyFishConnectionDetails connectionDetails() {
			return new Details("sk-secret\npart", null);
		}

	}

}
