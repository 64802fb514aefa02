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

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Knows of one attempt whether its request has got past the filters, interceptors and
 * observation handlers of the application. What fails before that has sent nothing,
 * whatever the exception. It travels in the attributes of RestClient's requests, and in
 * the Reactor context of WebClient's.
 */
public final class Handover {

	private static final String ATTRIBUTE = Handover.class.getName();

	private static final int PREVENTED = -1;

	/** How many requests may have been sent: an interceptor may repeat them. */
	private final AtomicInteger requests = new AtomicInteger();

	/**
	 * The last interceptor of a RestClient.
	 * @param request the request
	 * @param body its body
	 * @param execution sends it
	 * @return the answer
	 * @throws IOException if there is none
	 */
	public static ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		Handover handover = of(request.getAttributes());
		if (handover != null && !handover.handOver()) {
			throw givenUp();
		}
		return execution.execute(request, body);
	}

	/**
	 * The last filter of a WebClient.
	 * @param request the request
	 * @param next sends it
	 * @return the answer
	 */
	public static Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.deferContextual((context) -> {
			Handover handover = context.getOrDefault(Handover.class, null);
			return (handover == null || handover.handOver()) ? next.exchange(request) : Mono.error(givenUp());
		});
	}

	/**
	 * Have the attempt's request known by its attributes.
	 * @param attributes the request's attributes
	 */
	public void putInto(Map<String, Object> attributes) {
		attributes.put(ATTRIBUTE, this);
	}

	/**
	 * Have the attempt's request known by its Reactor context.
	 * @return what writes into the context
	 */
	public Function<Context, Context> inContext() {
		return (context) -> context.put(Handover.class, this);
	}

	/**
	 * Prevent the request from being sent from now on.
	 * @return false if it may have been sent already
	 */
	public boolean prevent() {
		return this.requests.compareAndSet(0, PREVENTED);
	}

	/**
	 * A request that was handed over could not be sent.
	 */
	static void notSent(Map<String, Object> attributes) {
		Handover handover = of(attributes);
		if (handover != null) {
			handover.requests.decrementAndGet();
		}
	}

	private boolean handOver() {
		return this.requests.getAndUpdate((count) -> (count != PREVENTED) ? count + 1 : PREVENTED) != PREVENTED;
	}

	private static @Nullable Handover of(Map<String, Object> attributes) {
		return (attributes.get(ATTRIBUTE) instanceof Handover handover) ? handover : null;
	}

	private static IOException givenUp() {
		return new IOException("The request was given up before it was sent");
	}

}
