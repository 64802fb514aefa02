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

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;

import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.wire.ConnectionSettings;
import ai.tinyfish.internal.wire.Timeouts;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.RetrySettings;
import org.jspecify.annotations.Nullable;

import org.springframework.web.util.UriBuilderFactory;

/**
 * All settings of a client, with their defaults. Builders replace values one by one and
 * accept any order, so most values are not checked before {@link #checked()}.
 *
 * @param connection the connections of the client
 * @param api the address of the API and the values that requests carry
 * @param call the calls, and the requests that open streams
 * @param stream the streams
 * @param run the runs that are streamed or started
 * @param poll the requests for runs that are followed
 * @param events the delivery of events to listeners
 */
public record ClientSettings(ConnectionSettings connection, ApiSettings api, Call call, Stream stream, Run run,
		Poll poll, Events events) {

	/** The largest answer of a call, in bytes: room for the screenshots of a long run. */
	public static final int MAX_ANSWER_SIZE = 64 * 1024 * 1024;

	/**
	 * Return the defaults.
	 * @param baseUrl the URL of the API
	 * @return the settings of a builder that was given nothing
	 */
	public static ClientSettings defaults(String baseUrl) {
		return new ClientSettings(ConnectionSettings.defaults(), ApiSettings.defaults(baseUrl),
				new Call(Duration.ofSeconds(600), RetrySettings.defaults(), RequestOptions.none()),
				new Stream(Duration.ofMinutes(2), 16 * 1024 * 1024),
				new Run(Duration.ofMinutes(30), AbandonPolicy.CANCEL, AbandonPolicy.LEAVE, true),
				new Poll(Duration.ofSeconds(1), Duration.ofSeconds(15), Duration.ofMinutes(5)),
				new Events(null, 8, 256));
	}

	/**
	 * Check the values.
	 * @return these settings, with URLs and durations as they are used
	 * @throws IllegalArgumentException if a URL is not valid, a duration or number not
	 * positive, or the longest interval between polls shorter than the first
	 */
	public ClientSettings checked() {
		ApiSettings checkedApi = this.api.checked();
		return new ClientSettings(this.connection.checked(checkedApi.isSecure()), checkedApi, this.call.checked(),
				this.stream.checked(), this.run.checked(), this.poll.checked(), this.events);
	}

	public String baseUrl() {
		return this.api.baseUrl();
	}

	public Duration idleTimeout() {
		return this.stream.idleTimeout;
	}

	public int maxEventSize() {
		return this.stream.maxEventSize;
	}

	public Duration runTimeout() {
		return this.run.timeout;
	}

	/**
	 * Return the secrets of a call that is made with these settings.
	 * @param apiCall the call
	 * @param apiKey the key that is sent
	 * @return the secrets
	 */
	public Secrets secrets(ApiCall<?> apiCall, String apiKey) {
		return Secrets.of(apiCall.secrets(), apiKey, this.call.options.headers().values());
	}

	/**
	 * Return the secrets of all calls that are made with these settings.
	 * @param apiKey the key that is sent
	 * @return the key and the values of additional headers
	 */
	public Secrets secrets(String apiKey) {
		return Secrets.of(List.of(), apiKey, this.call.options.headers().values());
	}

	/**
	 * Return a factory that resolves the paths of calls.
	 * @return a new factory
	 */
	public UriBuilderFactory uriBuilderFactory() {
		return new ServiceUris(this.api.baseUrl(), this.api.areaBaseUrls());
	}

	/**
	 * Return where a call goes.
	 * @param apiCall the call
	 * @return its URL
	 */
	URI uri(ApiCall<?> apiCall) {
		return uriBuilderFactory().expand(apiCall.uriTemplate(), apiCall.uriVariables());
	}

	/**
	 * Return the settings of polls, which the poller itself repeats.
	 * @param longest the longest wait for an answer, if that is shorter
	 * @return settings with a short timeout and without retries
	 */
	ClientSettings forPolling(Duration longest) {
		Duration shorter = (longest.compareTo(this.call.timeout) < 0) ? longest : this.call.timeout;
		return withTimeout(shorter).withRetry(this.call.retry.withMaxRetries(0));
	}

	/**
	 * Return the settings of the requests that options are for.
	 * @param options the options, which replace earlier ones
	 * @return settings with the options, and with their key, timeout and retries
	 */
	public ClientSettings overriddenBy(RequestOptions options) {
		ClientSettings settings = withOptions(options);
		if (options.apiKey() != null) {
			settings = settings.withApi(this.api.withApiKey(options.apiKey()));
		}
		if (options.timeout() != null) {
			settings = settings.withTimeout(options.timeout());
		}
		if (options.maxRetries() != null) {
			settings = settings.withRetry(this.call.retry.withMaxRetries(options.maxRetries()));
		}
		return settings;
	}

	public ClientSettings withApi(ApiSettings api) {
		return new ClientSettings(this.connection, api, this.call, this.stream, this.run, this.poll, this.events);
	}

	public ClientSettings withTimeout(Duration timeout) {
		return with(new Call(timeout, this.call.retry, this.call.options));
	}

	public ClientSettings withRetry(RetrySettings retry) {
		return with(new Call(this.call.timeout, retry, this.call.options));
	}

	public ClientSettings withOptions(RequestOptions options) {
		return with(new Call(this.call.timeout, this.call.retry, options));
	}

	public ClientSettings withConnection(ConnectionSettings connection) {
		return new ClientSettings(connection, this.api, this.call, this.stream, this.run, this.poll, this.events);
	}

	public ClientSettings withStreamIdleTimeout(Duration idleTimeout) {
		return with(new Stream(idleTimeout, this.stream.maxEventSize));
	}

	public ClientSettings withMaxEventSize(int maxEventSize) {
		return with(new Stream(this.stream.idleTimeout, maxEventSize));
	}

	public ClientSettings withRunTimeout(Duration timeout) {
		return with(new Run(timeout, this.run.onTimeout, this.run.onClose, this.run.readOutcome));
	}

	public ClientSettings withOnTimeout(AbandonPolicy onTimeout) {
		return with(new Run(this.run.timeout, onTimeout, this.run.onClose, this.run.readOutcome));
	}

	public ClientSettings withOnClose(AbandonPolicy onClose) {
		return with(new Run(this.run.timeout, this.run.onTimeout, onClose, this.run.readOutcome));
	}

	public ClientSettings withReadOutcome(boolean readOutcome) {
		return with(new Run(this.run.timeout, this.run.onTimeout, this.run.onClose, readOutcome));
	}

	public ClientSettings withPollInterval(Duration interval) {
		return with(new Poll(interval, this.poll.maxInterval, this.poll.tolerance));
	}

	public ClientSettings withMaxPollInterval(Duration maxInterval) {
		return with(new Poll(this.poll.interval, maxInterval, this.poll.tolerance));
	}

	public ClientSettings withPollTolerance(Duration tolerance) {
		return with(new Poll(this.poll.interval, this.poll.maxInterval, tolerance));
	}

	public ClientSettings withEventExecutor(@Nullable Executor executor) {
		return with(new Events(executor, this.events.threads, this.events.buffer));
	}

	public ClientSettings withEventThreads(int threads) {
		return with(new Events(this.events.executor, threads, this.events.buffer));
	}

	public ClientSettings withEventBuffer(int buffer) {
		return with(new Events(this.events.executor, this.events.threads, buffer));
	}

	private ClientSettings with(Call call) {
		return new ClientSettings(this.connection, this.api, call, this.stream, this.run, this.poll, this.events);
	}

	private ClientSettings with(Stream stream) {
		return new ClientSettings(this.connection, this.api, this.call, stream, this.run, this.poll, this.events);
	}

	private ClientSettings with(Run run) {
		return new ClientSettings(this.connection, this.api, this.call, this.stream, run, this.poll, this.events);
	}

	private ClientSettings with(Poll poll) {
		return new ClientSettings(this.connection, this.api, this.call, this.stream, this.run, poll, this.events);
	}

	private ClientSettings with(Events events) {
		return new ClientSettings(this.connection, this.api, this.call, this.stream, this.run, this.poll, events);
	}

	private static int positive(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException(name + " must be positive: " + value);
		}
		return value;
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "ClientSettings[" + this.api.baseUrl() + "]";
	}

	/**
	 * Settings of calls, and of the requests that open streams.
	 *
	 * @param timeout the longest wait, per attempt, for the whole response of a call or
	 * the beginning of a stream
	 * @param retry the number of retries and their delays
	 * @param options the headers to send beside the client's own, and the consumer of
	 * responses
	 */
	public record Call(Duration timeout, RetrySettings retry, RequestOptions options) {

		private Call checked() {
			return new Call(Timeouts.check("timeout", this.timeout), this.retry, this.options);
		}

	}

	/**
	 * Settings of streams.
	 *
	 * @param idleTimeout the longest silence of a stream that is read from
	 * @param maxEventSize the largest event, and the largest line of one, in bytes
	 */
	public record Stream(Duration idleTimeout, int maxEventSize) {

		private Stream checked() {
			return new Stream(Timeouts.check("stream idleTimeout", this.idleTimeout),
					positive("maxEventSize", this.maxEventSize));
		}

	}

	/**
	 * Settings of runs that are streamed or started.
	 *
	 * @param timeout the whole life of a run
	 * @param onTimeout the policy for a run that takes longer
	 * @param onClose the policy for a run whose stream is closed early
	 * @param readOutcome whether the record of a run is read after the COMPLETE event
	 */
	public record Run(Duration timeout, AbandonPolicy onTimeout, AbandonPolicy onClose, boolean readOutcome) {

		private Run checked() {
			return new Run(Timeouts.check("run timeout", this.timeout), this.onTimeout, this.onClose, this.readOutcome);
		}

	}

	/**
	 * Settings of the polls of a run.
	 *
	 * @param interval the first interval between two polls
	 * @param maxInterval the longest interval
	 * @param tolerance how long polls may fail one after the other
	 */
	public record Poll(Duration interval, Duration maxInterval, Duration tolerance) {

		private Poll checked() {
			Poll checked = new Poll(Timeouts.check("run pollInterval", this.interval),
					Timeouts.check("run maxPollInterval", this.maxInterval),
					Timeouts.check("run pollTolerance", this.tolerance));
			if (checked.maxInterval.compareTo(checked.interval) < 0) {
				throw new IllegalArgumentException("run maxPollInterval must not be shorter than pollInterval: "
						+ checked.maxInterval + " < " + checked.interval);
			}
			return checked;
		}

	}

	/**
	 * Settings of the delivery of events to listeners.
	 *
	 * @param executor the executor that calls listeners, or null for threads of the
	 * client's own
	 * @param threads the number of these threads
	 * @param buffer the number of events of a run that may wait for its listeners
	 */
	public record Events(@Nullable Executor executor, int threads, int buffer) {

		/**
		 * Check the values.
		 * @throws IllegalArgumentException if a number is not positive
		 */
		public Events {
			positive("eventThreads", threads);
			positive("eventBuffer", buffer);
		}

	}

}
