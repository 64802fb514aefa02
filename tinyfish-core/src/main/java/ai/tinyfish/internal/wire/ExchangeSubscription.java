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

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Subscription to an exchange that may be requested and cancelled after its client was
 * closed, when the event loop of the connection has ended and refuses it. Otherwise
 * operators that cancel before they signal, such as a timeout, would never signal.
 *
 * @param <T> the type of the elements
 */
public final class ExchangeSubscription<T> implements CoreSubscriber<T>, Subscription {

	private final CoreSubscriber<? super T> subscriber;

	private @Nullable Subscription exchange;

	private ExchangeSubscription(CoreSubscriber<? super T> subscriber) {
		this.subscriber = subscriber;
	}

	/**
	 * Make an exchange cancellable at any time.
	 * @param <T> the response
	 * @param exchange the exchange
	 * @return the same exchange
	 */
	public static <T> Mono<T> of(Mono<T> exchange) {
		return Mono.fromDirect(cancellable(exchange));
	}

	/**
	 * Make the body of a response safe to request and cancel at any time.
	 * @param <T> the parts of the body
	 * @param body the body
	 * @return the same body
	 */
	public static <T> Flux<T> of(Flux<T> body) {
		return Flux.from(cancellable(body));
	}

	private static <T> Publisher<T> cancellable(Publisher<T> source) {
		return (subscriber) -> source.subscribe(new ExchangeSubscription<>(Operators.toCoreSubscriber(subscriber)));
	}

	@Override
	public Context currentContext() {
		return this.subscriber.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.exchange = subscription;
		this.subscriber.onSubscribe(this);
	}

	@Override
	public void onNext(T part) {
		this.subscriber.onNext(part);
	}

	@Override
	public void onError(Throwable failure) {
		this.subscriber.onError(failure);
	}

	@Override
	public void onComplete() {
		this.subscriber.onComplete();
	}

	@Override
	public void request(long n) {
		unlessEnded((current) -> current.request(n));
	}

	@Override
	public void cancel() {
		unlessEnded(Subscription::cancel);
	}

	private void unlessEnded(Consumer<Subscription> call) {
		try {
			if (this.exchange != null) {
				call.accept(this.exchange);
			}
		}
		catch (RejectedExecutionException ex) {
			// the client was closed, and its connections with it
		}
	}

}
