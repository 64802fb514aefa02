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

package ai.tinyfish.settings;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Options for some requests of a client, instead of the client's own. Immutable. Its
 * description shows neither the key nor the values of headers.
 * <p>
 * Key, headers and {@code onResponse} apply to all requests that follow from an
 * operation: its own, their retries, the polls of a run that is awaited or whose stream
 * broke, and the cancel of a run at its deadline or when its stream is closed. Timeout
 * and retries apply to the operation's own requests only: polls and cancels use the
 * client's. Runs are only polled together if they have the same key, headers and
 * {@code onResponse}, so reuse options with headers.
 *
 * @since 0.1.0
 */
public final class RequestOptions {

	private static final RequestOptions NONE = builder().build();

	private final @Nullable String apiKey;

	private final @Nullable Duration timeout;

	private final @Nullable Integer maxRetries;

	private final Map<String, String> headers;

	private final @Nullable Consumer<ResponseMetadata> onResponse;

	private RequestOptions(Builder builder) {
		this.apiKey = builder.apiKey;
		this.timeout = builder.timeout;
		this.maxRetries = builder.maxRetries;
		this.headers = Collections.unmodifiableMap(new LinkedHashMap<>(builder.headers));
		this.onResponse = builder.onResponse;
	}

	/**
	 * Return options that change nothing.
	 * @return the options
	 */
	public static RequestOptions none() {
		return NONE;
	}

	/**
	 * Start new options.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Return the API key instead of the client's.
	 * @return the key, or null for the client's
	 */
	public @Nullable String apiKey() {
		return this.apiKey;
	}

	/**
	 * Return the longest wait, per attempt, for the response of a call or the beginning
	 * of a stream.
	 * @return a positive duration, or null for the client's
	 */
	public @Nullable Duration timeout() {
		return this.timeout;
	}

	/**
	 * Return the largest number of retries of a failed request.
	 * @return the number, or null for the client's
	 */
	public @Nullable Integer maxRetries() {
		return this.maxRetries;
	}

	/**
	 * Return the headers to send in addition to the client's own.
	 * @return names and values
	 */
	public Map<String, String> headers() {
		return this.headers;
	}

	/**
	 * Return the callback for responses.
	 * @return the consumer, or null
	 */
	public @Nullable Consumer<ResponseMetadata> onResponse() {
		return this.onResponse;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof RequestOptions that && Objects.equals(this.apiKey, that.apiKey)
				&& Objects.equals(this.timeout, that.timeout) && Objects.equals(this.maxRetries, that.maxRetries)
				&& this.headers.equals(that.headers) && Objects.equals(this.onResponse, that.onResponse));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.apiKey, this.timeout, this.maxRetries, this.headers, this.onResponse);
	}

	/**
	 * Return a description without secrets.
	 * @return timeout, retries and the names of the headers
	 */
	@Override
	public String toString() {
		return "RequestOptions[timeout=" + this.timeout + ", maxRetries=" + this.maxRetries + ", headers="
				+ this.headers.keySet() + "]";
	}

	/**
	 * Builder for {@link RequestOptions}. Null removes a setting.
	 */
	public static final class Builder {

		private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~A-Za-z0-9-]+");

		private static final Pattern VALUE = Pattern.compile("[\\t\\x20-\\x7e]*");

		private static final Set<String> OWN = Set.of("accept", "accept-encoding", "connection", "content-encoding",
				"content-length", "content-type", "host", "transfer-encoding", "x-api-key");

		private @Nullable String apiKey;

		private @Nullable Duration timeout;

		private @Nullable Integer maxRetries;

		private final Map<String, String> headers = new LinkedHashMap<>();

		private @Nullable Consumer<ResponseMetadata> onResponse;

		private Builder() {
		}

		/**
		 * Set the API key instead of the client's.
		 * @param apiKey the key, checked when a client is built with it, or null for the
		 * client's
		 * @return this builder
		 */
		public Builder apiKey(@Nullable String apiKey) {
			this.apiKey = apiKey;
			return this;
		}

		/**
		 * Set the longest wait, per attempt, for the response of a call or the beginning
		 * of a stream.
		 * @param timeout a positive duration, or null for the client's
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is not positive
		 */
		public Builder timeout(@Nullable Duration timeout) {
			Checks.that(timeout == null || timeout.compareTo(Duration.ZERO) > 0,
					"timeout must be positive: " + timeout);
			this.timeout = timeout;
			return this;
		}

		/**
		 * Set the largest number of retries of a failed request.
		 * @param maxRetries 0 or more, or null for the client's
		 * @return this builder
		 * @throws IllegalArgumentException if the number is negative
		 */
		public Builder maxRetries(@Nullable Integer maxRetries) {
			Checks.that(maxRetries == null || maxRetries >= 0, "maxRetries must not be negative: " + maxRetries);
			this.maxRetries = maxRetries;
			return this;
		}

		/**
		 * Add a header to send in addition to the client's own, with every request that
		 * follows from an operation. A value, and each word of it, counts as a secret if
		 * it has 8 characters or more: if a response repeats it, exceptions do not
		 * contain it.
		 * @param name the name; not one of the client's own headers
		 * @param value the value, or null for none
		 * @return this builder
		 * @throws IllegalArgumentException if the name is not valid or the client's own,
		 * or the value cannot be sent
		 */
		public Builder header(String name, @Nullable String value) {
			Checks.that(name != null && NAME.matcher(name).matches(), "The name of a header is not valid");
			Checks.that(!OWN.contains(name.toLowerCase(Locale.ROOT)), "The header " + name + " is set by the client");
			Checks.that(value == null || VALUE.matcher(value).matches(),
					"The value of the header " + name + " must be visible ASCII");
			this.headers.keySet().removeIf(name::equalsIgnoreCase);
			if (value != null) {
				this.headers.put(name, value);
			}
			return this;
		}

		/**
		 * Set a callback for responses. It is called for each response before it is read,
		 * including those of attempts that are retried and of requests that follow from
		 * an operation.
		 * @param onResponse called on the thread that receives the response, which must
		 * not be blocked; its exceptions are logged. Null for none
		 * @return this builder
		 */
		public Builder onResponse(@Nullable Consumer<ResponseMetadata> onResponse) {
			this.onResponse = onResponse;
			return this;
		}

		/**
		 * Build the options.
		 * @return the options
		 */
		public RequestOptions build() {
			return new RequestOptions(this);
		}

	}

}
