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

package ai.tinyfish.internal.transport;

import java.net.ConnectException;
import java.util.concurrent.atomic.AtomicBoolean;

import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Knows of each exchange whether its request was about to be sent: what fails before that
 * is a failure to connect, whatever the exception. A connection that breaks in the TLS
 * handshake fails like one that breaks while the answer is awaited.
 */
final class Sending {

	private Sending() {
	}

	/**
	 * Turn what an exchange fails with before its request is sent into a
	 * {@link ConnectException}.
	 */
	static <T> Mono<T> watch(Mono<T> exchange) {
		return Mono.defer(() -> {
			AtomicBoolean begun = new AtomicBoolean();
			return exchange.onErrorMap((ex) -> begun.get() ? ex : notConnected(ex))
				.contextWrite((context) -> context.put(Sending.class, begun));
		});
	}

	/**
	 * A request is about to be sent.
	 */
	static void begins(HttpClientRequest request, Connection connection) {
		request.currentContextView().<AtomicBoolean>getOrEmpty(Sending.class).ifPresent((begun) -> begun.set(true));
	}

	private static Throwable notConnected(Throwable thrown) {
		if (thrown instanceof ConnectException) {
			return thrown;
		}
		ConnectException exception = new ConnectException(thrown.toString());
		exception.initCause(thrown);
		return exception;
	}

}
