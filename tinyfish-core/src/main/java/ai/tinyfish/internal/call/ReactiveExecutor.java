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

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.CallAnswers.CallAnswer;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.AnswerTimeoutException;
import ai.tinyfish.internal.wire.ExchangeSubscription;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.Transport.Pool;
import ai.tinyfish.internal.wire.TransportConnector;
import ai.tinyfish.settings.RequestOptions;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Executes API calls without blocking, with WebClient and Reactor. Its blocking twin
 * executes the same descriptions with RestClient and Spring Retry.
 *
 * @param webClient supplies the client that sends the requests
 * @param lifecycle ends calls when the client is closed
 * @param settings timeouts and retries
 * @param observations records the calls
 */
public record ReactiveExecutor(Supplier<WebClient> webClient, ClientLifecycle lifecycle, ClientSettings settings,
		CallObservations observations) {

	/**
	 * Return an executor without retries, for callers that repeat calls themselves: one
	 * attempt, and no long wait.
	 * @param timeout the longest wait for an answer, if that is shorter
	 * @return an executor over the same connections
	 */
	public ReactiveExecutor withoutRetries(Duration timeout) {
		return new ReactiveExecutor(this.webClient, this.lifecycle, this.settings.forPolling(timeout),
				this.observations);
	}

	/**
	 * Return the options of all requests.
	 * @return the options
	 */
	public RequestOptions options() {
		return this.settings.call().options();
	}

	/**
	 * Return an executor for calls that follow from operations with options.
	 * @param options the headers to send in addition to the client's own, and the
	 * listener for responses
	 * @return an executor over the same connections, with the same timeout and retries
	 */
	public ReactiveExecutor withOptions(RequestOptions options) {
		return new ReactiveExecutor(this.webClient, this.lifecycle, this.settings.withOptions(options),
				this.observations);
	}

	/**
	 * Return whether calls are sent.
	 * @return false once the client is closed
	 */
	public boolean isOpen() {
		return this.lifecycle.isOpen();
	}

	/**
	 * Execute a call with each subscription.
	 * @param <T> the result of the call
	 * @param call the call
	 * @param apiKey the key to send
	 * @return the result; fails with {@link TinyFishException} if there is no usable
	 * answer, or if the client is closed. Cancelling closes the connection
	 */
	public <T> Mono<T> execute(ApiCall<T> call, String apiKey) {
		return execute(call, apiKey, new SendDecision(), (rejection) -> {
		});
	}

	/**
	 * Execute a call with each subscription.
	 * @param <T> the result of the call
	 * @param call the call
	 * @param apiKey the key to send
	 * @param decision whether the call is sent
	 * @param onAbandoned called if the caller cancels before there is an outcome: with
	 * the last attempt's failure between two attempts, with null during one
	 * @return the result, failing as without {@code onAbandoned}
	 */
	public <T> Mono<T> execute(ApiCall<T> call, String apiKey, SendDecision decision,
			Consumer<@Nullable TinyFishException> onAbandoned) {
		return Mono.defer(() -> {
			WebClient client = this.webClient.get();
			AtomicBoolean mayBeGone = new AtomicBoolean();
			return attempts().execute(call, decision,
					(attempt) -> attempt(client, call, apiKey, attempt).onErrorResume(AttemptFailedException.class,
							(ex) -> Mono.fromSupplier(() -> CallAnswers.failed(call, ex, mayBeGone))),
					onAbandoned);
		})
			.contextWrite(DroppedErrors.quiet())
			// an onErrorContinue() of the subscriber is for its own operators
			.onErrorStop();
	}

	ReactiveAttempts attempts() {
		return new ReactiveAttempts(this.lifecycle, this.settings.call().retry(), this.observations);
	}

	private <T> Mono<CallAnswer<T>> attempt(WebClient client, ApiCall<T> call, String apiKey, SendDecision decision) {
		Duration timeout = this.settings.call().timeoutOf(call.uriTemplate());
		return this.lifecycle
			.untilClosed(ExchangeSubscription.of(Mono.defer(() -> send(client, call, apiKey, decision))),
					decision::closed)
			.switchIfEmpty(Mono.error(() -> new IOException("There was no response")))
			.map((response) -> CallAnswers.read(call, response, this.settings.secrets(call.secrets(), apiKey)))
			.timeout(timeout, Mono.error(() -> new AnswerTimeoutException(timeout)))
			.onErrorMap((ex) -> WebExchange.attemptFailed(call, this.settings, decision, ex));
	}

	private Mono<ApiResponse> send(WebClient client, ApiCall<?> call, String apiKey, SendDecision decision) {
		return WebExchange
			.request(client, call, decision, RequestHeaders.forCall(call, apiKey, this.settings.call().options()))
			.exchangeToMono((response) -> {
				ApiResponse.notifyListener(this.settings.call().options(), call, response.statusCode().value(),
						response.headers().asHttpHeaders());
				return read(response);
			})
			.contextWrite(TransportConnector.over(Pool.forCall(call.isSubmission())));
	}

	private static Mono<ApiResponse> read(ClientResponse response) {
		int status = response.statusCode().value();
		return WebExchange.collect(response.body(BodyExtractors.toDataBuffers()), ClientSettings.MAX_ANSWER_SIZE + 1)
			.map((body) -> ApiResponse.limited(status, response.headers().asHttpHeaders(), body,
					response.request().getURI()));
	}

}
