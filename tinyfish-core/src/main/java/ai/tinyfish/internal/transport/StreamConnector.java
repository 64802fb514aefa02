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

import java.net.URI;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

/**
 * WebClient's connector for streams, on our own connections, which it asks for with the
 * first request only.
 */
public final class StreamConnector implements ClientHttpConnector {

	private final Transport transport;

	private volatile @Nullable ReactorClientHttpConnector delegate;

	/**
	 * Create a new connector.
	 * @param transport the connections
	 */
	public StreamConnector(Transport transport) {
		this.transport = transport;
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		return delegate().connect(method, uri, requestCallback);
	}

	private ReactorClientHttpConnector delegate() {
		ReactorClientHttpConnector current = this.delegate;
		if (current == null) {
			current = new ReactorClientHttpConnector(this.transport.streams());
			this.delegate = current;
		}
		return current;
	}

}
