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

package ai.tinyfish.spring.relay;

import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.CollectionUtils;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Response of WebFlux with server-sent events.
 */
final class EventResponse implements ServerResponse {

	private final EventStream events;

	private final HttpHeaders headers = new HttpHeaders();

	EventResponse(EventStream events) {
		this.events = events;
		this.headers.setContentType(MediaType.TEXT_EVENT_STREAM);
		this.headers.setCacheControl(CacheControl.noStore());
		this.headers.set("X-Accel-Buffering", "no");
	}

	@Override
	public HttpStatusCode statusCode() {
		return HttpStatus.OK;
	}

	@Override
	public HttpHeaders headers() {
		return this.headers;
	}

	@Override
	public MultiValueMap<String, ResponseCookie> cookies() {
		return CollectionUtils.toMultiValueMap(Map.of());
	}

	@Override
	public Mono<Void> writeTo(ServerWebExchange exchange, Context context) {
		ServerHttpResponse response = exchange.getResponse();
		response.getHeaders().putAll(this.headers);
		DataBufferFactory buffers = response.bufferFactory();
		AtomicBoolean cancelled = new AtomicBoolean();
		return this.events
			.writeTo((slices) -> response
				.writeAndFlushWith(slices.map((slice) -> Mono.fromSupplier(() -> buffers.wrap(slice))))
				.doOnCancel(() -> cancelled.set(true)))
			.doFinally((signal) -> {
				if (cancelled.get()) {
					closeConnection(response);
				}
			});
	}

	/**
	 * Close the connection of a browser that does not read, since the end of the response
	 * waits behind unread bytes. The end must be queued first, or Reactor Netty would
	 * find the connection closed.
	 */
	private static void closeConnection(ServerHttpResponse response) {
		if (response instanceof AbstractServerHttpResponse own
				&& own.getNativeResponse() instanceof HttpServerResponse netty) {
			netty.withConnection((connection) -> connection.channel().close());
		}
	}

}
