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

import java.util.Collections;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
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
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.AnnotationAwareOrderComparator;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Values of properties that cannot be used are named when the application starts, with
 * their origin, and are not shown.
 */
@ExtendWith(OutputCaptureExtension.class)
class PropertyFailureAnalysisTests {

	private Environment environment;

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withInitializer((context) -> this.environment = context.getEnvironment())
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class))
		.withPropertyValues("tinyfish.api-key=sk-property");

	@Test
	void badValueIsAnalysed() {
		this.contextRunner.withPropertyValues("tinyfish.base-url=https://user:hunter2@agent.tinyfish.ai")
			.run((context) -> {
				FailureAnalysis analysis = new TinyFishConfigurationFailureAnalyzer(this.environment)
					.analyze(context.getStartupFailure());
				assertThat(analysis.getDescription())
					.contains("'tinyfish.base-url'", "\"tinyfish.base-url\" from property source",
							"must be an absolute http or https URL")
					.doesNotContain("hunter2");
				assertThat(analysis.getAction()).isEqualTo("Correct the property 'tinyfish.base-url'.");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.http-proxy.host=", "tinyfish.http-proxy.port=0", "tinyfish.http-proxy.username=",
			"tinyfish.webhook.path=/", "tinyfish.webhook.secret=hunter2", "tinyfish.webhook.url=http://hunter2",
			"tinyfish.api-key=sk-property hunter2", "tinyfish.base-url=https://hunter2:hunter2@agent.tinyfish.ai",
			"tinyfish.simulator.pace=-1s" })
	void applicationThatDoesNotStartShowsNoSecret(String property, CapturedOutput output) {
		SpringApplication application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.properties("tinyfish.api-key=sk-property", "tinyfish.http-proxy.host=proxy.example",
					"tinyfish.http-proxy.port=3128", "tinyfish.http-proxy.username=someone",
					"tinyfish.http-proxy.password=hunter2", "tinyfish.webhook.enabled=true",
					"tinyfish.webhook.secret=hunter2-hunter2-hunter2")
			.build();
		Throwable failure = catchThrowable(() -> application.run("--" + property));
		String name = property.substring(0, property.indexOf('='));
		assertThat(output).contains("APPLICATION FAILED TO START", "The property '" + name + "' (\"" + name,
				"Correct the property '" + name + "'.");
		assertThat(output + StackTraces.of(failure)).doesNotContain("hunter2").doesNotContain("sk-property");
	}

	@Test
	void analysisNamesThePropertyForAnyOrderOfJars() {
		this.contextRunner
			.withPropertyValues("tinyfish.webhook.enabled=true", "tinyfish.webhook.path=/",
					"tinyfish.webhook.secret=hunter2-hunter2-hunter2")
			.run((context) -> {
				List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
					.load(FailureAnalyzer.class, ArgumentResolver.of(Environment.class, this.environment),
							(type, name, failure) -> {
							});
				Collections.reverse(analyzers);
				AnnotationAwareOrderComparator.sort(analyzers);
				FailureAnalysis analysis = analyzers.stream()
					.map((analyzer) -> analyzer.analyze(context.getStartupFailure()))
					.filter(Objects::nonNull)
					.findFirst()
					.orElseThrow();
				assertThat(analysis.getDescription()).startsWith("The property 'tinyfish.webhook.path' (")
					.doesNotContain("hunter2");
			});
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration(TinyFishAutoConfiguration.class)
	static class Application {

	}

}
