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

package ai.tinyfish.internal.session;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Service whose responses are given by the test, each at the moment that it chooses.
 */
final class DrivenWire implements ExchangeFunction {

	private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

	private final Runnable hook;

	/**
	 * Create a service without requests.
	 * @param hook called when a request arrives or is cancelled
	 */
	DrivenWire(Runnable hook) {
		this.hook = hook;
	}

	@Override
	public Mono<ClientResponse> exchange(ClientRequest request) {
		return Mono.defer(() -> {
			Exchange exchange = new Exchange(request.method() + " " + request.url().getPath());
			this.exchanges.add(exchange);
			this.hook.run();
			return exchange.response.asMono().doOnCancel(() -> {
				exchange.cancelled = true;
				this.hook.run();
			});
		});
	}

	/** Return the number of requests. */
	long count(String beginning) {
		return this.exchanges.stream().filter((exchange) -> exchange.request.startsWith(beginning)).count();
	}

	/** Return the latest request that waits for its response, or null. */
	@Nullable Exchange pending(String... requests) {
		return this.exchanges.stream()
			.filter((exchange) -> !exchange.answered && !exchange.cancelled)
			.filter((exchange) -> List.of(requests).contains(exchange.request))
			.reduce((first, second) -> second)
			.orElse(null);
	}

	/** Return the stream that is open, or null. */
	@Nullable Exchange stream() {
		return this.exchanges.stream().filter((exchange) -> exchange.isStreaming()).findFirst().orElse(null);
	}

	List<String> unfinished() {
		return this.exchanges.stream()
			.filter((exchange) -> (!exchange.answered && !exchange.cancelled) || exchange.isStreaming())
			.map((exchange) -> exchange.request)
			.toList();
	}

	/**
	 * A request and its response.
	 */
	final class Exchange {

		private final String request;

		private final Sinks.One<ClientResponse> response = Sinks.one();

		private final Sinks.Many<DataBuffer> body = Sinks.many().unicast().onBackpressureBuffer();

		private volatile boolean answered;

		private volatile boolean cancelled;

		private volatile boolean streaming;

		private Exchange(String request) {
			this.request = request;
		}

		boolean isStreaming() {
			return this.streaming;
		}

		void answer(int status, String json) {
			this.answered = true;
			this.response.tryEmitValue(ClientResponse.create(HttpStatusCode.valueOf(status))
				.header("Content-Type", "application/json")
				.body(json)
				.build());
		}

		void startStream() {
			this.answered = true;
			this.streaming = true;
			Flux<DataBuffer> bytes = this.body.asFlux().doFinally((signal) -> {
				this.streaming = false;
				DrivenWire.this.hook.run();
			});
			this.response.tryEmitValue(ClientResponse.create(HttpStatusCode.valueOf(200))
				.header("Content-Type", "text/event-stream")
				.body(bytes)
				.build());
		}

		void event(String json) {
			this.body.tryEmitNext(DefaultDataBufferFactory.sharedInstance
				.wrap(("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8)));
		}

		void end() {
			this.body.tryEmitComplete();
		}

		void fail(Throwable failure) {
			this.body.tryEmitError(failure);
		}

		void failBeforeResponse(Throwable failure) {
			this.answered = true;
			this.response.tryEmitError(failure);
		}

	}

}
