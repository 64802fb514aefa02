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

package ai.tinyfish.internal.http;

import java.time.Duration;

import ai.tinyfish.internal.http.Answers.Answer;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.retry.RetryPlan;
import ai.tinyfish.retry.RetrySettings;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Makes attempts at a call until one succeeds or the plan ends, and observes them,
 * without blocking.
 */
final class ReactiveAttempts {

	private final RetrySettings retry;

	private final CallObservations observations;

	ReactiveAttempts(RetrySettings retry, CallObservations observations) {
		this.retry = retry;
		this.observations = observations;
	}

	/**
	 * Execute a call.
	 * @param call the call
	 * @param attempt makes one attempt with each subscription; fails with
	 * {@link AttemptFailedException} where there may be another
	 */
	<T> Mono<T> execute(ApiCall<?> call, Mono<Answer<T>> attempt) {
		return Mono.deferContextual((outer) -> {
			CallObservation observation = this.observations.start(call,
					outer.getOrDefault(StreamOpener.OBSERVATION_KEY, null));
			RetryPlan plan = new RetryPlan(this.retry, call.isSubmission());
			return GuardedObservations.within(observation.observation(), attempt)
				.retryWhen(retry(plan, observation))
				.doOnNext((answer) -> observation.success(answer.status()))
				.map(Answer::value)
				.onErrorMap(AttemptFailedException.class,
						(ex) -> call.outcome(ex.failure().exception(), plan.runMayExist()))
				.doOnError(observation::failed)
				.doOnCancel(observation::cancelled)
				.contextWrite(LateFailures.quiet());
		});
	}

	private static Retry retry(RetryPlan plan, CallObservation observation) {
		return Retry.from((signals) -> signals.concatMap((signal) -> {
			Duration delay = (signal.failure() instanceof AttemptFailedException failed) ? plan.next(failed.failure())
					: null;
			if (delay == null) {
				return Mono.error(signal.failure());
			}
			observation.retry();
			return Mono.delay(delay);
		}));
	}

}
