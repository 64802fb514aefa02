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

package ai.tinyfish.internal.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.retry.RetryPlan;
import ai.tinyfish.internal.transport.ClientClosedException;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Opens streams with WebClient. The request is repeated by the retry rules until the
 * stream is open, and never afterwards.
 */
public final class StreamOpener {

	/** Where Micrometer and WebClient look for the parent of an observation. */
	public static final String OBSERVATION_KEY = "micrometer.observation";

	private final WebClient webClient;

	private final ClientSettings settings;

	private final ObservationRegistry observationRegistry;

	/**
	 * Create a new opener.
	 * @param webClient sends the requests
	 * @param settings timeouts and retries
	 * @param observationRegistry records {@code tinyfish.client.calls}
	 */
	public StreamOpener(WebClient webClient, ClientSettings settings, ObservationRegistry observationRegistry) {
		this.webClient = webClient;
		this.settings = settings;
		this.observationRegistry = observationRegistry;
	}

	/**
	 * Open a stream.
	 * @param <T> what takes the place of a stream where the answer carries a run
	 * @param call the call; its decoder is not used
	 * @param apiKey the key to send
	 * @return the open stream, whose body must be subscribed to at once; fails with a
	 * {@link TinyFishException}
	 */
	public <T> Mono<OpenStream<T>> open(ApiCall<T> call, String apiKey) {
		return Mono.deferContextual((outer) -> {
			CallObservation observation = CallObservation.start(call, this.observationRegistry,
					outer.getOrDefault(OBSERVATION_KEY, null));
			RetryPlan plan = new RetryPlan(this.settings.retry(), call.isSubmission());
			return attempt(call, apiKey).retryWhen(retry(plan, observation))
				.doOnNext((stream) -> observation.success(200))
				.onErrorMap(AttemptFailedException.class,
						(ex) -> call.outcome(ex.failure().exception(), plan.runMayExist()))
				.doOnError(observation::failed)
				.doOnCancel(observation::cancelled)
				.contextWrite((context) -> context.put(OBSERVATION_KEY, observation.observation()));
		});
	}

	private static Retry retry(RetryPlan plan, CallObservation observation) {
		return Retry.from((signals) -> signals.concatMap((signal) -> {
			Duration delay = (signal.failure() instanceof AttemptFailedException failed) ? plan.next(failed.failure())
					: null;
			if (delay == null) {
				return Mono.error(signal.failure());
			}
			observation.retry();
			return Mono.delay(delay);
		}));
	}

	private <T> Mono<OpenStream<T>> attempt(ApiCall<T> call, String apiKey) {
		return Mono.defer(() -> send(call, apiKey))
			.switchIfEmpty(Mono.error(() -> new IOException("There was no answer")))
			.timeout(this.settings.timeout())
			.onErrorResume(NotAStreamException.class, (ex) -> interpret(call, ex.response, apiKey))
			.onErrorMap((ex) -> !(ex instanceof AttemptFailedException) && !(ex instanceof ClientClosedException),
					(ex) -> new AttemptFailedException(IoFailures.of(call, ex)));
	}

	private <T> Mono<OpenStream<T>> send(ApiCall<T> call, String apiKey) {
		WebClient.RequestBodySpec request = this.webClient.method(call.method())
			.uri(call.uriTemplate(), call.uriVariables())
			.headers(RequestHeaders.forStream(call, apiKey));
		byte[] body = call.body();
		if (body != null) {
			// no codec of the application sees our bytes
			request.body(BodyInserters
				.fromDataBuffers(Mono.fromSupplier(() -> DefaultDataBufferFactory.sharedInstance.wrap(body))));
		}
		return request.retrieve()
			.onStatus((status) -> status.value() != 200,
					(response) -> notAStream(response.statusCode().value(), response.headers().asHttpHeaders(),
							response.body(BodyExtractors.toDataBuffers())))
			.toEntityFlux(BodyExtractors.toDataBuffers())
			.flatMap(StreamOpener::<T>requireStream);
	}

	private static <T> Mono<OpenStream<T>> requireStream(ResponseEntity<Flux<DataBuffer>> entity) {
		Flux<DataBuffer> body = (entity.getBody() != null) ? entity.getBody() : Flux.empty();
		MediaType type = contentType(entity.getHeaders());
		if (type != null && MediaType.TEXT_EVENT_STREAM.isCompatibleWith(type)) {
			return Mono.just(new OpenStream<>(bytes(body), null));
		}
		return notAStream(entity.getStatusCode().value(), entity.getHeaders(), body).flatMap(Mono::error);
	}

	private static @Nullable MediaType contentType(HttpHeaders headers) {
		try {
			return headers.getContentType();
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private static Mono<NotAStreamException> notAStream(int status, HttpHeaders headers, Flux<DataBuffer> body) {
		return bytes(body).scanWith(ByteArrayOutputStream::new, (all, next) -> {
			all.writeBytes(next);
			return all;
		})
			.takeUntil((all) -> all.size() >= ClientSettings.MAX_ANSWER_SIZE)
			.last()
			.map((all) -> new NotAStreamException(new ApiResponse(status, headers, all.toByteArray())));
	}

	private static Flux<byte[]> bytes(Flux<DataBuffer> body) {
		return body.doOnDiscard(DataBuffer.class, DataBufferUtils::release).map((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			DataBufferUtils.release(buffer);
			return bytes;
		});
	}

	private static <T> Mono<OpenStream<T>> interpret(ApiCall<T> call, ApiResponse response, String apiKey) {
		T run = Answers.runOf(call, response);
		if (run != null) {
			return Mono.just(new OpenStream<>(Flux.empty(), run));
		}
		if (response.isSuccess()) {
			String type = String.valueOf(response.headers().getFirst(HttpHeaders.CONTENT_TYPE));
			return Mono.error(Answers.unreadable(call, response,
					"status 200 with text/event-stream was expected, not " + response.status() + " with " + type,
					apiKey));
		}
		return Mono.error(new AttemptFailedException(ErrorReader.rejected(call, response, apiKey)));
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

}
