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

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Decision whether the requests of a call, or of one attempt at it, are sent or given up.
 * After giving up, nothing reaches the service. A request may have been sent once it has
 * passed the filters and interceptors of the application, unless it is still in our own
 * connections, which check again before they write its head. The decision is in the
 * attributes of the requests.
 */
public final class SendDecision {

	private static final String ATTRIBUTE = SendDecision.class.getName();

	private static final int GIVEN_UP = -1;

	private final @Nullable SendDecision call;

	/** Number of requests that may have been sent: an interceptor may repeat them. */
	private final AtomicInteger requests = new AtomicInteger();

	private volatile boolean connecting;

	private volatile @Nullable SendDecision attempt;

	private volatile boolean abandoned;

	/**
	 * Create the decision of a call.
	 */
	public SendDecision() {
		this(null);
	}

	private SendDecision(@Nullable SendDecision call) {
		this.call = call;
	}

	/**
	 * Begin an attempt at the call, which can be given up separately.
	 * @return the decision of the attempt
	 * @throws ClientClosedException if the call was abandoned
	 */
	public SendDecision attempt() {
		if (this.abandoned) {
			throw new ClientClosedException();
		}
		SendDecision next = new SendDecision(this);
		this.attempt = next;
		return next;
	}

	/**
	 * Act as the last interceptor of a RestClient.
	 * @param request the request
	 * @param body its body
	 * @param execution sends it
	 * @return the answer
	 * @throws IOException if the request fails
	 */
	public static ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
			throws IOException {
		SendDecision decision = of(request.getAttributes());
		SendGate.intercept(request.getAttributes(), decision);
		if (decision != null && !decision.send()) {
			throw refusal();
		}
		return execution.execute(request, body);
	}

	/**
	 * Act as the last filter of a WebClient.
	 * @param request the request
	 * @param next sends it
	 * @return the answer
	 */
	public static Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		SendDecision decision = of(request.attributes());
		if (decision == null) {
			return next.exchange(request);
		}
		return Mono.defer(() -> decision.send() ? next.exchange(request) : Mono.error(refusal()))
			.contextWrite((context) -> context.put(SendDecision.class, decision));
	}

	/**
	 * Add this decision to a request.
	 * @param attributes the request's attributes
	 */
	public void putInto(Map<String, Object> attributes) {
		attributes.put(ATTRIBUTE, this);
	}

	static @Nullable SendDecision of(Map<String, Object> attributes) {
		return (attributes.get(ATTRIBUTE) instanceof SendDecision decision) ? decision : null;
	}

	/**
	 * Decide to begin no further attempt at the call, and to send nothing from now on. A
	 * sent request may still be answered.
	 */
	public void abandon() {
		this.abandoned = true;
		giveUp();
	}

	/**
	 * Return whether the call was abandoned.
	 * @return true if it was
	 */
	public boolean isAbandoned() {
		return this.abandoned;
	}

	/**
	 * Decide to send nothing, unless something may have been sent. In that case nothing
	 * is decided, and further requests may be sent.
	 * @return false if something may have been sent
	 */
	public boolean giveUp() {
		return this.requests.compareAndSet(0, GIVEN_UP) || isGivenUp();
	}

	/**
	 * Decide to send nothing from now on, since the client was closed.
	 * @return the failure of the exchange: a {@link ClientClosedException} if nothing was
	 * sent, and an {@link IOException} if something may have been
	 */
	public Exception closed() {
		ClientClosedException closed = new ClientClosedException();
		return giveUp() ? closed : new IOException("The client was closed", closed);
	}

	/**
	 * Return whether it is decided that nothing is sent.
	 * @return true if it was given up
	 */
	public boolean isGivenUp() {
		return this.requests.get() == GIVEN_UP;
	}

	/**
	 * Return whether a request may have been sent.
	 * @return false if none has got as far, or the service has done nothing for it
	 */
	public boolean mayHaveSent() {
		return this.requests.get() > 0;
	}

	/**
	 * Return whether a request has reached our own connections.
	 * @return false if it has not passed the application, or if the application has
	 * replaced our connections
	 */
	public boolean hasReachedConnections() {
		return this.connecting;
	}

	/**
	 * Record that a request could not be sent, as reported by connections that are not
	 * ours.
	 */
	public void notConnected() {
		if (!this.connecting) {
			notSent();
		}
	}

	/**
	 * Record that a request was not sent after all.
	 */
	void notSent() {
		takeBack(1);
	}

	/**
	 * Record that the service has done nothing for the attempts at this call, which are
	 * over.
	 */
	public void refused() {
		SendDecision last = this.attempt;
		if (last != null) {
			takeBack(last.requests.getAndSet(GIVEN_UP));
		}
	}

	/**
	 * Record that a request has reached our own connections.
	 * @param decision whether it is sent, or null if there is no decision
	 * @return the same decision
	 */
	static SendDecision connecting(@Nullable SendDecision decision) {
		if (decision == null) {
			return new SendDecision();
		}
		decision.connecting = true;
		decision.notSent();
		return decision;
	}

	/**
	 * Decide to send a request.
	 * @return false if it was given up before
	 */
	boolean send() {
		if (this.abandoned || (this.call != null && !this.call.send())) {
			return false;
		}
		boolean sent = this.requests.getAndUpdate((count) -> (count != GIVEN_UP) ? count + 1 : GIVEN_UP) != GIVEN_UP;
		if (!sent && this.call != null) {
			this.call.takeBack(1);
		}
		return sent;
	}

	private void takeBack(int count) {
		boolean counted = count > 0
				&& this.requests.getAndUpdate((sent) -> (sent > 0) ? Math.max(0, sent - count) : sent) > 0;
		if (counted && this.call != null) {
			this.call.takeBack(count);
		}
	}

	private static IOException refusal() {
		return new IOException("The request was abandoned before it was sent");
	}

}
