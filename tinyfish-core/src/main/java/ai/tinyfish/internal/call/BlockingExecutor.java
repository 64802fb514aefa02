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

import java.io.InputStream;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.CallAnswers.CallAnswer;
import ai.tinyfish.internal.call.CallObservations.CallObservation;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.retry.AttemptFailure;
import ai.tinyfish.internal.retry.RetryInterruptedException;
import ai.tinyfish.internal.retry.RetryPlan;
import ai.tinyfish.internal.retry.SpringRetryExecutor;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.AggregatingRequestFactory.CallAttributes;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.internal.wire.SendGate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.web.client.RestClient;

/**
 * Executes API calls on the calling thread, with RestClient and Spring Retry. Its
 * reactive twin executes the same descriptions with WebClient and Reactor.
 *
 * @param restClient supplies the client that sends the requests
 * @param lifecycle ends pauses when the client is closed
 * @param settings timeouts and retries
 * @param observations records the calls
 * @param gate is opened before a request that starts runs is sent, or null
 */
public record BlockingExecutor(Supplier<RestClient> restClient, ClientLifecycle lifecycle, ClientSettings settings,
		CallObservations observations, @Nullable SendGate gate) {

	private static final Logger logger = LoggerFactory.getLogger(BlockingExecutor.class);

	/**
	 * Return whether calls are sent.
	 * @return false once the client is closed
	 */
	public boolean isOpen() {
		return this.lifecycle.isOpen();
	}

	/**
	 * Execute a call.
	 * @param <T> the result of the call
	 * @param call the call
	 * @param apiKey the key to send
	 * @return the result
	 * @throws TinyFishException if there is no usable answer, or if the client is closed
	 * @throws IllegalStateException on a thread that must not block
	 */
	public <T> T execute(ApiCall<T> call, String apiKey) {
		return execute(call, apiKey, new SendDecision(), new CompletableFuture<>());
	}

	/**
	 * Execute a call.
	 * @param <T> the result of the call
	 * @param call the call
	 * @param apiKey the key to send
	 * @param decision whether the call is sent
	 * @param end ends the waiting for an answer, and for another attempt, when it
	 * completes
	 * @return the result
	 * @throws TinyFishException if there is no usable answer, or if the client is closed
	 * @throws IllegalStateException on a thread that must not block
	 */
	public <T> T execute(ApiCall<T> call, String apiKey, SendDecision decision, CompletableFuture<?> end) {
		requireBlockingThread(call.operation());
		RestClient client = this.restClient.get();
		CallObservation observation = this.observations.start(call, null);
		RetryPlan plan = new RetryPlan(this.settings.call().retry(), call.kind());
		AtomicBoolean mayBeGone = new AtomicBoolean();
		try {
			CallAnswer<T> answer = ObservationSupport.call(observation.observation(),
					() -> SpringRetryExecutor.execute(
							() -> attempt(client, call, apiKey, decision.attempt(), mayBeGone, end), plan,
							(time) -> this.lifecycle.pause(time, end), (failure) -> {
								if (!plan.runMayExist()) {
									decision.refused();
								}
								observation.retry(failure);
							}));
			observation.success(answer.status());
			return answer.value();
		}
		catch (AttemptFailedException ex) {
			throw observation.failed(call.outcome(ex.failure().exception(), plan.runMayExist()));
		}
		catch (RetryInterruptedException ex) {
			throw observation.failed(call.outcome(
					new TinyFishConnectionException(call.operation() + ": " + ex.getMessage(), plan.lastFailure()),
					plan.runMayExist()));
		}
		catch (ClientClosedException ex) {
			throw observation.failed(call.closed(plan));
		}
		catch (Throwable ex) {
			observation.failed(ex);
			throw ex;
		}
	}

	/**
	 * Check that the thread may wait for the answer.
	 * @param operation the operation, for the message
	 * @throws IllegalStateException if the thread must not block
	 * @throws TinyFishConnectionException if the thread's interrupt flag is set
	 */
	public static void requireBlockingThread(String operation) {
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException(operation + ": the blocking TinyFishClient was called on the non-blocking"
					+ " thread " + Thread.currentThread().getName() + "; nothing was sent. Use ReactiveTinyFishClient");
		}
		if (Thread.currentThread().isInterrupted()) {
			throw new TinyFishConnectionException(operation + ": the thread is interrupted; nothing was sent", null)
				.withoutRun();
		}
	}

	/**
	 * Wait for a value on a thread that may be interrupted, whose flag stays set.
	 * @param <T> the value
	 * @param value the value, which comes or fails in a bounded time
	 * @return the value, possibly null
	 * @throws RuntimeException its failure
	 */
	public static <T> T join(Mono<T> value) {
		try {
			return value.toFuture().join();
		}
		catch (CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : ex;
		}
	}

	private <T> CallAnswer<T> attempt(RestClient client, ApiCall<T> call, String apiKey, SendDecision decision,
			AtomicBoolean mayBeGone, CompletableFuture<?> end) {
		try {
			return attempt(client, call, apiKey, decision, end);
		}
		catch (AttemptFailedException ex) {
			return CallAnswers.failed(call, ex, mayBeGone);
		}
	}

	private <T> CallAnswer<T> attempt(RestClient client, ApiCall<T> call, String apiKey, SendDecision decision,
			CompletableFuture<?> end) {
		if (end.isDone()) {
			throw new CancellationException(call.operation() + ": the caller no longer waits");
		}
		AtomicReference<@Nullable ApiResponse> received = new AtomicReference<>();
		try {
			send(client, call, apiKey, end, decision, received);
		}
		catch (Throwable ex) {
			if (ex instanceof ClientClosedException closed && decision.giveUp()) {
				throw closed;
			}
			if (received.get() == null) {
				throw attemptFailed(call, decision, ex);
			}
			logger.warn("A response is used although its exchange failed afterwards", ex);
		}
		return CallAnswers.read(call, Objects.requireNonNull(received.get()),
				this.settings.secrets(call.secrets(), apiKey));
	}

	private AttemptFailedException attemptFailed(ApiCall<?> call, SendDecision decision, Throwable thrown) {
		AttemptFailure failure = IoFailures.of(call, this.settings, decision, thrown);
		if (thrown instanceof Error error && failure.kind() == AttemptFailure.Kind.NO_ANSWER) {
			throw error;
		}
		return new AttemptFailedException(failure);
	}

	private void send(RestClient client, ApiCall<?> call, String apiKey, CompletableFuture<?> end,
			SendDecision decision, AtomicReference<@Nullable ApiResponse> received) {
		RestClient.RequestBodySpec request = client.method(call.method())
			.uri(call.uriTemplate(), call.uriVariables())
			.headers(RequestHeaders.forCall(call, apiKey, this.settings.call().options()))
			.attributes(new CallAttributes(this.settings.call().timeoutOf(call.uriTemplate()), call.isSubmission(),
					end)::putInto)
			.attributes(decision::putInto);
		if (this.gate != null && call.isSubmission()) {
			request.attributes(this.gate::putInto);
		}
		byte[] body = call.body();
		if (body != null) {
			// bypass the application's message converters
			request.body((output) -> output.write(body));
		}
		request.exchange((sent, response) -> {
			int status = response.getStatusCode().value();
			ApiResponse.notifyListener(this.settings.call().options(), call, status, response.getHeaders());
			try (InputStream stream = response.getBody()) {
				ApiResponse answer = ApiResponse.limited(status, response.getHeaders(),
						stream.readNBytes(ClientSettings.MAX_ANSWER_SIZE + 1), sent.getURI());
				received.set(answer);
				return answer;
			}
		});
	}

}
