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

import java.util.concurrent.atomic.AtomicReference;

import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * The one decision whether an exchange is sent or given up: of one that was given up,
 * nothing reaches the service. As long as the exchange has not come to our own
 * connections, which ask for the decision, it may have been sent.
 */
public final class SendDecision {

	private final AtomicReference<State> state = new AtomicReference<>(State.ELSEWHERE);

	/**
	 * Have an exchange ask for this decision before it is sent.
	 * @param <T> the answer
	 * @param exchange the exchange
	 * @return the same
	 */
	public <T> Mono<T> over(Mono<T> exchange) {
		return exchange.contextWrite((context) -> context.put(SendDecision.class, this));
	}

	/**
	 * Decide not to send the exchange.
	 * @return false if it may have been sent
	 */
	public boolean giveUp() {
		return this.state.compareAndSet(State.CONNECTING, State.GIVEN_UP) || this.state.get() == State.GIVEN_UP;
	}

	/**
	 * Record that the service has refused what was sent, so that it has done nothing.
	 * @param context the context of the exchange
	 */
	public static void refused(ContextView context) {
		context.<SendDecision>getOrEmpty(SendDecision.class)
			.ifPresent((decision) -> decision.state.compareAndSet(State.SENT, State.CONNECTING));
	}

	static void connecting(ContextView context) {
		context.<SendDecision>getOrEmpty(SendDecision.class)
			.ifPresent((decision) -> decision.state.compareAndSet(State.ELSEWHERE, State.CONNECTING));
	}

	/**
	 * Decide to send the exchange.
	 * @return false if it was given up before
	 */
	static boolean send(ContextView context) {
		return context.<SendDecision>getOrEmpty(SendDecision.class)
			.map((decision) -> decision.state.compareAndSet(State.CONNECTING, State.SENT)
					|| decision.state.get() != State.GIVEN_UP)
			.orElse(true);
	}

	private enum State {

		ELSEWHERE, CONNECTING, SENT, GIVEN_UP

	}

}
