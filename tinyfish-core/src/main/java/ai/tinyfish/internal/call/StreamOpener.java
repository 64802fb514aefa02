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
import java.net.URI;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.CallAnswers.CallAnswer;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.ExchangeSubscription;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.Transport.Pool;
import ai.tinyfish.internal.wire.TransportConnector;
import ai.tinyfish.settings.RequestOptions;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Opens streams with WebClient. The request is repeated by the retry rules until the
 * stream is open, and never afterwards.
 *
 * @param calls executes the other calls of the client
 */
public record StreamOpener(ReactiveExecutor calls) {

	/**
	 * Context key under which Micrometer and WebClient find the parent of an observation.
	 */
	public static final String OBSERVATION_KEY = "micrometer.observation";

	private static final Pattern EVENT_STREAM = Pattern.compile("(?i)text/event-stream\\s*(;.*)?");

	/**
	 * Open a stream, for a session, whose pipeline has {@link DroppedErrors#quiet} and is
	 * not affected by an {@code onErrorContinue()} of its subscriber.
	 * @param <T> the value instead of a stream if the answer carries a run
	 * @param call the call; its decoder is not used
	 * @param apiKey the key to send
	 * @param decision whether the call is sent
	 * @return the open stream, whose body must be subscribed to at once; fails with a
	 * {@link TinyFishException}
	 */
	public <T> Mono<OpenStream<T>> open(ApiCall<T> call, String apiKey, SendDecision decision) {
		return Mono.defer(() -> {
			WebClient client = this.calls.webClient().get();
			return this.calls.attempts()
				.execute(call, decision, (attempt) -> attempt(client, call, apiKey, attempt), (rejection) -> {
				});
		});
	}

	private <T> Mono<CallAnswer<OpenStream<T>>> attempt(WebClient client, ApiCall<T> call, String apiKey,
			SendDecision decision) {
		return ExchangeSubscription.of(Mono.defer(() -> this.<T>send(client, call, apiKey, decision)))
			.switchIfEmpty(Mono.error(() -> new IOException("There was no response")))
			.timeout(this.calls.settings().call().timeout(), Mono.error(TimeoutException::new))
			.onErrorResume(NotAStreamException.class,
					(ex) -> interpret(call, ex.response, this.calls.settings().secrets(call.secrets(), apiKey)))
			.onErrorMap((ex) -> WebExchange.attemptFailed(call, this.calls.settings(), decision, ex));
	}

	private <T> Mono<CallAnswer<OpenStream<T>>> send(WebClient client, ApiCall<?> call, String apiKey,
			SendDecision decision) {
		RequestOptions options = this.calls.settings().call().options();
		return WebExchange.request(client, call, decision, RequestHeaders.forStream(call, apiKey, options))
			.retrieve()
			.onStatus((status) -> status.value() != 200, (response) -> {
				HttpHeaders headers = response.headers().asHttpHeaders();
				ApiResponse.notifyListener(options, call, response.statusCode().value(), headers);
				return notAStream(response.statusCode().value(), headers, response.body(BodyExtractors.toDataBuffers()),
						response.request().getURI());
			})
			.toEntityFlux(BodyExtractors.toDataBuffers())
			.flatMap((entity) -> {
				ApiResponse.notifyListener(options, call, entity.getStatusCode().value(), entity.getHeaders());
				return this.<T>requireStream(call, entity);
			})
			.contextWrite(TransportConnector.over(Pool.STREAMS));
	}

	private <T> Mono<CallAnswer<OpenStream<T>>> requireStream(ApiCall<?> call,
			ResponseEntity<Flux<DataBuffer>> entity) {
		Flux<DataBuffer> body = (entity.getBody() != null) ? entity.getBody() : Flux.empty();
		String type = entity.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE);
		if (type != null && EVENT_STREAM.matcher(type).matches()) {
			return Mono.just(new CallAnswer<>(200, new OpenStream<>(WebExchange.bytes(body), null)));
		}
		return notAStream(entity.getStatusCode().value(), entity.getHeaders(), body,
				this.calls.settings().uriBuilderFactory().expand(call.uriTemplate(), call.uriVariables()))
			.flatMap(Mono::error);
	}

	private static Mono<NotAStreamException> notAStream(int status, HttpHeaders headers, Flux<DataBuffer> body,
			URI uri) {
		return WebExchange.collect(body, ClientSettings.MAX_ANSWER_SIZE)
			.map((bytes) -> new NotAStreamException(new ApiResponse(status, headers, bytes, uri)));
	}

	private static <T> Mono<CallAnswer<OpenStream<T>>> interpret(ApiCall<T> call, ApiResponse received,
			Secrets secrets) {
		ApiResponse response = received.withoutKey(secrets);
		T run = CallAnswers.runOf(call, response, secrets);
		if (run != null) {
			return Mono.just(new CallAnswer<>(response.status(), new OpenStream<>(Flux.empty(), run)));
		}
		if (response.isSuccess()) {
			String type = String.valueOf(response.headers().getFirst(HttpHeaders.CONTENT_TYPE));
			return Mono.error(CallAnswers.unreadable(call, response,
					"status 200 with text/event-stream was expected, not " + response.status() + " with " + type,
					secrets));
		}
		return Mono.error(new AttemptFailedException(ErrorReader.rejected(call, response, secrets)));
	}

	/**
	 * Carries an answer that is not a stream past WebClient's own error handling.
	 */
	private static final class NotAStreamException extends RuntimeException {

		private final transient ApiResponse response;

		NotAStreamException(ApiResponse response) {
			super(null, null, false, false);
			this.response = response;
		}

	}

	/**
	 * An answered request for a stream.
	 *
	 * @param <T> the value instead of a stream if the answer carries a run
	 * @param body the bytes of the stream; empty if the answer is a value
	 * @param value the value that was answered instead of a stream, or null
	 */
	public record OpenStream<T>(Flux<byte[]> body, @Nullable T value) {

	}

}
