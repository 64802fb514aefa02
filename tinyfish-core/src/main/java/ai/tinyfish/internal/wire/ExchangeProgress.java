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

import java.net.ConnectException;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.wire.Transport.Pool;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.client.HttpClientResponse;

/**
 * Progress of an exchange. A failure before the request is about to be sent is a failure
 * to connect, independently of the exception: a connection that breaks in the TLS
 * handshake fails like one that breaks while the response is awaited. A cancel between
 * the head of a response and its body closes the connection: Spring's connector would
 * read the body to its end, and for a stream this may take as long as the run.
 */
final class ExchangeProgress {

	private final SendDecision decision;

	private volatile boolean begun;

	private volatile boolean abandoned;

	private volatile @Nullable Connection answering;

	private ExchangeProgress(SendDecision decision) {
		this.decision = decision;
	}

	/**
	 * Convert the failure of an exchange before its request is sent into a
	 * {@link ConnectException}, and close its connection if it is cancelled.
	 */
	static <T> Mono<T> watch(Mono<T> exchange, SendDecision decision) {
		return Mono.defer(() -> {
			ExchangeProgress sending = new ExchangeProgress(decision);
			return exchange.onErrorMap(sending::failed)
				.doOnCancel(sending::abandon)
				// keys that were read are removed: a context with few entries is cheaper
				.contextWrite((context) -> context.delete(SendDecision.class)
					.delete(Pool.class)
					.put(ExchangeProgress.class, sending));
		});
	}

	/**
	 * Record that a request is about to be sent.
	 */
	static void begins(HttpClientRequest request, Connection connection) {
		ExchangeProgress sending = request.currentContextView().getOrDefault(ExchangeProgress.class, null);
		if (sending != null && !sending.begin()) {
			connection.dispose();
		}
	}

	private boolean begin() {
		this.begun = this.decision.send();
		return this.begun;
	}

	/**
	 * Record that the head of an answer has arrived.
	 */
	static void answered(HttpClientResponse response, Connection connection) {
		response.currentContextView()
			.<ExchangeProgress>getOrEmpty(ExchangeProgress.class)
			.ifPresent((sending) -> sending.answeredBy(connection));
	}

	private Throwable failed(Throwable thrown) {
		if (this.begun && thrown instanceof ConnectException) {
			// the request waits until a proxy has made its connection
			this.decision.notSent();
		}
		if (this.begun || thrown instanceof ConnectException || thrown instanceof ClientClosedException) {
			return thrown;
		}
		ConnectException exception = new ConnectException(thrown.toString());
		exception.initCause(thrown);
		return exception;
	}

	private void answeredBy(Connection connection) {
		this.answering = connection;
		if (this.abandoned) {
			close(connection);
		}
	}

	private void abandon() {
		this.abandoned = true;
		Connection connection = this.answering;
		if (connection != null) {
			close(connection);
		}
	}

	private static void close(Connection connection) {
		// refused if the body already has a subscriber, which cancels it
		connection.inbound().receive().onErrorComplete().subscribe().dispose();
	}

}
