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

package ai.tinyfish.simulator.internal.api;

import java.util.Map;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answer to a request.
 */
@FunctionalInterface
public interface HttpAnswer {

	Publisher<Void> send(HttpServerResponse response);

	static HttpAnswer ok(ObjectNode body) {
		return json(200, body);
	}

	static HttpAnswer json(int status, ObjectNode body) {
		return json(status, body, Map.of());
	}

	static HttpAnswer json(int status, ObjectNode body, Map<CharSequence, CharSequence> headers) {
		byte[] bytes = Json.bytes(body);
		return (response) -> {
			response.status(status)
				.header(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
				.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length));
			headers.forEach(response::header);
			return response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes)));
		};
	}

	static HttpAnswer noContent() {
		return (response) -> response.status(204).send();
	}

	static HttpAnswer bytes(String contentType, byte[] bytes) {
		return (response) -> response.status(200)
			.header(HttpHeaderNames.CONTENT_TYPE, contentType)
			.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(bytes.length))
			.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes)));
	}

	/**
	 * Create the answer to a request that the API does not accept.
	 */
	static HttpAnswer error(ApiException ex) {
		return json(ex.status(), ex.envelope());
	}

	/**
	 * Create an event stream whose end closes the connection.
	 */
	static HttpAnswer stream(Flux<ByteBuf> content) {
		return (response) -> response.status(200)
			.sse()
			.header(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_CACHE)
			.keepAlive(false)
			.send(content, (frame) -> true);
	}

}
