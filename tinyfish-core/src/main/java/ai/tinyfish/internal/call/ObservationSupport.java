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

import java.util.function.Supplier;

import ai.tinyfish.error.TinyFishConnectionException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Starts and ends observations and their scopes. If a handler or convention fails at the
 * start, nothing is sent. At the end something may have been sent, so that the failure is
 * logged, and the caller still gets its result or outcome.
 */
public final class ObservationSupport {

	private static final Logger logger = LoggerFactory.getLogger(ObservationSupport.class);

	private ObservationSupport() {
	}

	/**
	 * Return the observation that calls belong to: an observation that is not recorded
	 * must not replace its parent.
	 * @param observation the observation
	 * @param parent its parent, or null
	 * @return the observation, or its parent
	 */
	public static Observation recorded(Observation observation, @Nullable Observation parent) {
		return (observation.isNoop() && parent != null) ? parent : observation;
	}

	/**
	 * Start an observation.
	 * @param <T> the type of the started object
	 * @param start starts the observation
	 * @return the started object
	 * @throws TinyFishConnectionException if a handler, convention or predicate fails
	 */
	public static <T> T start(Supplier<T> start) {
		try {
			return start.get();
		}
		catch (RuntimeException ex) {
			throw new TinyFishConnectionException("An observation could not be started; nothing was sent", ex)
				.withoutRun();
		}
	}

	/**
	 * Make a publisher part of an observation. The observation is in the publisher's
	 * context, and current during the subscription: a tracer prefers the caller's span,
	 * if that is current on the thread, to the parent in the context.
	 * @param <T> the type of value
	 * @param observation the observation
	 * @param publisher the publisher
	 * @return the same publisher, as part of the observation; fails if a handler fails,
	 * without subscribing
	 */
	public static <T> Mono<T> within(Observation observation, Mono<T> publisher) {
		return Mono.<T>fromDirect((subscriber) -> {
			call(observation, () -> {
				publisher.subscribe(subscriber);
				return subscriber;
			});
		}).contextWrite((context) -> context.put(StreamOpener.OBSERVATION_KEY, observation));
	}

	/**
	 * Call an action while an observation is current.
	 * @param <T> the type of the result
	 * @param observation the observation
	 * @param action the action
	 * @return its result
	 * @throws TinyFishConnectionException if a handler fails; the action is not called
	 * then
	 */
	public static <T> T call(Observation observation, Supplier<T> action) {
		Observation.Scope scope = open(observation);
		try {
			return action.get();
		}
		finally {
			close(scope);
		}
	}

	private static Observation.Scope open(Observation observation) {
		ObservationRegistry registry = observation.getObservationRegistry();
		Observation.Scope before = registry.getCurrentObservationScope();
		return start(() -> {
			try {
				return observation.openScope();
			}
			catch (RuntimeException ex) {
				registry.setCurrentObservationScope(before);
				throw ex;
			}
		});
	}

	/**
	 * Close a scope; never throws. If a handler fails, Micrometer leaves the scope
	 * current: it would be the parent of all further observations of the thread.
	 * @param scope the scope
	 */
	public static void close(Observation.Scope scope) {
		try {
			scope.close();
		}
		catch (Throwable ex) {
			log(ex);
			scope.getCurrentObservation()
				.getObservationRegistry()
				.setCurrentObservationScope(scope.getPreviousObservationScope());
		}
	}

	/**
	 * Record something that has happened, which a handler cannot change.
	 * @param action the call of the observation
	 */
	public static void quietly(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			log(ex);
		}
	}

	private static void log(Throwable ex) {
		logger.warn("An observation handler or convention failed", ex);
	}

}
