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

package ai.tinyfish.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.settings.SubmissionRetry;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties.SimulatorMode;
import ai.tinyfish.spring.boot.autoconfigure.rules.TinyFishRunRulesAutoConfiguration;
import ai.tinyfish.spring.boot.testing.StackTraces;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TinyFishPropertiesTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withConfiguration(AutoConfigurations.of(TinyFishAutoConfiguration.class,
				TinyFishRunRulesAutoConfiguration.class, TinyFishSimulatorAutoConfiguration.class))
		.withPropertyValues("tinyfish.api-key=sk-property");

	@Test
	void everyPropertyReachesTheClientsBuilder() {
		this.contextRunner
			.withPropertyValues("tinyfish.base-url=https://proxy.example/tinyfish", "tinyfish.timeout=61s",
					"tinyfish.connect-timeout=3s", "tinyfish.http-proxy.host=proxy.example",
					"tinyfish.http-proxy.port=3128", "tinyfish.http-proxy.username=user",
					"tinyfish.http-proxy.password=hunter2", "tinyfish.stream.max-open=7",
					"tinyfish.stream.idle-timeout=45s", "tinyfish.stream.max-event-size=2MB", "tinyfish.run.timeout=2h",
					"tinyfish.run.on-timeout=leave", "tinyfish.run.on-close=cancel", "tinyfish.run.poll-interval=2s",
					"tinyfish.run.poll-tolerance=1m", "tinyfish.retry.max-retries=4", "tinyfish.retry.delay=1s",
					"tinyfish.retry.multiplier=1.5", "tinyfish.retry.max-delay=9s", "tinyfish.retry.jitter=0",
					"tinyfish.retry.max-retry-after=5m", "tinyfish.retry.submissions=when-unsent",
					"tinyfish.search.base-url=https://search.example", "tinyfish.fetch.base-url=https://fetch.example",
					"tinyfish.browser.base-url=https://browser.example", "tinyfish.search.timeout=5s",
					"tinyfish.fetch.timeout=140s", "tinyfish.browser.timeout=70s", "tinyfish.browser.idle-timeout=2m",
					"tinyfish.browser.max-duration=1h")
			.run((context) -> {
				Map<String, Object> settings = BuilderSettings.ofBlocking(context);
				assertThat(settings).containsEntry("apiKey", "sk-property")
					.containsEntry("baseUrl", "https://proxy.example/tinyfish")
					.containsEntry("searchBaseUrl", "https://search.example")
					.containsEntry("fetchBaseUrl", "https://fetch.example")
					.containsEntry("browserBaseUrl", "https://browser.example")
					.containsEntry("timeout", Duration.ofSeconds(61))
					.containsEntry("searchTimeout", Duration.ofSeconds(5))
					.containsEntry("fetchTimeout", Duration.ofSeconds(140))
					.containsEntry("browserTimeout", Duration.ofSeconds(70))
					.containsEntry("browserIdleTimeout", Duration.ofMinutes(2))
					.containsEntry("browserMaxDuration", Duration.ofHours(1))
					.containsEntry("connectTimeout", Duration.ofSeconds(3))
					.containsEntry("httpProxy", new HttpProxy("proxy.example", 3128, "user", "hunter2"))
					.containsEntry("maxOpenStreams", 7)
					.containsEntry("streamIdleTimeout", Duration.ofSeconds(45))
					.containsEntry("maxEventSize", 2 * 1024 * 1024)
					.containsEntry("runTimeout", Duration.ofHours(2))
					.containsEntry("onTimeout", AbandonPolicy.LEAVE)
					.containsEntry("onClose", AbandonPolicy.CANCEL)
					.containsEntry("pollInterval", Duration.ofSeconds(2))
					.containsEntry("maxPollInterval", Duration.ofSeconds(15))
					.containsEntry("pollTolerance", Duration.ofMinutes(1))
					.containsEntry("retry", new RetrySettings(4, Duration.ofSeconds(1), 1.5, Duration.ofSeconds(9),
							Duration.ZERO, Duration.ofMinutes(5), SubmissionRetry.WHEN_UNSENT));
			});
	}

	@Test
	void defaultsAreThoseOfTheClient() {
		this.contextRunner.run((context) -> {
			Map<String, Object> settings = BuilderSettings.ofBlocking(context);
			assertThat(settings).containsEntry("baseUrl", TinyFishClient.DEFAULT_BASE_URL)
				// left to the client
				.doesNotContainKeys("timeout", "searchTimeout", "fetchTimeout", "browserTimeout", "connectTimeout",
						"sslContext", "sslParameters", "httpProxy")
				.containsEntry("maxOpenStreams", 500)
				.containsEntry("streamIdleTimeout", Duration.ofMinutes(2))
				.containsEntry("maxEventSize", 16 * 1024 * 1024)
				.containsEntry("browserIdleTimeout", Duration.ofMinutes(5))
				.containsEntry("browserMaxDuration", Duration.ofMinutes(30))
				.containsEntry("runTimeout", Duration.ofMinutes(30))
				.containsEntry("onTimeout", AbandonPolicy.CANCEL)
				.containsEntry("onClose", AbandonPolicy.LEAVE)
				.containsEntry("pollInterval", Duration.ofSeconds(1))
				.containsEntry("maxPollInterval", Duration.ofSeconds(15))
				.containsEntry("pollTolerance", Duration.ofMinutes(5))
				.containsEntry("retry", RetrySettings.defaults());
		});
		TinyFishProperties properties = bind(Map.of());
		assertThat(properties.enabled()).isTrue();
		assertThat(properties.events().heartbeat()).isFalse();
		assertThat(properties.events().threads()).isEqualTo(8);
		assertThat(properties.events().buffer()).isEqualTo(256);
		assertThat(properties.run().shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(properties.run().maxInFlight()).isNull();
		assertThat(properties.allowedHosts()).isNull();
		assertThat(properties.simulator().enabled()).isEqualTo(SimulatorMode.FALSE);
	}

	@Test
	void timeoutsHold() {
		try (WireMockApi api = new WireMockApi()) {
			api.reset().delay(20_000);
			this.contextRunner
				.withPropertyValues("tinyfish.base-url=" + api.baseUrl(), "tinyfish.timeout=200ms",
						"tinyfish.retry.max-retries=0")
				.run((context) -> assertThatExceptionOfType(TinyFishTimeoutException.class)
					.isThrownBy(() -> context.getBean(TinyFishClient.class).runs().list()));
		}
	}

	@Test
	void timeoutOfAnAreaWinsAndTheTimeoutAloneHoldsForAllAreas() {
		try (WireMockApi api = new WireMockApi()) {
			api.reset().delay(20_000);
			ApplicationContextRunner runner = this.contextRunner.withPropertyValues(
					"tinyfish.base-url=" + api.baseUrl(), "tinyfish.timeout=211ms", "tinyfish.retry.max-retries=0");
			runner.withPropertyValues("tinyfish.search.timeout=212ms", "tinyfish.browser.timeout=213ms")
				.run((context) -> {
					assertTimeouts(context.getBean(TinyFishClient.class), 212, 211, 213);
					assertTimeouts(context.getBean(ReactiveTinyFishClient.class), 212, 211, 213);
				});
			runner.run((context) -> {
				assertTimeouts(context.getBean(TinyFishClient.class), 211, 211, 211);
				assertTimeouts(context.getBean(ReactiveTinyFishClient.class), 211, 211, 211);
			});
		}
	}

	private static void assertTimeouts(TinyFishClient client, int search, int fetch, int browser) {
		assertTimeout(search, () -> client.search().query("java records"));
		assertTimeout(fetch, () -> client.fetch().getContents("https://shop.example/"));
		assertTimeout(browser, () -> client.browser().close("br-1"));
	}

	private static void assertTimeouts(ReactiveTinyFishClient client, int search, int fetch, int browser) {
		assertTimeout(search, () -> client.search().query("java records").block(PATIENCE));
		assertTimeout(fetch, () -> client.fetch().getContents("https://shop.example/").block(PATIENCE));
		assertTimeout(browser, () -> client.browser().close("br-1").block(PATIENCE));
	}

	private static void assertTimeout(int millis, ThrowingCallable call) {
		assertThatExceptionOfType(TinyFishTimeoutException.class).isThrownBy(call)
			.withMessageContaining("within " + millis + " ms");
	}

	@Test
	void retriesHold() {
		try (WireMockApi api = new WireMockApi()) {
			ApplicationContextRunner runner = this.contextRunner.withPropertyValues(
					"tinyfish.base-url=" + api.baseUrl(), "tinyfish.retry.delay=1ms", "tinyfish.retry.jitter=0");
			api.reset().alwaysUnavailable();
			runner.withPropertyValues("tinyfish.retry.max-retries=3")
				.run((context) -> assertThatExceptionOfType(TinyFishServerException.class)
					.isThrownBy(() -> context.getBean(TinyFishClient.class).runs().list()));
			assertThat(api.requests()).hasSize(4);
			api.reset().alwaysUnavailable();
			runner.withPropertyValues("tinyfish.retry.submissions=when-unsent")
				.run((context) -> assertThatExceptionOfType(TinyFishServerException.class)
					.isThrownBy(() -> context.getBean(TinyFishClient.class)
						.agent()
						.run(AgentRequest.of("https://shop.example/", "Find the price"))));
			assertThat(api.requests()).hasSize(1);
		}
	}

	@ParameterizedTest
	@CsvSource({ "true,TRUE", "TRUE,TRUE", "false,FALSE", "auto,AUTO", "Auto,AUTO" })
	void simulatorIsSwitchedByWord(String value, SimulatorMode expected) {
		assertThat(bind(Map.of("tinyfish.simulator.enabled", value)).simulator().enabled()).isEqualTo(expected);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void simulatorIsSwitchedByYamlBoolean(boolean value) {
		assertThat(bind(Map.of("tinyfish.simulator.enabled", value)).simulator().enabled())
			.isEqualTo(value ? SimulatorMode.TRUE : SimulatorMode.FALSE);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none",
			value = { "tinyfish.base-url|''", "tinyfish.base-url|/relative", "tinyfish.base-url|agent.tinyfish.ai",
					"tinyfish.base-url|ftp://agent.tinyfish.ai", "tinyfish.base-url|http://",
					"tinyfish.base-url|https://agent.tinyfish.ai/?a=b", "tinyfish.base-url|http://not a url",
					"tinyfish.base-url|https://user:hunter2@agent.tinyfish.ai", "tinyfish.search.base-url|/relative",
					"tinyfish.fetch.base-url|ftp://fetch.example",
					"tinyfish.browser.base-url|https://user:hunter2@browser.example", "tinyfish.timeout|0",
					"tinyfish.timeout|-1s", "tinyfish.connect-timeout|0", "tinyfish.stream.max-open|0",
					"tinyfish.ssl.bundle|missing", "tinyfish.stream.idle-timeout|-5s",
					"tinyfish.stream.max-event-size|0", "tinyfish.stream.max-event-size|-1MB",
					"tinyfish.stream.max-event-size|2GB", "tinyfish.stream.max-event-size|2147483648",
					"tinyfish.stream.max-event-size|large", "tinyfish.run.timeout|0s", "tinyfish.run.poll-interval|0",
					"tinyfish.run.shutdown-timeout|-1s", "tinyfish.events.threads|0", "tinyfish.events.buffer|0",
					"tinyfish.run.poll-tolerance|-1s", "tinyfish.run.on-close|maybe", "tinyfish.run.max-in-flight|0",
					"tinyfish.allowed-hosts|https://user:hunter2@shop.example", "tinyfish.run.max-steps|0",
					"tinyfish.run.max-steps|501", "tinyfish.run.max-duration|1500ms", "tinyfish.run.max-duration|0s",
					"tinyfish.run.max-in-flight|-1", "tinyfish.run.max-in-flight|many", "tinyfish.run.max-wait|-1s",
					"tinyfish.retry.max-retries|-1", "tinyfish.retry.delay|-1ms", "tinyfish.retry.multiplier|0.5",
					"tinyfish.retry.multiplier|NaN", "tinyfish.retry.max-delay|-1s", "tinyfish.retry.jitter|-1s",
					"tinyfish.retry.max-retry-after|-1s", "tinyfish.timeout|soon", "tinyfish.search.timeout|0",
					"tinyfish.fetch.timeout|-1s", "tinyfish.browser.timeout|soon", "tinyfish.browser.idle-timeout|4s",
					"tinyfish.browser.idle-timeout|5500ms", "tinyfish.browser.max-duration|0s",
					"tinyfish.simulator.enabled|maybe" })
	void badValueFailsStartUpAndIsNamed(String name, String value) {
		this.contextRunner.withPropertyValues(name + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StackTraces.of(context.getStartupFailure())).contains(name)
				.doesNotContain("sk-property")
				.doesNotContain("hunter2");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "tinyfish.allowed-hosts=", "tinyfish.allowed-hosts=${HOSTS:}" })
	void emptyAllowedHostsFailStartUpAndAreNamed(String property) {
		this.contextRunner.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageStartingWith("The property 'tinyfish.allowed-hosts' is not valid: must not be empty"));
	}

	@ParameterizedTest
	@CsvSource({ "1,1", "1B,1", "300KB,307200", "2147483647,2147483647" })
	void sizeOfEventsIsInBytesOrHasItsUnit(String value, int bytes) {
		this.contextRunner.withPropertyValues("tinyfish.stream.max-event-size=" + value)
			.run((context) -> assertThat(BuilderSettings.ofBlocking(context)).containsEntry("maxEventSize", bytes));
	}

	@ParameterizedTest
	@ValueSource(strings = { "port=3128", "username=someone", "password=hunter2" })
	void proxyWithoutHostFailsStartUp(String property) {
		this.contextRunner.withPropertyValues("tinyfish.http-proxy." + property).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StackTraces.of(context.getStartupFailure())).contains("tinyfish.http-proxy.host")
				.doesNotContain("hunter2");
		});
	}

	@ParameterizedTest
	@CsvSource({ "port,0,port", "port,65536,port", "port,hunter2,port", "username,someone,password",
			"password,hunter2,username", "other,x,port" })
	void badProxyFailsStartUpAndIsNamed(String name, String value, String named) {
		ApplicationContextRunner runner = this.contextRunner
			.withPropertyValues("tinyfish.http-proxy.host=proxy.example");
		if (!"port".equals(named)) {
			runner = runner.withPropertyValues("tinyfish.http-proxy.port=3128");
		}
		runner.withPropertyValues("tinyfish.http-proxy." + name + "=" + value).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(StackTraces.of(context.getStartupFailure())).contains("tinyfish.http-proxy." + named);
			if (!"port".equals(name)) {
				assertThat(StackTraces.of(context.getStartupFailure())).doesNotContain("hunter2");
			}
		});
	}

	@Test
	void descriptionsShowNoSecret() {
		TinyFishProperties properties = bind(Map.of("tinyfish.api-key", "sk-property", "tinyfish.http-proxy.host",
				"proxy.example", "tinyfish.http-proxy.username", "someone", "tinyfish.http-proxy.password", "hunter2",
				"tinyfish.webhook.secret", "hunter2", "tinyfish.webhook.url", "https://hunter2"));
		assertThat(properties + " " + properties.httpProxy() + " " + properties.webhook()).contains("proxy.example")
			.doesNotContain("sk-property", "someone", "hunter2");
	}

	private static TinyFishProperties bind(Map<String, ?> values) {
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("tinyfish",
				Bindable.of(TinyFishProperties.class));
	}

}
