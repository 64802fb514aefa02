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

package ai.tinyfish.internal.wire;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpResponse;

/**
 * One request of {@link AggregatingRequestFactory}.
 */
final class AggregatingRequest extends AbstractClientHttpRequest {

	private final Transport transport;

	private final Duration defaultTimeout;

	private final int maxAnswerSize;

	private final URI uri;

	private final HttpMethod method;

	private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

	AggregatingRequest(Transport transport, Duration defaultTimeout, int maxAnswerSize, URI uri, HttpMethod method) {
		this.transport = transport;
		this.defaultTimeout = defaultTimeout;
		this.maxAnswerSize = maxAnswerSize;
		this.uri = uri;
		this.method = method;
	}

	@Override
	public HttpMethod getMethod() {
		return this.method;
	}

	@Override
	public URI getURI() {
		return this.uri;
	}

	@Override
	protected OutputStream getBodyInternal(HttpHeaders headers) {
		return this.body;
	}

	@Override
	protected ClientHttpResponse executeInternal(HttpHeaders headers) throws IOException {
		SendDecision decision = SendDecision.connecting(SendDecision.of(getAttributes()));
		if (Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException("The blocking TinyFishClient was called on the non-blocking thread "
					+ Thread.currentThread().getName());
		}
		Duration timeout = CallAttributes.timeout(getAttributes(), this.defaultTimeout);
		CompletableFuture<AggregatedResponse> answer = this.transport.lifecycle()
			.untilClosed(ExchangeProgress.watch(Mono.defer(() -> exchange(headers)), decision), decision::closed)
			.takeUntilOther(CallAttributes.end(getAttributes()))
			.switchIfEmpty(Mono.error(() -> new IOException("The caller no longer waits for the response")))
			.toFuture();
		try {
			return answer.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new AnswerTimeoutException(timeout);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			InterruptedIOException interrupted = new InterruptedIOException(
					"Interrupted while waiting for the response");
			interrupted.initCause(ex);
			throw interrupted;
		}
		catch (ExecutionException ex) {
			Throwable cause = (ex.getCause() != null) ? ex.getCause() : ex;
			if (cause instanceof ClientClosedException closed) {
				throw closed;
			}
			throw (cause instanceof IOException ioException) ? ioException
					: new IOException("The HTTP exchange failed", cause);
		}
		finally {
			closeUnlessComplete(answer);
		}
	}

	private static void closeUnlessComplete(CompletableFuture<?> answer) {
		try {
			answer.cancel(true);
		}
		catch (RejectedExecutionException ex) {
			// the client was closed, and its connections with it
		}
	}

	private Mono<AggregatedResponse> exchange(HttpHeaders headers) {
		HttpClient client = this.transport.client(Pool.forCall(CallAttributes.isSubmission(getAttributes())));
		HttpClient.RequestSender request = client
			.headers((target) -> headers.forEach((name, values) -> target.set(name, values)))
			.request(io.netty.handler.codec.http.HttpMethod.valueOf(this.method.name()))
			.uri(this.uri);
		HttpClient.ResponseReceiver<?> sent = (this.body.size() > 0) ? request.send(bytes(this.body.toByteArray()))
				: request;
		return sent.response(this::read).single();
	}

	private static Mono<ByteBuf> bytes(byte[] content) {
		return Mono.fromSupplier(() -> Unpooled.wrappedBuffer(content));
	}

	private Flux<AggregatedResponse> read(HttpClientResponse response, ByteBufFlux content) {
		return content.reduceWith(() -> new BoundedBytes(this.maxAnswerSize), BoundedBytes::add)
			.map((bytes) -> new AggregatedResponse(response.status().code(), response.status().reasonPhrase(),
					headers(response), bytes.toByteArray()))
			.flux();
	}

	private static HttpHeaders headers(HttpClientResponse response) {
		HttpHeaders headers = new HttpHeaders();
		response.responseHeaders().forEach((header) -> headers.add(header.getKey(), header.getValue()));
		return headers;
	}

	/**
	 * An answer's body, as far as it has arrived.
	 */
	private static final class BoundedBytes {

		private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

		private final int maxSize;

		BoundedBytes(int maxSize) {
			this.maxSize = maxSize;
		}

		BoundedBytes add(ByteBuf buffer) {
			int length = buffer.readableBytes();
			if ((long) this.bytes.size() + length > this.maxSize) {
				throw new DataBufferLimitException("The response is larger than " + this.maxSize + " bytes");
			}
			try {
				buffer.readBytes(this.bytes, length);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			return this;
		}

		byte[] toByteArray() {
			return this.bytes.toByteArray();
		}

	}

}
