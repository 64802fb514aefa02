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
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.simulator.UrlSecrets;
import ai.tinyfish.spring.boot.TinyFishSimulatorBuilderCustomizer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
 * Customizer that gives a cassette to the simulator, and in the other modes than replay a
 * recorder. It is also the last interceptor, which knows the versions of goals.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
final class CassetteCustomizer implements TinyFishSimulatorBuilderCustomizer, TinyFishRunInterceptor, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CassetteCustomizer.class);

	private static final String MODE = "tinyfish.cassette.mode";

	private static final String RENEW = "renew";

	private static final String SECRETS = "tinyfish.cassette.secrets";

	private static final String WEBHOOK_SECRET = "tinyfish.webhook.secret";

	private static final Duration MAX_AGE = Duration.ofDays(90);

	private final String nameOfClass;

	private final Environment environment;

	private final String mode;

	private final CassetteFilter filter;

	private final RecordingClients clients;

	/** Recordings by the name of their cassette. */
	private final Map<String, CassetteRecording> recordings = new ConcurrentHashMap<>();

	private final Set<Path> warned = ConcurrentHashMap.newKeySet();

	/** Versions of goals, which are not sent. */
	private final Map<String, String> goalVersions = new ConcurrentHashMap<>();

	private volatile @Nullable RuntimeException problem;

	/**
	 * Create a customizer.
	 * @param nameOfClass the cassette of the test class, empty if only methods have one
	 */
	CassetteCustomizer(String nameOfClass, Environment environment, ObjectProvider<CassetteFilter> filters,
			ObjectProvider<TinyFishClient.Builder> builders, ObjectProvider<TinyFishSimulator> simulator) {
		this.nameOfClass = nameOfClass;
		this.environment = environment;
		this.mode = mode(environment);
		this.filter = (fields) -> {
			if (fields.get("goal") instanceof String goal && this.goalVersions.containsKey(goal)) {
				fields.put("goal_version", this.goalVersions.get(goal));
			}
			String json = UrlSecrets.IN_TEXT.mask(CassetteFile.JSON.writeValueAsString(fields));
			fields.putAll(CassetteFile.JSON.readValue(json, CassetteFile.FIELDS));
			try {
				filters.orderedStream().forEach((each) -> each.filter(fields));
			}
			catch (RuntimeException ex) {
				this.problem = ex;
				throw ex;
			}
		};
		this.clients = new RecordingClients(environment, builders::getObject, () -> simulator.getObject().apiKey());
	}

	/**
	 * Create a customizer for a test without an application.
	 */
	static CassetteCustomizer withoutApplication(TinyFishSimulator simulator) {
		StandardEnvironment environment = new StandardEnvironment();
		ConfigurationPropertySources.attach(environment);
		StaticListableBeanFactory beans = new StaticListableBeanFactory();
		beans.addBean("builder", TinyFishClient.builder());
		beans.addBean("simulator", simulator);
		return new CassetteCustomizer("", environment, beans.getBeanProvider(CassetteFilter.class),
				beans.getBeanProvider(TinyFishClient.Builder.class), beans.getBeanProvider(TinyFishSimulator.class));
	}

	static Path fileOf(String name) {
		return Path.of("src", "test", "resources", "cassettes").resolve(name + ".json").normalize();
	}

	private static String mode(Environment environment) {
		String mode = environment.getProperty(MODE, "replay");
		if (!List.of("replay", "record", RENEW).contains(mode)) {
			throw new IllegalStateException(MODE + " is replay, record or renew, not " + mode);
		}
		if (!mode.equals("replay") && !"false".equals(environment.getProperty("CI", "false"))) {
			throw new IllegalStateException("No runs are recorded where CI is set: record them on your machine");
		}
		return mode;
	}

	/**
	 * Return the secrets of the application with their names.
	 */
	private Map<String, String> secrets() {
		Map<String, String> secrets = new LinkedHashMap<>();
		String key = this.clients.configuredKey();
		if (key != null) {
			secrets.put(key, "the API key");
		}
		Binder binder = Binder.get(this.environment);
		binder.bind(WEBHOOK_SECRET, String.class).ifBound((secret) -> secrets.put(secret.strip(), WEBHOOK_SECRET));
		binder.bind(SECRETS, Bindable.listOf(String.class))
			.ifBound((declared) -> declared.forEach((secret) -> secrets.put(secret, "a value of " + SECRETS)));
		secrets.keySet().removeIf(String::isBlank);
		return secrets;
	}

	@Override
	public void customize(TinyFishSimulatorBuilder builder) {
		if (!this.nameOfClass.isEmpty()) {
			CassetteFile file = open(this.nameOfClass);
			builder.cassette(file.source(), this.filter, recording(this.nameOfClass, file));
			warnOnce(file);
		}
		if (!this.mode.equals("replay")) {
			// a run is recorded with its own key, such as that of a tenant
			builder.anyApiKey();
		}
	}

	/**
	 * Give the cassette of a test to the simulator, until its next reset.
	 */
	void applyTo(TinyFishSimulator simulator, String name) {
		CassetteFile file = open(name);
		simulator.cassette(file.source(), this.filter, recording(name, file));
		warnOnce(file);
	}

	private CassetteFile open(String name) {
		Path path = fileOf(name);
		return this.mode.equals(RENEW) ? CassetteFile.renewed(path) : new CassetteFile(path);
	}

	private void warnOnce(CassetteFile file) {
		if (!this.warned.add(file.path())) {
			return;
		}
		if (!this.mode.equals("replay")) {
			logger.warn("Runs that are not yet in {} are sent to {}, and billed", file.path(), this.clients.baseUrl());
		}
		Duration maxAge = Binder.get(this.environment)
			.bind("tinyfish.cassette.max-age", Duration.class)
			.orElse(MAX_AGE);
		if (file.oldest().compareTo(Instant.now().minus(maxAge).toString()) < 0) {
			logger.warn("A run in {} was recorded on {}, more than {} days ago. To record its runs anew: -D{}=renew",
					file.path(), file.oldest(), maxAge.toDays(), MODE);
		}
	}

	private @Nullable CassetteRecording recording(String name, CassetteFile file) {
		return this.mode.equals("replay") ? null : this.recordings.computeIfAbsent(name,
				(key) -> new CassetteRecording(file, this.filter, this.clients, secrets()));
	}

	@Override
	public AgentRequest beforeRun(RunSubmission submission) {
		RunContext run = RunContext.of(null, submission.request());
		this.goalVersions.compute(submission.request().goal(), (goal, earlier) -> run.goalVersion());
		return submission.request();
	}

	/**
	 * Wait for the runs that are being recorded.
	 * @throws AssertionError if a filter has failed
	 */
	void await() {
		this.recordings.values().forEach(CassetteRecording::await);
		RuntimeException ex = this.problem;
		if (ex != null) {
			this.problem = null;
			throw new AssertionError("The CassetteFilter failed: " + ex, ex);
		}
	}

	@Override
	public void close() {
		try {
			this.recordings.values().forEach(CassetteRecording::close);
		}
		finally {
			this.clients.close();
		}
	}

}
