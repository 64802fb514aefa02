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

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.wire.ExchangeSubscription;
import ai.tinyfish.internal.wire.SendDecision;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Exchange steps that calls and streams over WebClient share.
 */
final class WebExchange {

	private WebExchange() {
	}

	static WebClient.RequestHeadersSpec<?> request(WebClient webClient, ApiCall<?> call, SendDecision decision,
			Consumer<HttpHeaders> headers) {
		WebClient.RequestBodySpec request = webClient.method(call.method())
			.uri(call.uriTemplate(), call.uriVariables())
			.headers(headers)
			.attributes(decision::putInto);
		byte[] body = call.body();
		if (body != null) {
			// bypass the application's codecs
			request.body(BodyInserters
				.fromDataBuffers(Mono.fromSupplier(() -> DefaultDataBufferFactory.sharedInstance.wrap(body))));
		}
		return request;
	}

	static Flux<byte[]> bytes(Flux<DataBuffer> body) {
		return ExchangeSubscription.of(body).doOnDiscard(DataBuffer.class, DataBufferUtils::release).map((buffer) -> {
			byte[] bytes = new byte[buffer.readableByteCount()];
			buffer.read(bytes);
			DataBufferUtils.release(buffer);
			return bytes;
		});
	}

	/**
	 * Return the body as a whole. Reading stops shortly after the limit.
	 */
	static Mono<byte[]> collect(Flux<DataBuffer> body, int limit) {
		return bytes(body).scanWith(ByteArrayOutputStream::new, (all, next) -> {
			all.writeBytes(next);
			return all;
		}).takeUntil((all) -> all.size() >= limit).last().map(ByteArrayOutputStream::toByteArray);
	}

	/**
	 * Convert an exception of the HTTP stack to the failure of an attempt.
	 */
	static Throwable attemptFailed(ApiCall<?> call, ClientSettings settings, SendDecision decision, Throwable thrown) {
		if (thrown instanceof AttemptFailedException) {
			return thrown;
		}
		Throwable cause = IoFailures.rootCause(thrown);
		if (cause instanceof ClientClosedException && decision.giveUp()) {
			return cause;
		}
		return new AttemptFailedException(IoFailures.of(call, settings, decision, thrown));
	}

}
