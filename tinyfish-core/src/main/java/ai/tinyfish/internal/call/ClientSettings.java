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

package ai.tinyfish.internal.call;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.redaction.RunSecrets;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.wire.Timeouts;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriBuilderFactory;

/**
 * The settings that calls and streams are executed with.
 *
 * @param baseUrl the URL that the paths are appended to, without a slash at its end
 * @param areaBaseUrls where areas of the API are that are elsewhere, by the path that
 * they have below the base URL otherwise, such as {@code /v1/search}
 * @param timeout the longest wait, per attempt, for the whole answer of a call or the
 * beginning of a stream
 * @param idleTimeout the longest silence of a stream that we read from
 * @param maxEventSize the largest event of a stream, and the largest line of one, in
 * bytes
 * @param runTimeout the whole life of a streamed or started run
 * @param retry how often, and after which delays, calls are repeated
 * @param integration the integration tag that requests carry, or null
 * @param webhookUrl where the service reports the endings of runs whose request does not
 * say so, or null; part of it may be secret
 * @param options the headers to send beside the client's own, and who is told of answers
 * @param runSecrets knows what was secret in the requests of runs
 */
public record ClientSettings(String baseUrl, Map<String, String> areaBaseUrls, Duration timeout, Duration idleTimeout,
		int maxEventSize, Duration runTimeout, RetrySettings retry, @Nullable String integration,
		@Nullable String webhookUrl, RequestOptions options, RunSecrets runSecrets) {

	/** The largest answer of a call, in bytes: room for the screenshots of a long run. */
	public static final int MAX_ANSWER_SIZE = 64 * 1024 * 1024;

	/**
	 * Check the values.
	 * @throws IllegalArgumentException if the base URL is not an absolute http or https
	 * URL, the webhook URL not an https URL, or a duration or size not positive
	 */
	public ClientSettings {
		baseUrl = Checks.baseUrl("baseUrl", baseUrl);
		Map<String, String> areas = new LinkedHashMap<>();
		areaBaseUrls.forEach((path, url) -> areas.put(path, Checks.baseUrl("base URL of " + path, url)));
		areaBaseUrls = Collections.unmodifiableMap(areas);
		timeout = Timeouts.check("timeout", timeout);
		idleTimeout = Timeouts.check("stream idleTimeout", idleTimeout);
		runTimeout = Timeouts.check("run timeout", runTimeout);
		if (maxEventSize < 1) {
			throw new IllegalArgumentException("maxEventSize must be positive: " + maxEventSize);
		}
		Checks.optionalHttpsUrl("webhookUrl", webhookUrl);
	}

	/**
	 * Settings for looks at a run, which are repeated by whoever looks.
	 * @param longest the longest wait for an answer, if that is shorter
	 * @return the same with a short timeout and without retries
	 */
	ClientSettings forPolling(Duration longest) {
		Duration shorter = (longest.compareTo(this.timeout) < 0) ? longest : this.timeout;
		return new ClientSettings(this.baseUrl, this.areaBaseUrls, shorter, this.idleTimeout, this.maxEventSize,
				this.runTimeout, this.retry.withMaxRetries(0), this.integration, this.webhookUrl, this.options,
				this.runSecrets);
	}

	/**
	 * Settings for what follows from operations with options.
	 * @param others the options
	 * @return the same with these options in place of others
	 */
	ClientSettings withOptions(RequestOptions others) {
		return new ClientSettings(this.baseUrl, this.areaBaseUrls, this.timeout, this.idleTimeout, this.maxEventSize,
				this.runTimeout, this.retry, this.integration, this.webhookUrl, others, this.runSecrets);
	}

	/**
	 * Return the secrets of a client.
	 * @param apiKey the key
	 * @return the key and the values of additional headers
	 */
	public Secrets secrets(String apiKey) {
		return Secrets.of(List.of(), List.of(), apiKey, this.options.headers().values(), this.runSecrets);
	}

	/**
	 * What is secret where a call is made with these settings.
	 * @param call the call
	 * @param apiKey the key that is sent
	 * @return the secrets
	 */
	public Secrets secrets(ApiCall<?> call, String apiKey) {
		return Secrets.of(call.secrets(), call.runIds(), apiKey, this.options.headers().values(), this.runSecrets);
	}

	/**
	 * Whether the API is reached over TLS.
	 * @return true if any of its URLs is an https URL
	 */
	public boolean isSecure() {
		return Checks.isHttpsUrl(this.baseUrl) || this.areaBaseUrls.values().stream().anyMatch(Checks::isHttpsUrl);
	}

	/**
	 * Resolves the paths of calls.
	 * @return a new factory
	 */
	public UriBuilderFactory uriBuilderFactory() {
		return new ServiceUris(this.baseUrl, this.areaBaseUrls);
	}

	@Override
	public String toString() {
		return "ClientSettings[" + this.baseUrl + "]";
	}

}
