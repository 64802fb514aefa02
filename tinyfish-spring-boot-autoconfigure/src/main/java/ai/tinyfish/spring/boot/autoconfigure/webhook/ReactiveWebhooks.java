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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.util.Set;

import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * Endpoint for webhook deliveries with WebFlux.
 */
record ReactiveWebhooks(WebhookReceiver receiver) {

	static RouterFunction<ServerResponse> route(WebhookReceiver receiver) {
		return RouterFunctions.route(RequestPredicates.path(receiver.pattern()),
				new ReactiveWebhooks(receiver)::handle);
	}

	private Mono<ServerResponse> handle(ServerRequest request) {
		ServerHttpRequest received = request.exchange().getRequest();
		ServerRequestObservationContext.findCurrent(request.exchange().getAttributes())
			.ifPresent((context) -> context
				.setCarrier(received.mutate().path(WebhookReceiver.withoutSecret(received.getPath().value())).build()));
		HttpStatus refusal = this.receiver.refuse(request.method(), request.pathVariable(WebhookReceiver.SECRET),
				received.getHeaders().getContentLength());
		if (refusal != null) {
			return (refusal == HttpStatus.CONTENT_TOO_LARGE) ? answerLast(request, refusal) : answer(request, refusal);
		}
		String token = WebhookReceiver.token(received.getURI().getRawQuery());
		WebhookContent content = new WebhookContent();
		return received.getBody()
			.map(ReactiveWebhooks::bytes)
			.takeWhile((bytes) -> content.append(bytes, bytes.length))
			.then(Mono.defer(() -> this.receiver.receive(content, token)))
			.onErrorReturn(HttpStatus.BAD_REQUEST)
			.flatMap((status) -> answerLast(request, status));
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	/**
	 * Answers and closes the connection. Reactor Netty may never read a second request if
	 * the first one arrived before it had finished an answer from another thread
	 * (reactor-netty issue 4361).
	 */
	private Mono<ServerResponse> answerLast(ServerRequest request, HttpStatus status) {
		request.exchange().getResponse().getHeaders().setConnection("close");
		return answer(request, status);
	}

	/**
	 * Answers at once: Spring would log failures, including a sender that has
	 * disconnected, with the secret.
	 */
	private Mono<ServerResponse> answer(ServerRequest request, HttpStatus status) {
		this.receiver.answered(status);
		ServerHttpResponse response = request.exchange().getResponse();
		response.setStatusCode(status);
		if (status == HttpStatus.METHOD_NOT_ALLOWED) {
			response.getHeaders().setAllow(Set.of(HttpMethod.POST));
		}
		return response.setComplete().onErrorComplete().then(Mono.empty());
	}

}
