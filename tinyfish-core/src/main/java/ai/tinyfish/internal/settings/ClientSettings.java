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

package ai.tinyfish.internal.settings;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;

import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.UriBuilder;
import org.springframework.web.util.UriBuilderFactory;

/**
 * All settings of a client. Each part checks its values when it is created, and throws an
 * {@link IllegalArgumentException} if one is not valid.
 *
 * @param connection the connections of the client
 * @param api the address of the API and the values that requests carry
 * @param allowedHosts the hosts of the URLs that the service may be asked to open
 * @param call the calls, and the requests that open streams
 * @param stream the streams
 * @param run the runs that are streamed or started
 * @param browser the browser sessions
 * @param events the delivery of events to listeners
 */
public record ClientSettings(ConnectionSettings connection, Api api, AllowedHosts allowedHosts, Call call,
		Stream stream, Run run, Browser browser, Events events) {

	/** The largest answer of a call, in bytes: room for the screenshots of a long run. */
	public static final int MAX_ANSWER_SIZE = 64 * 1024 * 1024;

	public String baseUrl() {
		return this.api.baseUrl();
	}

	/**
	 * Return the secrets of requests that are made with these settings.
	 * @param own the secrets in the request
	 * @param apiKey the key that is sent
	 * @return these, the key and the values of additional headers
	 */
	public Secrets secrets(Collection<String> own, String apiKey) {
		return Secrets.of(own, apiKey, this.call.options.headers().values());
	}

	/**
	 * Return a factory that resolves the paths of calls.
	 * @return a new factory
	 */
	public UriBuilderFactory uriBuilderFactory() {
		return new ServiceUris(this.api);
	}

	/**
	 * Return the settings of polls, which the poller itself repeats.
	 * @param longest the longest wait for an answer, if that is shorter
	 * @return settings with a short timeout and without retries
	 */
	public ClientSettings forPolling(Duration longest) {
		Duration shorter = (longest.compareTo(this.call.timeout) < 0) ? longest : this.call.timeout;
		return with(new Call(shorter, Map.of(), this.call.retry.withMaxRetries(0), this.call.options));
	}

	/**
	 * Return the settings of operations with options.
	 * @param options the headers to send in addition to the client's own, and the
	 * consumer of responses
	 * @return settings with the same timeouts and retries
	 */
	public ClientSettings withOptions(RequestOptions options) {
		return with(new Call(this.call.timeout, this.call.areaTimeouts, this.call.retry, options));
	}

	/**
	 * Return the settings of calls whose response is awaited for longer than their caller
	 * waits.
	 * @param timeout how long the caller waits, with all retries; if the service requests
	 * a longer wait, the call fails at once
	 * @param late how much longer each response is awaited
	 * @return settings with the same retries
	 */
	public ClientSettings withTimeout(Duration timeout, Duration late) {
		RetrySettings retry = (timeout.compareTo(this.call.retry.maxRetryAfter()) < 0)
				? this.call.retry.withMaxRetryAfter(timeout) : this.call.retry;
		return with(new Call(timeout.plus(late), Map.of(), retry, this.call.options));
	}

	private ClientSettings with(Call call) {
		return new ClientSettings(this.connection, this.api, this.allowedHosts, call, this.stream, this.run,
				this.browser, this.events);
	}

	/**
	 * Return the path of the area that a call belongs to, or null for other calls.
	 */
	private static @Nullable String areaOf(String uriTemplate, Set<String> areas) {
		for (String area : areas) {
			if (uriTemplate.startsWith(area) && uriTemplate.substring(area.length()).matches("([/?].*)?")) {
				return area;
			}
		}
		return null;
	}

	/**
	 * Return the values of areas, each checked, keyed by area.
	 */
	private static <V> Map<String, V> checked(Map<String, V> areas, String name, BiFunction<String, V, V> check) {
		Map<String, V> checked = new LinkedHashMap<>();
		areas.forEach((area, value) -> checked.put(area, check.apply(name + area, value)));
		return Collections.unmodifiableMap(checked);
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "ClientSettings[" + this.api.baseUrl() + "]";
	}

	/**
	 * Address of the API, and the values that requests of a client carry. A part of the
	 * webhook URL is secret.
	 *
	 * @param baseUrl the URL that the paths are appended to
	 * @param areaBaseUrls the URLs of areas of the API that are elsewhere, keyed by their
	 * default path below the base URL, such as {@code /v1/search}
	 * @param integration the integration tag that requests carry, or null
	 * @param webhookUrl the URL for the outcomes of runs whose request does not set it,
	 * or null
	 */
	public record Api(String baseUrl, Map<String, String> areaBaseUrls, @Nullable String integration,
			@Nullable String webhookUrl) {

		public Api {
			baseUrl = Checks.baseUrl("baseUrl", baseUrl);
			areaBaseUrls = checked(areaBaseUrls, "base URL of ", Checks::baseUrl);
			integration = (integration != null && !integration.isBlank()) ? integration.strip() : null;
			Checks.optionalHttpsUrl("webhookUrl", webhookUrl);
		}

		/**
		 * Return whether TLS is needed.
		 * @return true if one of the URLs begins with {@code https}
		 */
		public boolean isSecure() {
			return Checks.isHttpsUrl(this.baseUrl) || this.areaBaseUrls.values().stream().anyMatch(Checks::isHttpsUrl);
		}

		/**
		 * Return a description without secrets.
		 */
		@Override
		public String toString() {
			return "Api[" + this.baseUrl + "]";
		}

	}

	/**
	 * Settings of calls, and of the requests that open streams.
	 *
	 * @param timeout the longest wait, per attempt, for the whole response of a call or
	 * the beginning of a stream, unless its area has another one
	 * @param areaTimeouts the longest waits of areas of the API that differ, keyed by
	 * their default path below the base URL
	 * @param retry the number of retries and their delays
	 * @param options the headers to send in addition to the client's own, and the
	 * consumer of responses
	 */
	public record Call(Duration timeout, Map<String, Duration> areaTimeouts, RetrySettings retry,
			RequestOptions options) {

		public Call {
			timeout = Timeouts.check("timeout", timeout);
			areaTimeouts = checked(areaTimeouts, "timeout of ", Timeouts::check);
		}

		/**
		 * Return the longest wait for the response of a call.
		 * @param uriTemplate the path of the call below the base URL
		 * @return the timeout of its area, or else that of all calls
		 */
		public Duration timeoutOf(String uriTemplate) {
			String area = areaOf(uriTemplate, this.areaTimeouts.keySet());
			return (area != null) ? this.areaTimeouts.getOrDefault(area, this.timeout) : this.timeout;
		}

	}

	/**
	 * Settings of streams.
	 *
	 * @param idleTimeout the longest silence of a stream that is being read
	 * @param maxEventSize the largest event, and the largest line of one, in bytes
	 */
	public record Stream(Duration idleTimeout, int maxEventSize) {

		public Stream {
			idleTimeout = Timeouts.check("stream idleTimeout", idleTimeout);
			Timeouts.checkPositive("maxEventSize", maxEventSize);
		}

	}

	/**
	 * Settings of runs that are streamed or started.
	 *
	 * @param timeout the deadline of a run
	 * @param onTimeout the policy for a run that takes longer
	 * @param onClose the policy for a run whose stream is closed early
	 * @param readOutcome whether the record of a run is read after the COMPLETE event
	 */
	public record Run(Duration timeout, AbandonPolicy onTimeout, AbandonPolicy onClose, boolean readOutcome) {

		public Run {
			timeout = Timeouts.check("run timeout", timeout);
		}

	}

	/**
	 * Settings of browser sessions.
	 *
	 * @param idleTimeout how long a session may be idle before the service ends it,
	 * unless its request says so
	 * @param maxDuration how long a session may be open before the client ends it
	 */
	public record Browser(Duration idleTimeout, Duration maxDuration) {

		public Browser {
			Checks.optionalUnits("browser idleTimeout", idleTimeout, Duration.ofSeconds(1), "seconds", 5, 86_400);
			maxDuration = Timeouts.check("browser maxDuration", maxDuration);
		}

	}

	/**
	 * Settings of the delivery of events to listeners.
	 *
	 * @param executor the executor that calls listeners, or null for the client's own
	 * threads
	 * @param threads the number of these threads
	 * @param buffer the number of events of a run that may wait for its listeners
	 */
	public record Events(@Nullable Executor executor, int threads, int buffer) {

		public Events {
			Timeouts.checkPositive("eventThreads", threads);
			Timeouts.checkPositive("eventBuffer", buffer);
		}

	}

	/**
	 * Resolves the paths of calls. Some areas may have their own base URL. Only this
	 * class knows the address of the API.
	 */
	private static final class ServiceUris extends DefaultUriBuilderFactory {

		private final Map<String, String> areas;

		ServiceUris(Api api) {
			super(api.baseUrl());
			this.areas = api.areaBaseUrls();
		}

		@Override
		public UriBuilder uriString(String uriTemplate) {
			String area = areaOf(uriTemplate, this.areas.keySet());
			if (area == null) {
				return super.uriString(uriTemplate);
			}
			String rest = uriTemplate.substring(area.length());
			return super.uriString(this.areas.get(area) + (rest.startsWith("/") ? rest : "/" + rest));
		}

	}

}
