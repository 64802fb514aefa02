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

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.retry.RetryPlan;
import ai.tinyfish.internal.retry.RetryRules;
import ai.tinyfish.settings.AllowedHosts;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpMethod;

/**
 * Description of a call of the API, independent of its execution.
 *
 * @param <T> the result of the call
 * @param operation the name of the operation, such as {@code agent.run}; of low
 * cardinality
 * @param method the HTTP method
 * @param uriTemplate the path below the base URL, with URI variables
 * @param uriVariables the values of the variables, which are encoded when sent
 * @param body the JSON body, or null
 * @param decoder reads the answer
 * @param submission details of a call that starts something and must not be sent twice,
 * or null for a call that may be repeated
 * @param runId the run that the call is about, or null
 * @param opens the URLs that the service opens for the call, by the fields that have
 * them; without those of runs, which are checked after the interceptors
 * @param secrets the secrets of the request besides the API key
 * @param whenGone the value of a delete whose object an earlier attempt has deleted, or
 * null for other calls
 * @param kind the kind of the call in the retry table
 * @param meanings explanations of errors of the service, by status
 * @param censor redacts the secrets of the request in the value of the call, or null
 */
public record ApiCall<T>(String operation, HttpMethod method, String uriTemplate, Map<String, Object> uriVariables,
		byte @Nullable [] body, ResponseDecoder<T> decoder, @Nullable Submission<T> submission, @Nullable String runId,
		Map<String, String> opens, List<String> secrets, @Nullable T whenGone, RetryRules.Kind kind,
		Map<Integer, String> meanings, @Nullable BiFunction<T, Secrets, T> censor) {

	public ApiCall {
		uriVariables = Map.copyOf(uriVariables);
		opens = opens.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(opens));
		meanings = Map.copyOf(meanings);
	}

	/**
	 * Describe a GET call.
	 * @param <T> the result of the call
	 * @param operation the name of the operation, such as {@code runs.get}
	 * @param uriTemplate the path below the base URL, with URI variables
	 * @param decoder reads the answer
	 * @return a builder
	 */
	public static <T> Builder<T> get(String operation, String uriTemplate, ResponseDecoder<T> decoder) {
		return new Builder<>(operation, HttpMethod.GET, uriTemplate, decoder);
	}

	/**
	 * Describe a POST call.
	 * @param <T> the result of the call
	 * @param operation the name of the operation, such as {@code agent.run}
	 * @param uriTemplate the path below the base URL, with URI variables
	 * @param decoder reads the answer
	 * @return a builder
	 */
	public static <T> Builder<T> post(String operation, String uriTemplate, ResponseDecoder<T> decoder) {
		return new Builder<>(operation, HttpMethod.POST, uriTemplate, decoder);
	}

	/**
	 * Describe a DELETE call.
	 * @param <T> the result of the call
	 * @param operation the name of the operation, such as {@code browser.close}
	 * @param uriTemplate the path below the base URL, with URI variables
	 * @param decoder reads the answer, which may have no body
	 * @return a builder
	 */
	public static <T> Builder<T> delete(String operation, String uriTemplate, ResponseDecoder<T> decoder) {
		return new Builder<>(operation, HttpMethod.DELETE, uriTemplate, decoder);
	}

	/**
	 * Return whether the call starts something, a run, a session or a profile, so that it
	 * must not be sent twice.
	 * @return true for a submission, false for a call that may be repeated
	 */
	public boolean isSubmission() {
		return this.submission != null;
	}

	/**
	 * Check the hosts of the URLs that the service is to open.
	 * @param hosts the allowed hosts
	 * @throws TinyFishHostNotAllowedException if a host is not allowed
	 */
	public void requireAllowed(AllowedHosts hosts) {
		this.opens.forEach(hosts::check);
	}

	/**
	 * Return the kind of object that the call starts, or null.
	 */
	@Nullable Started starts() {
		return (this.submission != null) ? this.submission.starts() : null;
	}

	@Nullable ResponseDecoder<T> failureDecoder() {
		return (this.submission != null) ? this.submission.failureDecoder() : null;
	}

	/**
	 * Redact the secrets of the request in a decoded response.
	 */
	T withoutSecrets(T value, Secrets secrets) {
		return (this.censor != null) ? this.censor.apply(value, secrets) : value;
	}

	/**
	 * Return the exception for the caller when the last attempt failed.
	 * @param failure the failure
	 * @param runMayExist whether one of the attempts may have started a run
	 * @return the exception to throw
	 */
	TinyFishException outcome(TinyFishApiException failure, boolean runMayExist) {
		TinyFishException outcome = (runMayExist && this.submission != null)
				? this.submission.unknownOutcome().of(this.operation, failure) : failure;
		// a single call knows of no run: not after this failure, or it starts none at all
		return (outcome instanceof TinyFishApiException) ? outcome.withoutRun() : outcome;
	}

	/**
	 * Create the exception for a client that was closed before the first or the next
	 * attempt was sent.
	 * @param plan the plan with the earlier attempts
	 * @return the exception to throw
	 */
	TinyFishException closed(RetryPlan plan) {
		String when = plan.sent() ? "before the next attempt" : "and nothing was sent";
		return outcome(
				new TinyFishConnectionException(this.operation + ": the client was closed " + when, plan.lastFailure()),
				plan.runMayExist());
	}

	/**
	 * Return a description without the body and the secrets.
	 */
	@Override
	public String toString() {
		return "ApiCall[" + this.operation + "]";
	}

	/**
	 * Reads an answer's body.
	 *
	 * @param <T> the result
	 */
	@FunctionalInterface
	public interface ResponseDecoder<T> {

		/**
		 * Read an answer's body.
		 * @param body the body
		 * @return the result; null only from a failure decoder, if the body is something
		 * else
		 * @throws RuntimeException if the body cannot be read
		 */
		@Nullable T decode(byte[] body);

	}

	/**
	 * Builder of the description of a call.
	 *
	 * @param <T> the result of the call
	 */
	public static final class Builder<T> {

		private final String operation;

		private final HttpMethod method;

		private final StringBuilder uriTemplate;

		private final ResponseDecoder<T> decoder;

		private final Map<String, Object> uriVariables = new LinkedHashMap<>();

		private byte @Nullable [] body;

		private @Nullable Submission<T> submission;

		private @Nullable String runId;

		private final Map<String, String> opens = new LinkedHashMap<>();

		private final Set<String> secrets = new LinkedHashSet<>();

		private @Nullable T whenGone;

		private RetryRules.Kind kind = RetryRules.Kind.REPEATABLE;

		private final Map<Integer, String> meanings = new HashMap<>();

		private @Nullable BiFunction<T, Secrets, T> censor;

		private Builder(String operation, HttpMethod method, String uriTemplate, ResponseDecoder<T> decoder) {
			this.operation = operation;
			this.method = method;
			this.uriTemplate = new StringBuilder(uriTemplate);
			this.decoder = decoder;
		}

		/** Set the value of a variable in the path; encoded when sent. */
		public Builder<T> variable(String name, String value) {
			this.uriVariables.put(name, value);
			return this;
		}

		/** Set the query parameters; encoded when sent. */
		public Builder<T> query(Map<String, String> parameters) {
			parameters.forEach((name, value) -> {
				char separator = (this.uriTemplate.indexOf("?") < 0) ? '?' : '&';
				this.uriTemplate.append(separator).append(name).append("={").append(name).append('}');
				this.uriVariables.put(name, value);
			});
			return this;
		}

		/** Set the JSON body. */
		public Builder<T> body(byte[] json) {
			this.body = json;
			return this;
		}

		/**
		 * Set the run that the call is about.
		 * @param runId the id that exceptions carry
		 * @return this builder
		 */
		public Builder<T> runId(String runId) {
			this.runId = runId;
			return this;
		}

		/**
		 * Add a URL that the service opens for the call.
		 * @param field the field that has it, which messages name
		 * @param url the URL, or null
		 * @return this builder
		 */
		public Builder<T> opens(String field, @Nullable String url) {
			if (url != null) {
				this.opens.put(field, url);
			}
			return this;
		}

		/**
		 * Add a secret of the request, which is redacted in the texts of a server before
		 * they reach an exception.
		 * @param secret the secret; blank values are ignored
		 * @return this builder
		 */
		public Builder<T> secret(String secret) {
			this.secrets.add(secret);
			return this;
		}

		/**
		 * Redact the secrets of the request in the value of the call, which may repeat
		 * them in the reason of a failure.
		 * @param censor the function that redacts them
		 * @return this builder
		 */
		public Builder<T> censored(BiFunction<T, Secrets, T> censor) {
			this.censor = censor;
			return this;
		}

		/**
		 * Mark the call as a delete. If the response to an attempt is lost and the
		 * service then responds that the object does not exist, that attempt has deleted
		 * it.
		 * @param value the value of the call in that case
		 * @return this builder
		 */
		public Builder<T> whenGone(T value) {
			this.whenGone = value;
			return this;
		}

		/**
		 * Mark the call as the end of a browser session.
		 * @return this builder
		 */
		public Builder<T> endsSession() {
			this.kind = RetryRules.Kind.SESSION_END;
			return this;
		}

		/**
		 * Explain an error of the service.
		 * @param status its status
		 * @param meaning a sentence that is added to the message
		 * @return this builder
		 */
		public Builder<T> whenAnswered(int status, String meaning) {
			this.meanings.put(status, meaning);
			return this;
		}

		/**
		 * Mark the call as a submission, which starts something and is not sent twice.
		 * @param starts the kind of object that it starts
		 * @param unknownOutcome creates the exception if the object may exist
		 * @param failureDecoder reads a failure that carries a run
		 * @return this builder
		 */
		public Builder<T> submission(Started starts, Submission.UnknownOutcome unknownOutcome,
				ResponseDecoder<T> failureDecoder) {
			this.submission = new Submission<>(starts, unknownOutcome, failureDecoder);
			this.kind = RetryRules.Kind.SUBMISSION;
			return this;
		}

		// NullAway assumes that a component of an array type is never null
		@SuppressWarnings("NullAway")
		public ApiCall<T> build() {
			return new ApiCall<>(this.operation, this.method, this.uriTemplate.toString(), this.uriVariables, this.body,
					this.decoder, this.submission, this.runId, this.opens, List.copyOf(this.secrets), this.whenGone,
					this.kind, this.meanings, this.censor);
		}

	}

	/**
	 * Part of a call that starts something, so that it is not sent twice.
	 *
	 * @param <T> the result of the call
	 * @param starts the kind of object that it starts
	 * @param unknownOutcome creates the exception for an attempt that may have started
	 * something
	 * @param failureDecoder reads a response that is not a success but carries a run;
	 * returns null if there is no run
	 */
	public record Submission<T>(Started starts, UnknownOutcome unknownOutcome, ResponseDecoder<T> failureDecoder) {

		/**
		 * Strategy interface for the exception of a submission whose outcome is unknown.
		 */
		@FunctionalInterface
		public interface UnknownOutcome {

			/**
			 * Create the exception.
			 * @param operation the operation that failed
			 * @param cause the failure; has the run id if the response had one
			 * @return the exception, which may be the cause itself
			 */
			TinyFishException of(String operation, TinyFishApiException cause);

		}

	}

}
