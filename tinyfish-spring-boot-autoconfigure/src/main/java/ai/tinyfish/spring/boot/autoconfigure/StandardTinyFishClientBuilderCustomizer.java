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
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.spring.boot.TinyFishClientBuilderCustomizer;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties.SimulatorMode;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishApiKeyMissingException;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * {@link TinyFishClientBuilderCustomizer} that applies properties, connection details and
 * the application's beans to the builder of either client. Settings without a value stay
 * as customizers with a higher precedence have set them.
 */
final class StandardTinyFishClientBuilderCustomizer implements TinyFishClientBuilderCustomizer, Ordered {

	private static final Logger logger = LoggerFactory.getLogger(StandardTinyFishClientBuilderCustomizer.class);

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(15);

	private final TinyFishProperties properties;

	private final Environment environment;

	private final TinyFishConnectionDetails connectionDetails;

	private final ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider;

	private final ConnectionConfigurer connectionConfigurer;

	private final ApplicationParts applicationParts;

	/** Addresses already warned about: there are several builders. */
	private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

	StandardTinyFishClientBuilderCustomizer(TinyFishProperties properties, Environment environment,
			TinyFishConnectionDetails connectionDetails, ObjectProvider<TinyFishApiKeyProvider> apiKeyProvider,
			ConnectionConfigurer connectionConfigurer, ApplicationParts applicationParts) {
		this.properties = properties;
		this.environment = environment;
		this.connectionDetails = connectionDetails;
		this.apiKeyProvider = apiKeyProvider;
		this.connectionConfigurer = connectionConfigurer;
		this.applicationParts = applicationParts;
	}

	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	public void customize(TinyFishClientBuilder<?> builder) {
		applySettings(builder);
		this.applicationParts.addTo(builder);
	}

	void applySettings(TinyFishClientBuilder<?> builder) {
		requireSimulatorIfDemanded();
		applyProperties(builder);
		applyApiKey(builder);
		this.connectionConfigurer.configure(builder, this.connectionDetails);
		HttpProxy httpProxy = this.connectionConfigurer.httpProxy();
		AllowedHosts hosts = this.properties.hosts();
		if (hosts != null) {
			builder.allowedHosts(hosts);
		}
		if (this.properties.timeout() != null) {
			builder.timeout(this.properties.timeout());
		}
		if (this.properties.search().timeout() != null) {
			builder.searchTimeout(this.properties.search().timeout());
		}
		if (this.properties.fetch().timeout() != null) {
			builder.fetchTimeout(this.properties.fetch().timeout());
		}
		if (this.properties.browser().timeout() != null) {
			builder.browserTimeout(this.properties.browser().timeout());
		}
		String webhookUrl = this.properties.webhook().receiverUrl();
		if (webhookUrl != null) {
			builder.webhookUrl(webhookUrl);
		}
		if (!isSimulated()) {
			// no proxy leads to the simulator in this process
			if (httpProxy != null) {
				builder.httpProxy(httpProxy);
			}
			if (this.properties.search().baseUrl() != null) {
				builder.searchBaseUrl(warnedOf(this.properties.search().baseUrl()));
			}
			if (this.properties.fetch().baseUrl() != null) {
				builder.fetchBaseUrl(warnedOf(this.properties.fetch().baseUrl()));
			}
			if (this.properties.browser().baseUrl() != null) {
				builder.browserBaseUrl(warnedOf(this.properties.browser().baseUrl()));
			}
		}
		builder.baseUrl(findBaseUrl())
			// null as well: otherwise the builder would bypass the Environment
			.integration(this.environment.getProperty(INTEGRATION_VARIABLE));
	}

	/**
	 * Fail if the simulator is required but absent: runs must not be billed by accident.
	 */
	private void requireSimulatorIfDemanded() {
		if (this.properties.simulator().enabled() == SimulatorMode.TRUE && !isSimulated()) {
			throw new TinyFishConfigurationException("tinyfish.simulator.enabled",
					"the simulator cannot replace TinyFish: either tinyfish-simulator is not on the class"
							+ " path, or the application has a TinyFishConnectionDetails bean of its own");
		}
	}

	private boolean isSimulated() {
		return this.connectionDetails instanceof SimulatedConnection;
	}

	/**
	 * Return whether keys may come from the application's provider. The simulator must
	 * never see a real key, unless it was built to accept several.
	 */
	private boolean usesKeyProvider() {
		return !(this.connectionDetails instanceof SimulatedConnection connection) || connection.acceptsOtherApiKeys();
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
		String baseUrl = Objects.requireNonNullElse(this.connectionDetails.getBaseUrl(), this.properties.baseUrl());
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
		TinyFishProperties.Stream stream = this.properties.stream();
		TinyFishProperties.Run run = this.properties.run();
		TinyFishProperties.Retry retry = this.properties.retry();
		builder.maxOpenStreams(stream.maxOpen())
			.streamIdleTimeout(stream.idleTimeout())
			.maxEventSize((int) stream.maxEventSize().toBytes())
			.runTimeout(run.timeout())
			.onTimeout(run.onTimeout())
			.onClose(run.onClose())
			.readOutcome(run.readOutcome())
			.pollInterval(run.pollInterval())
			.maxPollInterval(Collections.max(List.of(run.pollInterval(), MAX_POLL_INTERVAL)))
			.pollTolerance(run.pollTolerance())
			.browserIdleTimeout(this.properties.browser().idleTimeout())
			.browserMaxDuration(this.properties.browser().maxDuration())
			.eventThreads(this.properties.events().threads())
			.eventBuffer(this.properties.events().buffer())
			.retry(new RetrySettings(retry.maxRetries(), retry.delay(), retry.multiplier(), retry.maxDelay(),
					retry.jitter(), retry.maxRetryAfter(), retry.submissions()));
	}

}
