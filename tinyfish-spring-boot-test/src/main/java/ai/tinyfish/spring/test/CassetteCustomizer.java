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

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.StringUtils;

/**
 * Customizer that gives a cassette to the simulator, and in record mode a recorder. It is
 * then also the last interceptor, which knows the versions of goals.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class CassetteCustomizer implements TinyFishSimulatorBuilderCustomizer, TinyFishRunInterceptor, AutoCloseable {

	private static final String MODE = "tinyfish.cassette.mode";

	private final Path file;

	private final CassetteFilter filter;

	private final @Nullable CassetteRecording recording;

	CassetteCustomizer(String name, Environment environment, ObjectProvider<CassetteFilter> filters,
			ObjectProvider<TinyFishApiKeyProvider> keys) {
		this.file = fileOf(name);
		this.filter = (fields) -> filters.orderedStream().forEach((each) -> each.filter(fields));
		this.recording = isRecording(environment)
				? new CassetteRecording(new CassetteFile(this.file), this.filter,
						() -> client(environment, keys.getIfUnique()), () -> secrets(environment, keys.getIfUnique()))
				: null;
	}

	/**
	 * Create a customizer for a test without an application.
	 */
	static CassetteCustomizer withoutApplication(String name) {
		StaticListableBeanFactory none = new StaticListableBeanFactory();
		return new CassetteCustomizer(name, new StandardEnvironment(), none.getBeanProvider(CassetteFilter.class),
				none.getBeanProvider(TinyFishApiKeyProvider.class));
	}

	static Path fileOf(String name) {
		return Path.of("src", "test", "resources", "cassettes").resolve(name + ".json").normalize();
	}

	private static boolean isRecording(Environment environment) {
		String mode = environment.getProperty(MODE, "replay");
		if (!mode.equals("record")) {
			if (!mode.equals("replay")) {
				throw new IllegalStateException(MODE + " is replay or record, not " + mode);
			}
			return false;
		}
		if (!"false".equals(environment.getProperty("CI", "false"))) {
			throw new IllegalStateException("No runs are recorded where CI is set: record them on your machine");
		}
		return true;
	}

	private static TinyFishClient client(Environment environment, @Nullable TinyFishApiKeyProvider keys) {
		String key = key(environment, keys);
		if (!StringUtils.hasText(key)) {
			throw new IllegalStateException("To record runs, set tinyfish.api-key or TINYFISH_API_KEY");
		}
		return TinyFishClient.builder()
			.apiKey(key)
			.baseUrl(environment.getProperty("tinyfish.base-url", TinyFishClient.DEFAULT_BASE_URL))
			.build();
	}

	private static @Nullable String key(Environment environment, @Nullable TinyFishApiKeyProvider keys) {
		String key = (keys != null) ? keys.getApiKey() : environment.getProperty("tinyfish.api-key");
		return (key != null) ? key : environment.getProperty("TINYFISH_API_KEY");
	}

	private static List<String> secrets(Environment environment, @Nullable TinyFishApiKeyProvider keys) {
		List<String> secrets = new ArrayList<>();
		for (String secret : new @Nullable String[] { key(environment, keys),
				environment.getProperty("tinyfish.webhook.secret") }) {
			if (StringUtils.hasText(secret)) {
				secrets.add(secret.strip());
			}
		}
		secrets.addAll(List.of(environment.getProperty("tinyfish.cassette.secrets", String[].class, new String[0])));
		return secrets;
	}

	@Override
	public void customize(TinyFishSimulatorBuilder builder) {
		builder.cassette(this.file, this.filter, this.recording);
	}

	@Override
	public AgentRequest beforeRun(RunSubmission submission) {
		if (this.recording != null) {
			this.recording.goalVersion(RunContext.of(null, submission.request()));
		}
		return submission.request();
	}

	/**
	 * Wait for the runs that are being recorded.
	 */
	void await() {
		if (this.recording != null) {
			this.recording.await();
		}
	}

	@Override
	public void close() {
		if (this.recording != null) {
			this.recording.close();
		}
	}

}
