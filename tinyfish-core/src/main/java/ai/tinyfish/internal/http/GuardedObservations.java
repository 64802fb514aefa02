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

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Keeps what an observation handler or convention of the application throws, be it an
 * {@link Error}, from taking an answer, or an ending, from its caller.
 */
public final class GuardedObservations {

	private static final Logger logger = LoggerFactory.getLogger(GuardedObservations.class);

	private GuardedObservations() {
	}

	/**
	 * Start an observation. One that is only half started, since a handler failed, is
	 * followed all the same: the other handlers record it.
	 * @param observation makes the observation
	 * @return the observation, which does nothing where it could not be made
	 */
	public static Observation start(Supplier<Observation> observation) {
		try {
			Observation made = observation.get();
			quietly(made::start);
			return made;
		}
		catch (Throwable ex) {
			log(ex);
			return Observation.NOOP;
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
	 * @param observation the observation
	 * @param publisher the publisher
	 * @return the same publisher, as part of the observation
	 */
	@SuppressWarnings("try")
	public static <T> Mono<T> within(Observation observation, Mono<T> publisher) {
		return Mono.<T>fromDirect((subscriber) -> {
			try (Scope scope = openScope(observation)) {
				publisher.subscribe(subscriber);
			}
		}).contextWrite((context) -> context.put(StreamOpener.OBSERVATION_KEY, observation));
	}

	/**
	 * Make an observation current.
	 * @param observation the observation, or null for none
	 * @return what ends that; never throws
	 */
	public static Scope openScope(@Nullable Observation observation) {
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
			log(ex);
			Observation.Scope halfOpen = registry.getCurrentObservationScope();
			if (halfOpen != null && halfOpen != before) {
				close(halfOpen, before, registry);
			}
			return Scope.NONE;
		}
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
	 * Record something.
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

	static void log(Throwable ex) {
		logger.warn("An observation handler or convention failed", ex);
	}

	/**
	 * What is current on a thread, until this is closed. Closing never throws.
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
