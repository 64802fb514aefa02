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

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.settings.RetrySettings;
import ai.tinyfish.spring.boot.TinyFishClientBuilderCustomizer;

import org.springframework.boot.context.properties.PropertyMapper;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

/**
 * {@link TinyFishClientBuilderCustomizer} that applies properties, connection details and
 * the application's beans to the builder of either client. Settings without a value stay
 * as customizers with a higher precedence have set them.
 */
final class StandardTinyFishClientBuilderCustomizer implements TinyFishClientBuilderCustomizer, Ordered {

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	private static final Duration MAX_POLL_INTERVAL = Duration.ofSeconds(15);

	private final TinyFishProperties properties;

	private final Environment environment;

	private final CheckedConnection connection;

	private final ConnectionConfigurer connectionConfigurer;

	private final ApplicationParts applicationParts;

	StandardTinyFishClientBuilderCustomizer(TinyFishProperties properties, Environment environment,
			CheckedConnection connection, ConnectionConfigurer connectionConfigurer,
			ApplicationParts applicationParts) {
		this.properties = properties;
		this.environment = environment;
		this.connection = connection;
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
		applyConnection(builder);
		applyOptionalProperties(builder);
		applyProperties(builder);
	}

	private void applyConnection(TinyFishClientBuilder<?> builder) {
		builder.baseUrl(this.connection.baseUrl());
		TinyFishApiKeyProvider apiKeyProvider = this.connection.apiKeyProvider();
		if (apiKeyProvider != null) {
			builder.apiKeyProvider(apiKeyProvider);
		}
		else {
			builder.apiKey(this.connection.apiKey());
		}
		this.connectionConfigurer.configure(builder, this.connection);
		// null as well: otherwise the builder would bypass the Environment
		builder.integration(this.environment.getProperty(INTEGRATION_VARIABLE));
	}

	private void applyOptionalProperties(TinyFishClientBuilder<?> builder) {
		TinyFishProperties.Area search = this.properties.search();
		TinyFishProperties.Area fetch = this.properties.fetch();
		TinyFishProperties.Browser browser = this.properties.browser();
		PropertyMapper map = PropertyMapper.get();
		map.from(this.properties.hosts()).to(builder::allowedHosts);
		map.from(this.properties.timeout()).to(builder::timeout);
		map.from(search.timeout()).to(builder::searchTimeout);
		map.from(fetch.timeout()).to(builder::fetchTimeout);
		map.from(browser.timeout()).to(builder::browserTimeout);
		map.from(this.connection.areaBaseUrl(search.baseUrl())).to(builder::searchBaseUrl);
		map.from(this.connection.areaBaseUrl(fetch.baseUrl())).to(builder::fetchBaseUrl);
		map.from(this.connection.areaBaseUrl(browser.baseUrl())).to(builder::browserBaseUrl);
		map.from(this.properties.webhook().receiverUrl()).to(builder::webhookUrl);
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
