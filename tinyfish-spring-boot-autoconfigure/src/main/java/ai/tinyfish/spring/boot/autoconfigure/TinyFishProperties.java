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

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.AllowedHosts;
import ai.tinyfish.settings.SubmissionRetry;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for TinyFish.
 *
 * @param enabled Whether a TinyFish client is configured at all.
 * @param apiKey API key of the TinyFish account. The environment variable
 * TINYFISH_API_KEY sets it as well.
 * @param baseUrl Absolute http or https URL of the API, without the version in its path.
 * @param timeout Maximum time, per attempt, to wait for the whole response of a call or
 * for the beginning of a stream. If it is set, it also applies to search, fetch and
 * browser, unless they have their own timeout.
 * @param connectTimeout Maximum time to establish a connection. If not set,
 * 'spring.http.clients.connect-timeout' applies.
 * @param ssl TLS.
 * @param httpProxy Proxy for the client's own requests.
 * @param stream Streams.
 * @param allowedHosts Hosts of the URLs that the service may be asked to open, in runs,
 * fetches, browser sessions and set-up sessions of profiles: names such as
 * 'shop.example', or '*.shop.example' for all names below it. Must not be empty. If not
 * set, all hosts are allowed.
 * @param run Runs.
 * @param search Search API.
 * @param fetch Fetch API.
 * @param browser Browser API.
 * @param retry Retries.
 * @param events Application events.
 * @param webhook Webhooks.
 * @param simulator Simulator.
 * @since 0.1.0
 */
@ConfigurationProperties("tinyfish")
public record TinyFishProperties(@DefaultValue("true") boolean enabled, @Nullable String apiKey,
		@DefaultValue(TinyFishClient.DEFAULT_BASE_URL) String baseUrl, @Nullable Duration timeout,
		@Nullable Duration connectTimeout, Ssl ssl, HttpProxy httpProxy, Stream stream,
		@Nullable List<String> allowedHosts, Run run, Area search, Area fetch, Browser browser, Retry retry,
		Events events, Webhook webhook, Simulator simulator) {

	static final String ALLOWED_HOSTS = "tinyfish.allowed-hosts";

	/**
	 * Create new properties.
	 * @param enabled whether a client is configured
	 * @param apiKey the API key, or null
	 * @param baseUrl the URL of the API
	 * @param timeout the longest wait for a response, or null
	 * @param connectTimeout the longest time to establish a connection, or null
	 * @param ssl TLS
	 * @param httpProxy the proxy
	 * @param stream streams
	 * @param allowedHosts the hosts of the URLs that the service may be asked to open, or
	 * null
	 * @param run runs
	 * @param search the search API
	 * @param fetch the fetch API
	 * @param browser the browser API
	 * @param retry retries
	 * @param events application events
	 * @param webhook webhooks
	 * @param simulator the simulator
	 * @throws RuntimeException if a value is not valid. A failure analysis names the
	 * property
	 */
	public TinyFishProperties {
		// null is bound if nothing of a group is set: converting its default values from
		// text would be most of the cost of binding
		ssl = Objects.requireNonNullElse(ssl, Ssl.DEFAULTS);
		httpProxy = Objects.requireNonNullElse(httpProxy, HttpProxy.DEFAULTS);
		stream = Objects.requireNonNullElse(stream, Stream.DEFAULTS);
		run = Objects.requireNonNullElse(run, Run.DEFAULTS);
		search = Objects.requireNonNullElse(search, Area.DEFAULTS);
		fetch = Objects.requireNonNullElse(fetch, Area.DEFAULTS);
		browser = Objects.requireNonNullElse(browser, Browser.DEFAULTS);
		retry = Objects.requireNonNullElse(retry, Retry.DEFAULTS);
		events = Objects.requireNonNullElse(events, Events.DEFAULTS);
		webhook = Objects.requireNonNullElse(webhook, Webhook.DEFAULTS);
		simulator = Objects.requireNonNullElse(simulator, Simulator.DEFAULTS);
		requireBaseUrl("tinyfish.base-url", baseUrl);
		requirePositive("tinyfish.timeout", timeout);
		requirePositive("tinyfish.connect-timeout", connectTimeout);
		search.check("tinyfish.search");
		fetch.check("tinyfish.fetch");
		browser.check();
		hosts(allowedHosts);
		stream.check();
		run.check();
		retry.check();
		events.check();
		webhook.check();
		requireNotNegative("tinyfish.simulator.pace", simulator.pace());
	}

	private static void requireBaseUrl(String property, @Nullable String baseUrl) {
		if (baseUrl != null) {
			ConnectionTexts.throwIfAny(property, ConnectionTexts.problemOfBaseUrl(baseUrl));
		}
	}

	private static void requirePositive(String property, @Nullable Duration value) {
		require(value == null || value.compareTo(Duration.ZERO) > 0, property, "must be a positive duration");
	}

	private static void requireNotNegative(String property, Duration value) {
		require(!value.isNegative(), property, "must not be negative");
	}

	private static void requirePositive(String property, int value) {
		require(value > 0, property, "must be 1 or more");
	}

	private static void require(boolean valid, String property, String problem) {
		ConnectionTexts.throwIfAny(property, valid ? null : problem);
	}

	/**
	 * Return the allowed hosts, or null if the property is not set.
	 */
	@Nullable AllowedHosts hosts() {
		return hosts(this.allowedHosts);
	}

	private static @Nullable AllowedHosts hosts(@Nullable List<String> patterns) {
		if (patterns == null) {
			return null;
		}
		require(!patterns.isEmpty(), ALLOWED_HOSTS, "must not be empty; to allow all hosts, do not set it");
		try {
			return AllowedHosts.of(ALLOWED_HOSTS, patterns);
		}
		catch (IllegalArgumentException ex) {
			throw new TinyFishConfigurationException(ALLOWED_HOSTS, String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Return a description without the API key.
	 */
	@Override
	public String toString() {
		return "TinyFishProperties[" + this.baseUrl + "]";
	}

	/**
	 * Properties of TLS.
	 *
	 * @param bundle Name of the SSL bundle for connections. If not set,
	 * 'spring.http.clients.ssl.bundle' applies.
	 */
	public record Ssl(@Nullable String bundle) {

		static final Ssl DEFAULTS = new Ssl(null);

	}

	/**
	 * Properties of the proxy for the client's own requests.
	 *
	 * @param host Host of the HTTP proxy for the client's own requests. If not set, the
	 * JVM's system properties such as 'https.proxyHost' apply.
	 * @param port Port of the HTTP proxy.
	 * @param username User name for the HTTP proxy.
	 * @param password Password for the HTTP proxy.
	 */
	public record HttpProxy(@Nullable String host, @Nullable Integer port, @Nullable String username,
			@Nullable String password) {

		static final HttpProxy DEFAULTS = new HttpProxy(null, null, null, null);

		/**
		 * Return a description without user name and password.
		 */
		@Override
		public String toString() {
			return "HttpProxy[" + this.host + ":" + this.port + "]";
		}

	}

	/**
	 * Properties of streams.
	 *
	 * @param idleTimeout Idle timeout of a stream while it is being read. Heartbeats
	 * restart it.
	 * @param maxOpen Maximum number of open streams of a client. Each stream has its own
	 * connection.
	 * @param maxEventSize Maximum size of an event of a stream, and of a line of it. If
	 * it is exceeded, the run is polled for its outcome.
	 */
	public record Stream(@DefaultValue("2m") Duration idleTimeout, @DefaultValue("500") int maxOpen,
			@DefaultValue("16MB") DataSize maxEventSize) {

		static final Stream DEFAULTS = new Stream(Duration.ofMinutes(2), 500, DataSize.ofMegabytes(16));

		void check() {
			requirePositive("tinyfish.stream.idle-timeout", this.idleTimeout);
			requirePositive("tinyfish.stream.max-open", this.maxOpen);
			require(this.maxEventSize.toBytes() > 0 && this.maxEventSize.toBytes() <= Integer.MAX_VALUE,
					"tinyfish.stream.max-event-size", "must be 1 byte or more, and less than 2GB");
		}

	}

	/**
	 * Properties of an area of the API.
	 *
	 * @param baseUrl URL of this part of the API, if it is not below 'tinyfish.base-url'.
	 * @param timeout Maximum time, per attempt, to wait for the response to a call of
	 * this part of the API. If only 'tinyfish.timeout' is set, that applies.
	 */
	public record Area(@Nullable String baseUrl, @Nullable Duration timeout) {

		static final Area DEFAULTS = new Area(null, null);

		void check(String name) {
			requireBaseUrl(name + ".base-url", this.baseUrl);
			requirePositive(name + ".timeout", this.timeout);
		}

	}

	/**
	 * Properties of the API for remote browsers.
	 *
	 * @param baseUrl URL of this part of the API, if it is not below 'tinyfish.base-url'.
	 * @param timeout Maximum time to wait for a new browser session, with the retries,
	 * and for the response to each attempt at another call of this part of the API. If
	 * only 'tinyfish.timeout' is set, that applies.
	 * @param idleTimeout Time, in whole seconds from 5 to 86400, that a browser session
	 * may be idle before the service ends it, unless its request sets it.
	 * @param maxDuration Time after which the client ends a browser session that the
	 * application has not ended.
	 */
	public record Browser(@Nullable String baseUrl, @Nullable Duration timeout,
			@DefaultValue("5m") Duration idleTimeout, @DefaultValue("30m") Duration maxDuration) {

		static final Browser DEFAULTS = new Browser(null, null, Duration.ofMinutes(5), Duration.ofMinutes(30));

		void check() {
			new Area(this.baseUrl, this.timeout).check("tinyfish.browser");
			require(this.idleTimeout.toSeconds() >= 5 && this.idleTimeout.toSeconds() <= 86_400
					&& this.idleTimeout.getNano() == 0, "tinyfish.browser.idle-timeout",
					"must be whole seconds from 5 to 86400");
			requirePositive("tinyfish.browser.max-duration", this.maxDuration);
		}

	}

	/**
	 * Properties of runs.
	 *
	 * @param timeout Deadline of a run that is streamed or started in the background,
	 * measured from the sending of its request.
	 * @param onTimeout Action on the remote run at its deadline.
	 * @param onClose Action on the remote run when its stream is closed early.
	 * @param readOutcome Whether the run's record is read once after the COMPLETE event.
	 * The record adds the number of steps, times, error code and error category, which
	 * the stream does not carry.
	 * @param pollInterval Time between the first polls of a run whose stream broke or
	 * that was queued. It grows with each poll, up to 15 seconds.
	 * @param pollTolerance Time for which polls of a run may keep failing before its
	 * outcome is reported as unknown.
	 * @param maxInFlight Maximum number of runs in flight in this application. Further
	 * runs wait. If not set, there is no limit.
	 * @param maxWait Maximum time that a run waits for a free slot. With 0, further runs
	 * are refused at once.
	 * @param shutdownTimeout Time for which runs in flight may continue when the
	 * application stops. After that, 'on-close' applies to streamed and started runs.
	 * @param maxSteps Maximum number of steps, from 1 to 500, of a run whose request does
	 * not set it. An account needs the feature.
	 * @param maxDuration Longest time, in whole seconds, that the service gives the agent
	 * of a run whose request does not set it. An account needs the feature.
	 */
	public record Run(@DefaultValue("30m") Duration timeout, @DefaultValue("cancel") AbandonPolicy onTimeout,
			@DefaultValue("leave") AbandonPolicy onClose, @DefaultValue("true") boolean readOutcome,
			@DefaultValue("1s") Duration pollInterval, @DefaultValue("5m") Duration pollTolerance,
			@Nullable Integer maxInFlight, @DefaultValue("30m") Duration maxWait,
			@DefaultValue("10s") Duration shutdownTimeout, @Nullable Integer maxSteps, @Nullable Duration maxDuration) {

		static final Run DEFAULTS = new Run(Duration.ofMinutes(30), AbandonPolicy.CANCEL, AbandonPolicy.LEAVE, true,
				Duration.ofSeconds(1), Duration.ofMinutes(5), null, Duration.ofMinutes(30), Duration.ofSeconds(10),
				null, null);

		void check() {
			requirePositive("tinyfish.run.timeout", this.timeout);
			requirePositive("tinyfish.run.poll-interval", this.pollInterval);
			requirePositive("tinyfish.run.poll-tolerance", this.pollTolerance);
			require(this.maxInFlight == null || this.maxInFlight > 0, "tinyfish.run.max-in-flight",
					"must be 1 or more");
			requireNotNegative("tinyfish.run.max-wait", this.maxWait);
			requireNotNegative("tinyfish.run.shutdown-timeout", this.shutdownTimeout);
			require(this.maxSteps == null || (this.maxSteps >= 1 && this.maxSteps <= 500), "tinyfish.run.max-steps",
					"must be from 1 to 500");
			require(this.maxDuration == null || (this.maxDuration.toSeconds() >= 1 && this.maxDuration.getNano() == 0),
					"tinyfish.run.max-duration", "must be whole seconds, at least one");
		}

	}

	/**
	 * Properties of retries.
	 *
	 * @param maxRetries Maximum number of retries after the first attempt; 0 for none.
	 * @param delay Delay before the first retry.
	 * @param multiplier Factor by which the delay grows with each further retry.
	 * @param maxDelay Longest computed delay. A delay that the service requests may be
	 * longer.
	 * @param jitter Maximum random time that is added to a delay.
	 * @param maxRetryAfter Longest wait that the service may request. If it requests a
	 * longer one, the call fails at once.
	 * @param submissions Policy for repeating a request that starts a run, which may be
	 * billed.
	 */
	public record Retry(@DefaultValue("2") int maxRetries, @DefaultValue("500ms") Duration delay,
			@DefaultValue("2") double multiplier, @DefaultValue("8s") Duration maxDelay,
			@DefaultValue("100ms") Duration jitter, @DefaultValue("60s") Duration maxRetryAfter,
			@DefaultValue("when-rejected") SubmissionRetry submissions) {

		static final Retry DEFAULTS = new Retry(2, Duration.ofMillis(500), 2, Duration.ofSeconds(8),
				Duration.ofMillis(100), Duration.ofSeconds(60), SubmissionRetry.WHEN_REJECTED);

		void check() {
			require(this.maxRetries >= 0, "tinyfish.retry.max-retries", "must not be negative");
			requireNotNegative("tinyfish.retry.delay", this.delay);
			require(this.multiplier >= 1 && Double.isFinite(this.multiplier), "tinyfish.retry.multiplier",
					"must be a number of 1 or more");
			requireNotNegative("tinyfish.retry.max-delay", this.maxDelay);
			requireNotNegative("tinyfish.retry.jitter", this.jitter);
			requireNotNegative("tinyfish.retry.max-retry-after", this.maxRetryAfter);
		}

	}

	/**
	 * Properties of application events.
	 *
	 * @param threads Number of threads that call listeners, for each client. If this many
	 * listeners block, the listeners of other runs have to wait. There is no such limit
	 * with virtual threads, or with a 'tinyFishEventExecutor' bean.
	 * @param buffer Number of events of a run that may wait for its listeners. If there
	 * are more, its oldest heartbeats are dropped, then its oldest progress events.
	 * @param heartbeat Whether heartbeats are published as application events.
	 */
	public record Events(@DefaultValue("8") int threads, @DefaultValue("256") int buffer,
			@DefaultValue("false") boolean heartbeat) {

		static final Events DEFAULTS = new Events(8, 256, false);

		void check() {
			requirePositive("tinyfish.events.threads", this.threads);
			requirePositive("tinyfish.events.buffer", this.buffer);
		}

	}

	/**
	 * Properties of webhooks.
	 *
	 * @param enabled Whether a web application receives webhooks with the outcomes of
	 * runs.
	 * @param path Path of the receiver in this application. The secret is appended to it
	 * as another segment.
	 * @param secret Last segment of the receiver's path, which identifies TinyFish as the
	 * sender: at least 16 letters, digits, '_' and '-'. Required when webhooks are
	 * enabled.
	 * @param url Public https URL of the receiving application. The path and the secret
	 * are appended to it. If it is not empty and webhooks are enabled, requests without a
	 * webhook URL are sent with this one.
	 */
	public record Webhook(@DefaultValue("false") boolean enabled, @DefaultValue("/tinyfish/webhook") String path,
			@Nullable String secret, @Nullable String url) {

		static final Webhook DEFAULTS = new Webhook(false, "/tinyfish/webhook", null, null);

		private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_.~-]+)+");

		private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.{1,2}(/|$)");

		private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{16,}");

		void check() {
			if (this.enabled) {
				require(PATH.matcher(this.path).matches(), "tinyfish.webhook.path",
						"must begin with a slash, not end with one, and have no other characters than letters, digits,"
								+ " '_', '-', '.' and '~' between slashes");
				refuseDotSegments("tinyfish.webhook.path", this.path);
				checkSecret();
				String checked = url();
				if (checked != null) {
					ConnectionTexts.throwIfAny("tinyfish.webhook.url", ConnectionTexts.problemOfPublicUrl(checked));
					refuseDotSegments("tinyfish.webhook.url", URI.create(checked).getPath());
				}
			}
		}

		/**
		 * Refuse dot segments: HTTP clients resolve them first, so that the receiver
		 * would not be found.
		 */
		private static void refuseDotSegments(String property, String path) {
			require(!DOT_SEGMENT.matcher(path).find(), property,
					"must have no segment '.' or '..', which stands for another path");
		}

		private void checkSecret() {
			String rule = "must have at least 16 characters, which are letters, digits, '_' and '-'";
			if (this.secret == null) {
				throw new TinyFishConfigurationException("tinyfish.webhook.secret",
						"it is not set; as deliveries are not signed, it " + rule);
			}
			ConnectionTexts.throwIfAny("tinyfish.webhook.secret", ConnectionTexts.problemOfPlaceholder(this.secret));
			require(SECRET.matcher(this.secret).matches(), "tinyfish.webhook.secret", "it " + rule);
		}

		/**
		 * Return the public URL of the receiving application.
		 * @return the URL without a slash at its end, or null if it is not known
		 */
		@Override
		public @Nullable String url() {
			return StringUtils.hasText(this.url) ? StringUtils.trimTrailingCharacter(this.url.strip(), '/') : null;
		}

		/**
		 * Return the URL at which the service reaches the receiver.
		 * @return the URL with the secret, or null if webhooks are not enabled or the
		 * public URL is not known
		 */
		public @Nullable String receiverUrl() {
			String base = url();
			return (this.enabled && base != null) ? base + this.path + "/" + this.secret : null;
		}

		/**
		 * Return a description without the secret.
		 */
		@Override
		public String toString() {
			return "Webhook[" + this.path + "]";
		}

	}

	/**
	 * Properties of the simulator.
	 *
	 * @param enabled Whether a simulator in this process replaces the API. With 'auto',
	 * only if no API key is configured; a blank key fails the start.
	 * @param pace Duration of each step of a simulated run. With 0s, a run has ended when
	 * the response to its submission arrives.
	 * @param strict Whether the simulator refuses runs that no scenario fits, instead of
	 * making up their results.
	 * @param chromium Path of the Chromium or Chrome that simulated browser sessions are.
	 * If not set, it is looked for on the usual paths.
	 */
	public record Simulator(@DefaultValue("false") SimulatorMode enabled, @DefaultValue("300ms") Duration pace,
			@DefaultValue("false") boolean strict, @Nullable Path chromium) {

		static final Simulator DEFAULTS = new Simulator(SimulatorMode.FALSE, Duration.ofMillis(300), false, null);

	}

	/**
	 * Condition on which the simulator replaces the API.
	 */
	public enum SimulatorMode {

		/** Always. */
		TRUE,

		/** Never. */
		FALSE,

		/** If no API key is configured; a blank key fails the start. */
		AUTO

	}

}
