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

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.CallAnswers.CallAnswer;
import ai.tinyfish.internal.call.CallObservations.CallObservation;
import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.retry.AttemptFailure;
import ai.tinyfish.internal.retry.RetryPlan;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.settings.RetrySettings;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.Retry.RetrySignal;

/**
 * Makes attempts at a call until one succeeds or the plan ends, and observes them,
 * without blocking.
 *
 * @param lifecycle ends calls when the client is closed
 * @param retry how often and when attempts are made
 * @param observations records the calls
 */
record ReactiveAttempts(ClientLifecycle lifecycle, RetrySettings retry, CallObservations observations) {

	/**
	 * Execute a call.
	 * @param call the call
	 * @param decision whether it is sent
	 * @param attempt makes one attempt; fails with {@link AttemptFailedException} if
	 * there may be another
	 * @param onAbandoned called if the caller cancels before there is an outcome: with
	 * the last attempt's failure between two attempts, with null during one
	 */
	<T> Mono<T> execute(ApiCall<?> call, SendDecision decision, Function<SendDecision, Mono<CallAnswer<T>>> attempt,
			Consumer<@Nullable TinyFishException> onAbandoned) {
		return Mono.deferContextual((outer) -> {
			CallObservation observation = this.observations.start(call,
					outer.getOrDefault(StreamOpener.OBSERVATION_KEY, null));
			RetryPlan plan = new RetryPlan(this.retry, call.kind());
			AtomicReference<@Nullable TinyFishApiException> lastFailure = new AtomicReference<>();
			AtomicBoolean decided = new AtomicBoolean();
			Mono<CallAnswer<T>> next = Mono.defer(() -> {
				lastFailure.set(null);
				return attempt.apply(decision.attempt());
			});
			Function<Throwable, Mono<Long>> pause = (failure) -> pause(failure, plan, observation, lastFailure,
					decision);
			// most calls need no other attempt, and no repetition
			Mono<CallAnswer<T>> attempts = next.onErrorResume((failure) -> pause.apply(failure)
				.then(next.retryWhen(Retry.from((signals) -> signals.map(RetrySignal::failure).concatMap(pause)))));
			return ObservationSupport.within(observation.observation(), attempts).map((answer) -> {
				decided.set(true);
				observation.success(answer.status());
				return answer.value();
			}).onErrorMap((ex) -> observation.failed(outcome(ex, call, plan))).doOnCancel(() -> {
				observation.cancelled();
				// the receiver of the answer may cancel as well
				if (!decided.get()) {
					TinyFishApiException failure = lastFailure.get();
					onAbandoned.accept((failure != null) ? call.outcome(failure, plan.runMayExist()) : null);
				}
			});
		});
	}

	private static Throwable outcome(Throwable failure, ApiCall<?> call, RetryPlan plan) {
		if (failure instanceof AttemptFailedException ex) {
			return call.outcome(ex.failure().exception(), plan.runMayExist());
		}
		return (failure instanceof ClientClosedException) ? call.closed(plan) : failure;
	}

	/**
	 * Wait for the next attempt.
	 * @return fails with the failure if there is no further attempt
	 */
	private Mono<Long> pause(Throwable failure, RetryPlan plan, CallObservation observation,
			AtomicReference<@Nullable TinyFishApiException> lastFailure, SendDecision decision) {
		Duration delay = (failure instanceof AttemptFailedException failed) ? plan.next(failed.failure()) : null;
		if (delay == null) {
			return Mono.error(failure);
		}
		AttemptFailure last = ((AttemptFailedException) failure).failure();
		lastFailure.set(last.exception());
		if (!plan.runMayExist()) {
			decision.refused();
		}
		observation.retry(last);
		return this.lifecycle.untilClosed(Mono.delay(delay), ClientClosedException::new);
	}

}
