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

import java.util.function.Consumer;
import java.util.function.Supplier;

import ai.tinyfish.error.TinyFishConnectionException;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * Starts and ends observations. A handler or convention of the application that fails
 * before anything is sent fails the operation. Afterwards a failure is logged, and the
 * caller still gets its result or outcome.
 */
public final class ObservationSupport {

	private static final Logger logger = LoggerFactory.getLogger(ObservationSupport.class);

	private ObservationSupport() {
	}

	/**
	 * Start an observation.
	 * @param operation the operation, for the message
	 * @param observation makes the observation
	 * @param whenUnsent completes the keys of an observation that could not be started
	 * @return the observation
	 * @throws TinyFishConnectionException if a handler, predicate or convention fails;
	 * handlers that recorded the start are notified of the end
	 */
	public static Observation start(String operation, Supplier<Observation> observation,
			Consumer<Observation> whenUnsent) {
		Observation made = Observation.NOOP;
		try {
			made = observation.get();
			return made.start();
		}
		catch (Throwable ex) {
			Observation unsent = made;
			quietly(() -> whenUnsent.accept(unsent));
			quietly(unsent::stop);
			throw nothingSent(operation, ex);
		}
	}

	/**
	 * The observation that what follows belongs to: one that is not recorded must not
	 * take its parent's place.
	 * @param observation the observation
	 * @param parent its parent, or null
	 * @return the observation, or its parent
	 */
	public static Observation recorded(Observation observation, @Nullable Observation parent) {
		return (observation.isNoop() && parent != null) ? parent : observation;
	}

	/**
	 * Let what a publisher does belong to an observation. It is in the publisher's
	 * context, and current while it is subscribed to: a tracer prefers the caller's span,
	 * where that is current on the thread, to the parent that the context names.
	 * @param <T> what the publisher gives
	 * @param operation the operation, for the message
	 * @param observation the observation
	 * @param publisher the publisher
	 * @return the same publisher, as part of the observation; fails with
	 * {@link TinyFishConnectionException} if a handler fails, and does nothing then
	 */
	@SuppressWarnings("try")
	public static <T> Mono<T> within(String operation, Observation observation, Mono<T> publisher) {
		return Mono.<T>fromDirect((subscriber) -> {
			Scope opened;
			try {
				opened = openScope(operation, observation);
			}
			catch (TinyFishConnectionException ex) {
				Operators.error(subscriber, ex);
				return;
			}
			try (Scope scope = opened) {
				publisher.subscribe(subscriber);
			}
		}).contextWrite((context) -> context.put(StreamOpener.OBSERVATION_KEY, observation));
	}

	/**
	 * Make an observation current.
	 * @param operation the operation, for the message
	 * @param observation the observation, or null for none
	 * @return what ends that; never throws
	 * @throws TinyFishConnectionException if a handler fails; what was current before is
	 * current again
	 */
	public static Scope openScope(String operation, @Nullable Observation observation) {
		if (observation == null) {
			return Scope.NONE;
		}
		ObservationRegistry registry = observation.getObservationRegistry();
		Observation.Scope before = registry.getCurrentObservationScope();
		try {
			Observation.Scope scope = observation.openScope();
			return () -> close(scope, before, registry);
		}
		catch (Throwable ex) {
			Observation.Scope halfOpen = registry.getCurrentObservationScope();
			if (halfOpen != null && halfOpen != before) {
				close(halfOpen, before, registry);
			}
			throw nothingSent(operation, ex);
		}
	}

	private static TinyFishConnectionException nothingSent(String operation, Throwable cause) {
		return new TinyFishConnectionException(
				operation + ": an observation handler or convention failed; nothing was sent, and nothing was started",
				cause);
	}

	/**
	 * Micrometer leaves a scope current whose handler failed: it would be the parent of
	 * whatever the thread does next.
	 */
	private static void close(Observation.Scope scope, Observation.@Nullable Scope before,
			ObservationRegistry registry) {
		try {
			scope.close();
		}
		catch (Throwable ex) {
			log(ex);
			registry.setCurrentObservationScope(before);
		}
	}

	/**
	 * Record something that has happened, which a handler cannot change.
	 * @param action what to do with an observation
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

	/**
	 * Scope of values that are current on a thread. Closing never throws.
	 */
	@FunctionalInterface
	public interface Scope extends AutoCloseable {

		/** Nothing is. */
		Scope NONE = () -> {
		};

		@Override
		void close();

	}

}
