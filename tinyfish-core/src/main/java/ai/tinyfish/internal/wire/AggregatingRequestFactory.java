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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.wire.Transport.Pool;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.ByteBufFlux;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.AbstractClientHttpRequest;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Request factory on our own connections that reads the whole answer, within a size limit
 * and one deadline, before passing it on. The wait can be interrupted. With the
 * framework's Reactor factory the deadline is per read, and an interrupt during the body
 * goes unnoticed.
 *
 * @param transport the connections
 * @param defaultTimeout the longest wait for the whole answer of a request without its
 * own timeout
 * @param maxAnswerSize the largest answer, in bytes
 */
public record AggregatingRequestFactory(Transport transport, Duration defaultTimeout,
		int maxAnswerSize) implements ClientHttpRequestFactory {

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
		return new Request(uri, method);
	}

	/**
	 * Request whose response is read as a whole.
	 */
	private final class Request extends AbstractClientHttpRequest {

		private final URI uri;

		private final HttpMethod method;

		private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);

		Request(URI uri, HttpMethod method) {
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
			CallAttributes call = CallAttributes.of(getAttributes(), AggregatingRequestFactory.this.defaultTimeout);
			SendGate.Passage passage = SendGate.passage(getAttributes());
			CompletableFuture<Response> answer = AggregatingRequestFactory.this.transport.lifecycle()
				.untilClosed(ExchangeSubscription.of(ExchangeProgress
					.watch(Mono.defer(() -> exchange(headers, Pool.forCall(call.submission()), passage)), decision)),
						decision::closed)
				.takeUntilOther(Mono.fromFuture(call.end(), true))
				.switchIfEmpty(Mono.error(() -> new IOException("The caller no longer waits for the response")))
				.toFuture();
			try {
				if (passage != null) {
					passage.open(answer, decision, call.timeout());
				}
				return answer.get(call.timeout().toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (TimeoutException ex) {
				throw new AnswerTimeoutException(call.timeout());
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
				answer.cancel(true);
			}
		}

		private Mono<Response> exchange(HttpHeaders headers, Pool pool, SendGate.@Nullable Passage passage) {
			HttpClient.RequestSender request = AggregatingRequestFactory.this.transport.client(pool)
				.headers((target) -> headers.forEach((name, values) -> target.set(name, values)))
				.request(io.netty.handler.codec.http.HttpMethod.valueOf(this.method.name()))
				.uri(this.uri);
			Mono<ByteBuf> content = Mono.fromSupplier(() -> Unpooled.wrappedBuffer(this.body.toByteArray()));
			HttpClient.ResponseReceiver<?> sent = (passage != null)
					? request.send((head, connection) -> passage.write(connection, content))
					: (this.body.size() > 0) ? request.send(content) : request;
			return sent.response(this::read).single();
		}

		private Flux<Response> read(HttpClientResponse response, ByteBufFlux content) {
			return content.reduceWith(ByteArrayOutputStream::new, this::append)
				.map((bytes) -> new Response(response.status().code(), response.status().reasonPhrase(),
						headers(response), bytes.toByteArray()))
				.flux();
		}

		private static HttpHeaders headers(HttpClientResponse response) {
			HttpHeaders headers = new HttpHeaders();
			response.responseHeaders().forEach((header) -> headers.add(header.getKey(), header.getValue()));
			return headers;
		}

		private ByteArrayOutputStream append(ByteArrayOutputStream bytes, ByteBuf buffer) {
			int maxSize = AggregatingRequestFactory.this.maxAnswerSize;
			if ((long) bytes.size() + buffer.readableBytes() > maxSize) {
				throw new DataBufferLimitException("The response is larger than " + maxSize + " bytes");
			}
			bytes.writeBytes(ByteBufUtil.getBytes(buffer));
			return bytes;
		}

	}

	/**
	 * Answer that has arrived as a whole and need not be closed.
	 */
	private record Response(int status, String reason, HttpHeaders headers, byte[] body) implements ClientHttpResponse {

		@Override
		public HttpStatusCode getStatusCode() {
			return HttpStatusCode.valueOf(this.status);
		}

		@Override
		public String getStatusText() {
			return this.reason;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

		@Override
		public InputStream getBody() {
			return new ByteArrayInputStream(this.body);
		}

		@Override
		public void close() {
		}

	}

	/**
	 * Settings of a call that its request passes to our request factory in an attribute.
	 *
	 * @param timeout the longest wait for the whole answer
	 * @param submission whether the request starts a run
	 * @param end ends the wait when it completes
	 */
	public record CallAttributes(Duration timeout, boolean submission, CompletableFuture<?> end) {

		private static final String ATTRIBUTE = CallAttributes.class.getName();

		/**
		 * Add these settings to a request.
		 * @param attributes the request's attributes
		 */
		public void putInto(Map<String, Object> attributes) {
			attributes.put(ATTRIBUTE, this);
		}

		static CallAttributes of(Map<String, Object> attributes, Duration defaultTimeout) {
			return (attributes.get(ATTRIBUTE) instanceof CallAttributes call) ? call
					: new CallAttributes(defaultTimeout, false, new CompletableFuture<>());
		}

	}

}
