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

package ai.tinyfish.spring.test.cassette;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import ai.tinyfish.spring.test.RunEventRecorder;
import ai.tinyfish.spring.test.TestApplication;
import ai.tinyfish.spring.test.cassette.CassetteContextCustomizerFactory.CassetteContextCustomizer;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Application whose simulator records runs of a service, or replays them.
 */
final class CassetteContext implements AutoCloseable {

	static final String KEY = "sk-of-the-application";

	private final ConfigurableApplicationContext context;

	private CassetteContext(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static CassetteContext recording(Path file, TinyFishSimulator service, String... properties) {
		List<String> all = new ArrayList<>(List.of("tinyfish.cassette.mode=record", "CI=false",
				"tinyfish.base-url=" + service.baseUrl(), "tinyfish.api-key=" + KEY));
		for (String property : properties) {
			all.removeIf((each) -> each.startsWith(property.substring(0, property.indexOf('=') + 1)));
			all.add(property);
		}
		return start(file, (fields) -> {
		}, all);
	}

	static CassetteContext replaying(Path file, String... properties) {
		return start(file, (fields) -> {
		}, List.of(properties));
	}

	static CassetteContext start(Path file, CassetteFilter filter, List<String> properties) {
		String name = file.toAbsolutePath().toString().replaceFirst("\\.json$", "");
		List<ContextCustomizer> customizers = List.of(simulatorCustomizer(), new CassetteContextCustomizer(name));
		return new CassetteContext(new SpringApplicationBuilder(TestApplication.class).web(WebApplicationType.NONE)
			.initializers((context) -> {
				customizers.forEach((customizer) -> customizer.customizeContext(context,
						new MergedContextConfiguration(CassetteContext.class, null, null, null, null)));
				((GenericApplicationContext) context).registerBean(CassetteFilter.class, () -> filter);
			})
			// as arguments, which take precedence over the environment variable CI
			.run(properties.stream().map((property) -> "--" + property).toArray(String[]::new)));
	}

	private static ContextCustomizer simulatorCustomizer() {
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(ContextCustomizerFactory.class)
			.stream()
			.filter((factory) -> factory.getClass().getPackage() == AutoConfigureTinyFishSimulator.class.getPackage())
			.map((factory) -> factory.createContextCustomizer(Simulated.class, List.of()))
			.findFirst()
			.orElseThrow();
	}

	TinyFishClient client() {
		return this.context.getBean(TinyFishClient.class);
	}

	ReactiveTinyFishClient reactiveClient() {
		return this.context.getBean(ReactiveTinyFishClient.class);
	}

	TinyFishSimulator simulator() {
		return this.context.getBean(TinyFishSimulator.class);
	}

	CassetteCustomizer cassette() {
		return this.context.getBean(CassetteCustomizer.class);
	}

	RunEventRecorder events() {
		return this.context.getBean(RunEventRecorder.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@AutoConfigureTinyFishSimulator
	private static final class Simulated {

	}

}
