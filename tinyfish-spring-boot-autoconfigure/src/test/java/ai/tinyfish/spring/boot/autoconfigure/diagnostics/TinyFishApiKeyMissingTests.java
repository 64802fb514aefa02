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
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

@ExtendWith(OutputCaptureExtension.class)
class TinyFishApiKeyMissingTests {

	private Environment environment;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withInitializer((context) -> this.environment = context.getEnvironment())
		.withConfiguration(
				AutoConfigurations.of(TinyFishAutoConfiguration.class, TinyFishSimulatorAutoConfiguration.class));

	@Test
	void startUpFailsWithoutAKey() {
		this.contextRunner.run((context) -> assertThat(context).hasFailed()
			.getFailure()
			.hasRootCauseInstanceOf(TinyFishApiKeyMissingException.class));
	}

	@Test
	void analysisSaysWhereToGetAKeyWhereToPutItAndHowToGoWithout() {
		this.contextRunner.run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription())
				.isEqualTo("TinyFishClient needs an API key, and none is configured for TinyFish.");
			assertThat(analysis.getAction()).contains("https://agent.tinyfish.ai/api-keys", "TINYFISH_API_KEY",
					"tinyfish.api-key", "TinyFishApiKeyProvider", "TinyFishConnectionDetails",
					"tinyfish.simulator.enabled=auto", "tinyfish.enabled=false");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t" })
	void blankKeyIsMissing(String key) {
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", key))
			.run((context) -> assertThat(analyze(context).getDescription()).contains(
					"The property 'tinyfish.api-key' (\"TINYFISH_API_KEY\" from property source \"systemEnvironment\") is set, but blank.")
				.doesNotContain("did you mean"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.api-key", "TINYFISH_API_KEY" })
	void analysisSaysThatABlankKeyDoesNotStartTheSimulator(String name) {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto", name + "=").run((context) -> {
			FailureAnalysis analysis = analyze(context);
			assertThat(analysis.getDescription()).contains("The property '" + name + "' (", "is set, but blank.")
				.doesNotContain("did you mean");
			assertThat(analysis.getAction())
				.contains("a simulator takes the place of TinyFish as long as no key is set, not even a blank one");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.api.key", "tinyfish.key", "tinyfish.api.token", "spring.ai.tinyfish.api-key",
			"tinyfish_api_key_", "TINYFISH_KEY" })
	void similarPropertyIsNoticed(String name) {
		this.contextRunner.withPropertyValues(name + "=sk-misplaced")
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("The property '" + name + "' (", " is not read; did you mean 'tinyfish.api-key'?")
				.doesNotContain("sk-misplaced"));
	}

	@Test
	void similarVariableIsNoticed() {
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_TOKEN", "sk-misplaced"))
			.run((context) -> assertThat(analyze(context).getDescription())
				.contains("'TINYFISH_TOKEN'", "did you mean 'tinyfish.api-key'?")
				.doesNotContain("sk-misplaced"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.apikey", "tinyfish.apiKey", "tinyfish.api_key", "TINYFISH_API_KEY" })
	void otherSpellingsOfThePropertyAreRead(String name) {
		this.contextRunner.withPropertyValues(name + "=sk-property")
			.run((context) -> assertThat(context).hasSingleBean(TinyFishClient.class));
	}

	@Test
	void autoWithoutTheSimulatorOnTheClassPathIsAMissingKey() {
		this.contextRunner.withPropertyValues("tinyfish.simulator.enabled=auto")
			.withClassLoader(new FilteredClassLoader("ai.tinyfish.simulator"))
			.run((context) -> assertThat(analyze(context).getAction())
				.contains("with ai.tinyfish:tinyfish-simulator on the class path"));
	}

	@Test
	void connectionDetailsWithoutKeyDoNotHelp() {
		this.contextRunner.withBean(TinyFishConnectionDetails.class, () -> new TinyFishConnectionDetails() {
		}).run((context) -> assertThat(analyze(context)).isNotNull());
	}

	@Test
	void applicationPrintsTheAnalysis(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.build();
		assertThatException().isThrownBy(() -> application.run("--tinyfish.api.key=sk-misplaced"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "https://agent.tinyfish.ai/api-keys",
					"The property 'tinyfish.api.key' (", "did you mean 'tinyfish.api-key'?")
			.doesNotContain("sk-misplaced")
			.doesNotContain("\tat ");
	}

	@Test
	void applicationPrintsTheProblemOfTheKeyButNotTheKey(CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.build();
		assertThatException().isThrownBy(() -> application.run("--tinyfish.api-key=sk-half\nsecret"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "The property 'tinyfish.api-key' (",
					"is not valid: must consist of visible ASCII characters")
			.doesNotContain("sk-half")
			.doesNotContain("secret")
			.doesNotContain("\tat ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sk-secret part", "\"sk-secret\"", "'sk-secret'", "sk-secret\r\npart", "sk-secret\u00e9" })
	void malformedKeyFailsStartUpAndIsNotShown(String key) {
		this.contextRunner.withInitializer(SystemEnvironment.of("TINYFISH_API_KEY", key)).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StackTraces.of(context.getStartupFailure())).contains("tinyfish.api-key")
				.doesNotContain("secret");
		});
	}

	@Test
	void malformedKeyOfConnectionDetailsFailsStartUpAndIsNotShown() {
		this.contextRunner.withBean(TinyFishConnectionDetails.class, () -> new TinyFishConnectionDetails() {

			@Override
			public String getApiKey() {
				return "sk-secret part";
			}

		}).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StackTraces.of(context.getStartupFailure())).contains("API key is malformed")
				.doesNotContain("secret");
		});
	}

	private FailureAnalysis analyze(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		return new TinyFishApiKeyMissingFailureAnalyzer(this.environment).analyze(context.getStartupFailure());
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TinyFishAutoConfiguration.class, TinyFishSimulatorAutoConfiguration.class })
	static class Application {

	}

}
