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
import java.util.LinkedHashMap;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishConnectionDetails;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * Customizer that gives a cassette to the simulator, and in record mode a recorder. It is
 * then also the last interceptor, which knows the versions of goals.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class CassetteCustomizer implements TinyFishSimulatorBuilderCustomizer, TinyFishRunInterceptor, AutoCloseable {

	private static final String MODE = "tinyfish.cassette.mode";

	private static final String SECRETS = "tinyfish.cassette.secrets";

	private static final String WEBHOOK_SECRET = "tinyfish.webhook.secret";

	private final Path file;

	private final CassetteFilter filter;

	private final @Nullable CassetteRecording recording;

	private volatile @Nullable RuntimeException problem;

	CassetteCustomizer(String name, Environment environment, ObjectProvider<CassetteFilter> filters,
			ObjectProvider<TinyFishClient.Builder> builders, ObjectProvider<TinyFishConnectionDetails> simulator) {
		this.file = fileOf(name);
		this.filter = (fields) -> {
			try {
				filters.orderedStream().forEach((each) -> each.filter(fields));
			}
			catch (RuntimeException ex) {
				this.problem = ex;
				throw ex;
			}
		};
		RecordingClients clients = new RecordingClients(environment, builders::getObject,
				() -> simulator.getObject().getApiKey());
		this.recording = isRecording(environment) ? new CassetteRecording(new CassetteFile(this.file), this.filter,
				clients, secrets(environment, clients.configuredKey())) : null;
	}

	/**
	 * Create a customizer for a test without an application.
	 */
	static CassetteCustomizer withoutApplication(String name, TinyFishSimulator simulator) {
		StandardEnvironment environment = new StandardEnvironment();
		ConfigurationPropertySources.attach(environment);
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("builder", TinyFishClient.builder());
		beans.addBean("simulator", new TinyFishConnectionDetails() {
			@Override
			public String getApiKey() {
				return simulator.apiKey();
			}
		});
		return new CassetteCustomizer(name, environment, beans.getBeanProvider(CassetteFilter.class),
				beans.getBeanProvider(TinyFishClient.Builder.class),
				beans.getBeanProvider(TinyFishConnectionDetails.class));
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

	/**
	 * Return the secrets of the application with their names.
	 */
	private static Map<String, String> secrets(Environment environment, @Nullable String key) {
		Map<String, String> secrets = new LinkedHashMap<>();
		if (key != null) {
			secrets.put(key, "the API key");
		}
		Binder binder = Binder.get(environment);
		binder.bind(WEBHOOK_SECRET, String.class).ifBound((secret) -> secrets.put(secret.strip(), WEBHOOK_SECRET));
		binder.bind(SECRETS, Bindable.listOf(String.class))
			.ifBound((declared) -> declared.forEach((secret) -> secrets.put(secret, "a value of " + SECRETS)));
		secrets.keySet().removeIf(String::isBlank);
		return secrets;
	}

	@Override
	public void customize(TinyFishSimulatorBuilder builder) {
		builder.cassette(this.file, this.filter, this.recording);
		if (this.recording != null) {
			// a run is recorded with its own key, such as that of a tenant
			builder.anyApiKey();
		}
	}

	/**
	 * Give the cassette to the simulator of a test without an application.
	 */
	void applyTo(TinyFishSimulator simulator) {
		simulator.cassette(this.file, this.filter, this.recording);
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
	 * @throws AssertionError if a filter has failed
	 */
	void await() {
		if (this.recording != null) {
			this.recording.await();
		}
		RuntimeException ex = this.problem;
		if (ex != null) {
			this.problem = null;
			throw new AssertionError("The CassetteFilter failed: " + ex, ex);
		}
	}

	@Override
	public void close() {
		if (this.recording != null) {
			this.recording.close();
		}
	}

}
