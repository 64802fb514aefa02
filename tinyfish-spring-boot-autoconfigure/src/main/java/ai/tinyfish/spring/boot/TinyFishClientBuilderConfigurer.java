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

package ai.tinyfish.spring.boot;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.spring.boot.TinyFishProperties.SimulatorMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Configurer that applies properties, connection details and the application's beans to
 * the builder of either client.
 */
final class TinyFishClientBuilderConfigurer {

	private static final Logger logger = LoggerFactory.getLogger(TinyFishClientBuilderConfigurer.class);

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	private final TinyFishProperties properties;

	private final Environment environment;

	private final TinyFishConnectionDetails connectionDetails;

	private final ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider;

	private final ConnectionConfigurer connectionConfigurer;

	private final ApplicationParts applicationParts;

	/** Addresses already warned about: there are several builders. */
	private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

	TinyFishClientBuilderConfigurer(TinyFishProperties properties, Environment environment,
			TinyFishConnectionDetails connectionDetails, ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider,
			ConnectionConfigurer connectionConfigurer, ApplicationParts applicationParts) {
		this.properties = properties;
		this.environment = environment;
		this.connectionDetails = connectionDetails;
		this.apiKeyProvider = apiKeyProvider;
		this.connectionConfigurer = connectionConfigurer;
		this.applicationParts = applicationParts;
	}

	<B extends TinyFishClientBuilder<B>> B configure(B builder) {
		return this.applicationParts.addTo(applySettings(builder));
	}

	<B extends TinyFishClientBuilder<B>> B applySettings(B builder) {
		requireSimulatorIfDemanded();
		applyProperties(builder);
		applyApiKey(builder);
		this.connectionConfigurer.configure(builder, this.connectionDetails);
		HttpProxy httpProxy = this.connectionConfigurer.httpProxy();
		if (!isSimulated()) {
			// no proxy leads to the simulator in this process
			builder.httpProxy(httpProxy);
			applyAreas(builder);
		}
		if (this.properties.getWebhook().isEnabled()) {
			builder.webhookUrl(WebhookSettings.of(this.properties).publicUrl());
		}
		return builder.baseUrl(findBaseUrl())
			// also if there is none: otherwise the builder would bypass the Environment
			.integration(this.environment.getProperty(INTEGRATION_VARIABLE));
	}

	private void applyAreas(TinyFishClientBuilder<?> builder) {
		builder.searchBaseUrl(areaBaseUrl("tinyfish.search.base-url", this.properties.getSearch()))
			.fetchBaseUrl(areaBaseUrl("tinyfish.fetch.base-url", this.properties.getFetch()))
			.browserBaseUrl(areaBaseUrl("tinyfish.browser.base-url", this.properties.getBrowser()));
	}

	private @Nullable String areaBaseUrl(String property, TinyFishProperties.Area area) {
		String baseUrl = area.getBaseUrl();
		if (baseUrl == null) {
			return null;
		}
		TinyFishConfigurationException.throwIfAny(property, ConnectionTexts.problemOfBaseUrl(baseUrl));
		return warnedOf(baseUrl);
	}

	/**
	 * Fail if the simulator is demanded but absent: runs must not be billed by accident.
	 */
	private void requireSimulatorIfDemanded() {
		if (this.properties.getSimulator().getEnabled() == SimulatorMode.TRUE && !isSimulated()) {
			throw new TinyFishConfigurationException("tinyfish.simulator.enabled",
					"the simulator cannot replace TinyFish: either tinyfish-simulator is not on the class"
							+ " path, or the application has a TinyFishConnectionDetails bean of its own");
		}
	}

	private boolean isSimulated() {
		return this.connectionDetails instanceof SimulatedConnection connection && connection.isSimulated();
	}

	/**
	 * Return whether keys may come from the application's provider. The simulator must
	 * never see a real key, unless it was built to accept several.
	 */
	private boolean usesKeyProvider() {
		return !(this.connectionDetails instanceof SimulatedConnection connection) || !connection.isSimulated()
				|| connection.acceptsOtherApiKeys();
	}

	private void applyApiKey(TinyFishClientBuilder<?> builder) {
		TinyFishApiKeyProvider provider = usesKeyProvider() ? this.apiKeyProvider.getIfAvailable() : null;
		if (provider != null) {
			builder.apiKeyProvider(provider);
			return;
		}
		String apiKey = findApiKey();
		if (apiKey == null) {
			throw new TinyFishApiKeyMissingException();
		}
		builder.apiKey(apiKey);
	}

	private @Nullable String findApiKey() {
		String apiKey = this.connectionDetails.getApiKey();
		if (!StringUtils.hasText(apiKey)) {
			return new PropertiesTinyFishConnectionDetails(this.properties, this.environment).getApiKey();
		}
		String problem = ConnectionTexts.problemOfApiKey(apiKey);
		if (problem != null) {
			throw TinyFishConfigurationException.ofConnectionDetails("its API key is malformed: it " + problem);
		}
		return apiKey;
	}

	private String findBaseUrl() {
		String baseUrl = this.connectionDetails.getBaseUrl();
		if (baseUrl == null) {
			return warnedOf(this.properties.getBaseUrl());
		}
		String problem = ConnectionTexts.problemOfBaseUrl(baseUrl);
		if (problem != null) {
			throw TinyFishConfigurationException.ofConnectionDetails("its base URL " + problem);
		}
		return warnedOf(baseUrl);
	}

	private String warnedOf(String baseUrl) {
		String readable = ConnectionTexts.readableByOthers(baseUrl);
		if (readable != null && this.warnedOf.add(readable)) {
			logger.warn(
					"Requests to {} are sent without TLS: others may read the TinyFish API key and the results of runs",
					readable);
		}
		return baseUrl;
	}

	private void applyProperties(TinyFishClientBuilder<?> builder) {
		TinyFishConfigurationException.throwIfAny("tinyfish.base-url",
				ConnectionTexts.problemOfBaseUrl(this.properties.getBaseUrl()));
		builder.timeout(Durations.positive("tinyfish.timeout", this.properties.getTimeout()))
			.maxOpenStreams(positive("tinyfish.stream.max-open", this.properties.getStream().getMaxOpen()))
			.streamIdleTimeout(
					Durations.positive("tinyfish.stream.idle-timeout", this.properties.getStream().getIdleTimeout()))
			.maxEventSize(maxEventSize())
			.runTimeout(Durations.positive("tinyfish.run.timeout", this.properties.getRun().getTimeout()))
			.eventThreads(positive("tinyfish.events.threads", this.properties.getEvents().getThreads()))
			.eventBuffer(positive("tinyfish.events.buffer", this.properties.getEvents().getBuffer()))
			.retry(retrySettings(this.properties.getRetry()));
		applyRun(builder, this.properties.getRun());
	}

	private static void applyRun(TinyFishClientBuilder<?> builder, TinyFishProperties.Run run) {
		Duration pollInterval = Durations.positive("tinyfish.run.poll-interval", run.getPollInterval());
		builder.onTimeout(run.getOnTimeout())
			.onClose(run.getOnClose())
			.readOutcome(run.isReadOutcome())
			.pollInterval(pollInterval)
			.maxPollInterval(Durations.maxPollInterval(pollInterval))
			.pollTolerance(Durations.positive("tinyfish.run.poll-tolerance", run.getPollTolerance()));
	}

	private static int positive(String property, int value) {
		if (value < 1) {
			throw new TinyFishConfigurationException(property, "must be 1 or more");
		}
		return value;
	}

	private int maxEventSize() {
		long bytes = this.properties.getStream().getMaxEventSize().toBytes();
		if (bytes < 1 || bytes > Integer.MAX_VALUE) {
			throw new TinyFishConfigurationException("tinyfish.stream.max-event-size",
					"must be 1 byte or more, and less than 2GB");
		}
		return (int) bytes;
	}

	private static RetrySettings retrySettings(TinyFishProperties.Retry retry) {
		if (retry.getMaxRetries() < 0) {
			throw new TinyFishConfigurationException("tinyfish.retry.max-retries", "must not be negative");
		}
		if (!(retry.getMultiplier() >= 1) || Double.isInfinite(retry.getMultiplier())) {
			throw new TinyFishConfigurationException("tinyfish.retry.multiplier", "must be a number of 1 or more");
		}
		return new RetrySettings(retry.getMaxRetries(), Durations.notNegative("tinyfish.retry.delay", retry.getDelay()),
				retry.getMultiplier(), Durations.notNegative("tinyfish.retry.max-delay", retry.getMaxDelay()),
				Durations.notNegative("tinyfish.retry.jitter", retry.getJitter()),
				Durations.notNegative("tinyfish.retry.max-retry-after", retry.getMaxRetryAfter()),
				retry.getSubmissions());
	}

}
