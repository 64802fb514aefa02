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

import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.SubmissionRetry;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * Configuration properties for TinyFish.
 */
@ConfigurationProperties("tinyfish")
public class TinyFishProperties {

	/**
	 * Whether a TinyFish client is configured at all.
	 */
	private boolean enabled = true;

	/**
	 * API key of the TinyFish account. The environment variable TINYFISH_API_KEY sets it
	 * as well.
	 */
	private @Nullable String apiKey;

	/**
	 * Absolute http or https URL of the API, without the version in its path.
	 */
	private String baseUrl = "https://agent.tinyfish.ai";

	/**
	 * Longest wait, per attempt, for the whole response of a call or for the beginning of
	 * a stream.
	 */
	private Duration timeout = Duration.ofSeconds(600);

	/**
	 * Longest time to establish a connection. If not set,
	 * 'spring.http.clients.connect-timeout' applies.
	 */
	private @Nullable Duration connectTimeout;

	private final Ssl ssl = new Ssl();

	private final HttpProxy httpProxy = new HttpProxy();

	private final Stream stream = new Stream();

	private final Run run = new Run();

	private final Area search = new Area();

	private final Area fetch = new Area();

	private final Area browser = new Area();

	private final Retry retry = new Retry();

	private final Events events = new Events();

	private final Webhook webhook = new Webhook();

	private final Simulator simulator = new Simulator();

	public boolean isEnabled() {
		return this.enabled;
	}

	public void setEnabled(boolean enabled) {
		this.enabled = enabled;
	}

	public @Nullable String getApiKey() {
		return this.apiKey;
	}

	public void setApiKey(@Nullable String apiKey) {
		this.apiKey = apiKey;
	}

	public String getBaseUrl() {
		return this.baseUrl;
	}

	public void setBaseUrl(String baseUrl) {
		this.baseUrl = baseUrl;
	}

	public Duration getTimeout() {
		return this.timeout;
	}

	public void setTimeout(Duration timeout) {
		this.timeout = timeout;
	}

	public @Nullable Duration getConnectTimeout() {
		return this.connectTimeout;
	}

	public void setConnectTimeout(@Nullable Duration connectTimeout) {
		this.connectTimeout = connectTimeout;
	}

	public Ssl getSsl() {
		return this.ssl;
	}

	public HttpProxy getHttpProxy() {
		return this.httpProxy;
	}

	public Stream getStream() {
		return this.stream;
	}

	public Run getRun() {
		return this.run;
	}

	public Area getSearch() {
		return this.search;
	}

	public Area getFetch() {
		return this.fetch;
	}

	public Area getBrowser() {
		return this.browser;
	}

	public Retry getRetry() {
		return this.retry;
	}

	public Events getEvents() {
		return this.events;
	}

	public Webhook getWebhook() {
		return this.webhook;
	}

	public Simulator getSimulator() {
		return this.simulator;
	}

	/**
	 * Properties of TLS.
	 */
	public static class Ssl {

		/**
		 * Name of the SSL bundle for connections. If not set,
		 * 'spring.http.clients.ssl.bundle' applies.
		 */
		private @Nullable String bundle;

		public @Nullable String getBundle() {
			return this.bundle;
		}

		public void setBundle(@Nullable String bundle) {
			this.bundle = bundle;
		}

	}

	/**
	 * Properties of the proxy for the client's own requests.
	 */
	public static class HttpProxy {

		/**
		 * Host of the HTTP proxy for the client's own requests. If not set, the JVM's
		 * system properties such as 'https.proxyHost' apply.
		 */
		private @Nullable String host;

		/**
		 * Port of the HTTP proxy.
		 */
		private @Nullable Integer port;

		/**
		 * User name for the HTTP proxy.
		 */
		private @Nullable String username;

		/**
		 * Password for the HTTP proxy.
		 */
		private @Nullable String password;

		public @Nullable String getHost() {
			return this.host;
		}

		public void setHost(@Nullable String host) {
			this.host = host;
		}

		public @Nullable Integer getPort() {
			return this.port;
		}

		public void setPort(@Nullable Integer port) {
			this.port = port;
		}

		public @Nullable String getUsername() {
			return this.username;
		}

		public void setUsername(@Nullable String username) {
			this.username = username;
		}

		public @Nullable String getPassword() {
			return this.password;
		}

		public void setPassword(@Nullable String password) {
			this.password = password;
		}

	}

	/**
	 * Properties of streams.
	 */
	public static class Stream {

		/**
		 * Idle timeout of a stream while it is being read. Heartbeats restart it.
		 */
		private Duration idleTimeout = Duration.ofMinutes(2);

		/**
		 * Maximum number of open streams of a client. Each stream has a connection of its
		 * own.
		 */
		private int maxOpen = 500;

		/**
		 * Maximum size of an event of a stream, and of a line of it. If it is exceeded,
		 * the run is polled for its outcome.
		 */
		private DataSize maxEventSize = DataSize.ofMegabytes(16);

		public Duration getIdleTimeout() {
			return this.idleTimeout;
		}

		public void setIdleTimeout(Duration idleTimeout) {
			this.idleTimeout = idleTimeout;
		}

		public int getMaxOpen() {
			return this.maxOpen;
		}

		public void setMaxOpen(int maxOpen) {
			this.maxOpen = maxOpen;
		}

		public DataSize getMaxEventSize() {
			return this.maxEventSize;
		}

		public void setMaxEventSize(DataSize maxEventSize) {
			this.maxEventSize = maxEventSize;
		}

	}

	/**
	 * Properties of an area of the API.
	 */
	public static class Area {

		/**
		 * URL of this part of the API, if it is not below 'tinyfish.base-url'.
		 */
		private @Nullable String baseUrl;

		public @Nullable String getBaseUrl() {
			return this.baseUrl;
		}

		public void setBaseUrl(@Nullable String baseUrl) {
			this.baseUrl = baseUrl;
		}

	}

	/**
	 * Properties of runs.
	 */
	public static class Run {

		/**
		 * Deadline of a run that is streamed or started in the background, measured from
		 * the sending of its request.
		 */
		private Duration timeout = Duration.ofMinutes(30);

		/**
		 * Action on the remote run at its deadline.
		 */
		private AbandonPolicy onTimeout = AbandonPolicy.CANCEL;

		/**
		 * Action on the remote run when its stream is closed early.
		 */
		private AbandonPolicy onClose = AbandonPolicy.LEAVE;

		/**
		 * Whether the run's record is read once after the COMPLETE event. The record adds
		 * the number of steps, times, error code and error category, which the stream
		 * does not carry.
		 */
		private boolean readOutcome = true;

		/**
		 * Time between the first polls of a run whose stream broke or that was queued. It
		 * grows with each poll, up to 15 seconds.
		 */
		private Duration pollInterval = Duration.ofSeconds(1);

		/**
		 * Time for which polls of a run may keep failing before its outcome is reported
		 * as unknown.
		 */
		private Duration pollTolerance = Duration.ofMinutes(5);

		/**
		 * Maximum number of runs in flight in this application. Further runs wait. If not
		 * set, there is no limit.
		 */
		private @Nullable Integer maxInFlight;

		/**
		 * Longest wait of a further run for a run in flight to end. With 0, further runs
		 * are refused at once.
		 */
		private Duration maxWait = Duration.ofMinutes(30);

		/**
		 * Time for which runs in flight may continue when the application stops. After
		 * that, 'on-close' applies to streamed and started runs.
		 */
		private Duration shutdownTimeout = Duration.ofSeconds(10);

		public Duration getTimeout() {
			return this.timeout;
		}

		public void setTimeout(Duration timeout) {
			this.timeout = timeout;
		}

		public AbandonPolicy getOnTimeout() {
			return this.onTimeout;
		}

		public void setOnTimeout(AbandonPolicy onTimeout) {
			this.onTimeout = onTimeout;
		}

		public AbandonPolicy getOnClose() {
			return this.onClose;
		}

		public void setOnClose(AbandonPolicy onClose) {
			this.onClose = onClose;
		}

		public boolean isReadOutcome() {
			return this.readOutcome;
		}

		public void setReadOutcome(boolean readOutcome) {
			this.readOutcome = readOutcome;
		}

		public Duration getPollInterval() {
			return this.pollInterval;
		}

		public void setPollInterval(Duration pollInterval) {
			this.pollInterval = pollInterval;
		}

		public @Nullable Integer getMaxInFlight() {
			return this.maxInFlight;
		}

		public void setMaxInFlight(@Nullable Integer maxInFlight) {
			this.maxInFlight = maxInFlight;
		}

		public Duration getMaxWait() {
			return this.maxWait;
		}

		public void setMaxWait(Duration maxWait) {
			this.maxWait = maxWait;
		}

		public Duration getShutdownTimeout() {
			return this.shutdownTimeout;
		}

		public void setShutdownTimeout(Duration shutdownTimeout) {
			this.shutdownTimeout = shutdownTimeout;
		}

		public Duration getPollTolerance() {
			return this.pollTolerance;
		}

		public void setPollTolerance(Duration pollTolerance) {
			this.pollTolerance = pollTolerance;
		}

	}

	/**
	 * Properties of retries.
	 */
	public static class Retry {

		/**
		 * Maximum number of retries after the first attempt; 0 for none.
		 */
		private int maxRetries = 2;

		/**
		 * Delay before the first retry.
		 */
		private Duration delay = Duration.ofMillis(500);

		/**
		 * Factor by which the delay grows with each further retry.
		 */
		private double multiplier = 2;

		/**
		 * Longest computed delay. A delay that the service requests may be longer.
		 */
		private Duration maxDelay = Duration.ofSeconds(8);

		/**
		 * Maximum random time that is added to a delay.
		 */
		private Duration jitter = Duration.ofMillis(100);

		/**
		 * Longest wait that the service may request. If it requests a longer one, the
		 * call fails at once.
		 */
		private Duration maxRetryAfter = Duration.ofSeconds(60);

		/**
		 * Policy for repeating a request that starts a run, which may be billed.
		 */
		private SubmissionRetry submissions = SubmissionRetry.WHEN_REJECTED;

		public int getMaxRetries() {
			return this.maxRetries;
		}

		public void setMaxRetries(int maxRetries) {
			this.maxRetries = maxRetries;
		}

		public Duration getDelay() {
			return this.delay;
		}

		public void setDelay(Duration delay) {
			this.delay = delay;
		}

		public double getMultiplier() {
			return this.multiplier;
		}

		public void setMultiplier(double multiplier) {
			this.multiplier = multiplier;
		}

		public Duration getMaxDelay() {
			return this.maxDelay;
		}

		public void setMaxDelay(Duration maxDelay) {
			this.maxDelay = maxDelay;
		}

		public Duration getJitter() {
			return this.jitter;
		}

		public void setJitter(Duration jitter) {
			this.jitter = jitter;
		}

		public Duration getMaxRetryAfter() {
			return this.maxRetryAfter;
		}

		public void setMaxRetryAfter(Duration maxRetryAfter) {
			this.maxRetryAfter = maxRetryAfter;
		}

		public SubmissionRetry getSubmissions() {
			return this.submissions;
		}

		public void setSubmissions(SubmissionRetry submissions) {
			this.submissions = submissions;
		}

	}

	/**
	 * Properties of application events.
	 */
	public static class Events {

		/**
		 * Number of threads that call listeners, for each client. If this many listeners
		 * block, the listeners of other runs have to wait. There is no such limit with
		 * virtual threads, or with a 'tinyFishEventExecutor' bean.
		 */
		private int threads = 8;

		/**
		 * Number of events of a run that may wait for its listeners. If there are more,
		 * its oldest heartbeats are dropped, then its oldest progress events.
		 */
		private int buffer = 256;

		/**
		 * Whether heartbeats are published as application events.
		 */
		private boolean heartbeat;

		public int getThreads() {
			return this.threads;
		}

		public void setThreads(int threads) {
			this.threads = threads;
		}

		public int getBuffer() {
			return this.buffer;
		}

		public void setBuffer(int buffer) {
			this.buffer = buffer;
		}

		public boolean isHeartbeat() {
			return this.heartbeat;
		}

		public void setHeartbeat(boolean heartbeat) {
			this.heartbeat = heartbeat;
		}

	}

	/**
	 * Properties of webhooks.
	 */
	public static class Webhook {

		/**
		 * Whether a web application receives webhooks with the outcomes of runs.
		 */
		private boolean enabled;

		/**
		 * Path of the receiver in this application. The secret is appended to it as
		 * another segment.
		 */
		private String path = "/tinyfish/webhook";

		/**
		 * Last segment of the receiver's path, which identifies TinyFish as the sender:
		 * at least 16 letters, digits, '_' and '-'. Required when webhooks are enabled.
		 */
		private @Nullable String secret;

		/**
		 * Public https URL of the receiving application. The path and the secret are
		 * appended to it. If it is not empty and webhooks are enabled, requests without a
		 * webhook URL of their own are sent with this one.
		 */
		private @Nullable String url;

		public boolean isEnabled() {
			return this.enabled;
		}

		public void setEnabled(boolean enabled) {
			this.enabled = enabled;
		}

		public String getPath() {
			return this.path;
		}

		public void setPath(String path) {
			this.path = path;
		}

		public @Nullable String getSecret() {
			return this.secret;
		}

		public void setSecret(@Nullable String secret) {
			this.secret = secret;
		}

		public @Nullable String getUrl() {
			return this.url;
		}

		public void setUrl(@Nullable String url) {
			this.url = url;
		}

	}

	/**
	 * Properties of the simulator.
	 */
	public static class Simulator {

		/**
		 * Whether a simulator in this process replaces the API. With 'auto', only if no
		 * API key is configured; a blank key fails the start.
		 */
		private SimulatorMode enabled = SimulatorMode.FALSE;

		/**
		 * Duration of each step of a simulated run. With 0s, a run has ended when the
		 * response to its submission arrives.
		 */
		private Duration pace = Duration.ofMillis(300);

		/**
		 * Whether the simulator refuses runs that no scenario fits, instead of making up
		 * their results.
		 */
		private boolean strict;

		public SimulatorMode getEnabled() {
			return this.enabled;
		}

		public void setEnabled(SimulatorMode enabled) {
			this.enabled = enabled;
		}

		public Duration getPace() {
			return this.pace;
		}

		public void setPace(Duration pace) {
			this.pace = pace;
		}

		public boolean isStrict() {
			return this.strict;
		}

		public void setStrict(boolean strict) {
			this.strict = strict;
		}

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
