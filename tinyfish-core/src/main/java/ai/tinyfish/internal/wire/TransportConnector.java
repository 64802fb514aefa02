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

import java.net.URI;
import java.util.function.Function;

import ai.tinyfish.internal.wire.Transport.Pool;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

/**
 * WebClient's connector on our own connections, which it creates with the first request.
 * The Reactor context contains the pool of a request, so that one WebClient, customized
 * once, serves calls and streams.
 */
public final class TransportConnector implements ClientHttpConnector {

	private final Transport transport;

	/**
	 * Create a new connector.
	 * @param transport the connections
	 */
	public TransportConnector(Transport transport) {
		this.transport = transport;
	}

	/**
	 * Choose the pool of a request.
	 * @param pool the pool
	 * @return the change of the request's context
	 */
	public static Function<Context, Context> over(Pool pool) {
		return (context) -> context.put(Pool.class, pool);
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		return Mono.deferContextual((context) -> {
			SendDecision decision = SendDecision.connecting(context.getOrDefault(SendDecision.class, null));
			Pool pool = context.hasKey(Pool.class) ? context.get(Pool.class) : Pool.CALLS;
			// an open connection must not keep the objects that waited for it
			return ExchangeProgress
				.watch(prepare(pool).flatMap((connector) -> connector.connect(method, uri, requestCallback))
					.onTerminateDetach(), decision);
		});
	}

	private Mono<ReactorClientHttpConnector> prepare(Pool pool) {
		Mono<ReactorClientHttpConnector> connector = Mono
			.fromCallable(() -> new ReactorClientHttpConnector(this.transport.client(pool)));
		// the JVM's trust material is read from files
		return (!this.transport.isPrepared() && Schedulers.isInNonBlockingThread())
				? connector.subscribeOn(Schedulers.boundedElastic()) : connector;
	}

}
