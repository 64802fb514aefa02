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

package ai.tinyfish.internal.listener;

import java.util.Map;
import java.util.function.Supplier;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.internal.call.ObservationSupport;
import ai.tinyfish.internal.call.StreamOpener;
import ai.tinyfish.support.RunLog;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

import org.springframework.util.ClassUtils;

/**
 * Context of the caller that the listeners of its run are called with: its observation,
 * its MDC, and, if Micrometer's context propagation is on the class path, the
 * thread-local values that are registered with it.
 */
public final class CallerContext {

	private static final Logger logger = LoggerFactory.getLogger(CallerContext.class);

	private static final boolean CONTEXT_PROPAGATION = ClassUtils
		.isPresent("io.micrometer.context.ContextSnapshotFactory", CallerContext.class.getClassLoader());

	private final @Nullable Observation observation;

	private final @Nullable Map<String, String> mdc;

	private final @Nullable ThreadLocals threadLocals;

	private CallerContext(@Nullable Observation observation, @Nullable Map<String, String> mdc,
			@Nullable ThreadLocals threadLocals) {
		this.observation = observation;
		this.mdc = mdc;
		this.threadLocals = threadLocals;
	}

	/**
	 * Return a context without any values.
	 */
	public static CallerContext none() {
		return new CallerContext(null, null, null);
	}

	/**
	 * Take the context of the calling thread.
	 * @param registry knows the observation that is current
	 */
	public static CallerContext ofThread(ObservationRegistry registry) {
		return of(Context.empty(), registry);
	}

	/**
	 * Take the context of a subscriber, and for values that it lacks, of the subscribing
	 * thread.
	 * @param context the subscriber's context
	 * @param registry knows the observation that is current
	 */
	public static CallerContext of(ContextView context, ObservationRegistry registry) {
		Observation observation = context.getOrDefault(StreamOpener.OBSERVATION_KEY, null);
		return new CallerContext((observation != null) ? observation : registry.getCurrentObservation(),
				MDC.getCopyOfContextMap(), CONTEXT_PROPAGATION ? ThreadLocals.capture(context) : null);
	}

	/**
	 * Return the caller's observation, or null.
	 */
	public @Nullable Observation observation() {
		return this.observation;
	}

	/**
	 * Call an action with this as the context of the thread. The previous context is
	 * restored, including the context class loader.
	 * @param run the run that lines of the log are about, or null if it is not submitted
	 * @param action the action
	 * @return its result
	 */
	public <T> T call(@Nullable RunContext run, Supplier<T> action) {
		Thread thread = Thread.currentThread();
		ClassLoader loader = thread.getContextClassLoader();
		Map<String, String> previous = MDC.getCopyOfContextMap();
		setMdc(this.mdc);
		if (run != null) {
			RunLog.set(run.runId(), run.tag(), null);
		}
		Runnable values = (this.threadLocals != null) ? this.threadLocals.set() : () -> {
		};
		// after the MDC: a tracer writes the span into it
		Observation.Scope current = openScope();
		try {
			return action.get();
		}
		finally {
			if (current != null) {
				ObservationSupport.close(current);
			}
			values.run();
			setMdc(previous);
			thread.setContextClassLoader(loader);
		}
	}

	private Observation.@Nullable Scope openScope() {
		if (this.observation == null) {
			return null;
		}
		try {
			return this.observation.openScope();
		}
		catch (Throwable ex) {
			// ignored, since the listeners must be notified of the outcome
			logger.warn("The caller's observation does not reach the listeners of its run", ex);
			return this.observation.getObservationRegistry().getCurrentObservationScope();
		}
	}

	private static void setMdc(@Nullable Map<String, String> values) {
		if (values != null) {
			MDC.setContextMap(values);
		}
		else {
			MDC.clear();
		}
	}

	/**
	 * Separate class, so that it is not loaded without context propagation.
	 */
	private record ThreadLocals(ContextSnapshot snapshot) {

		/** The observation is made current by ourselves, even if its handlers throw. */
		private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder()
			.captureKeyPredicate((key) -> !StreamOpener.OBSERVATION_KEY.equals(key))
			// values that other code has left on the thread are not the caller's
			.clearMissing(true)
			.build();

		static @Nullable ThreadLocals capture(ContextView context) {
			try {
				return new ThreadLocals(FACTORY.captureAll(context));
			}
			catch (Throwable ex) {
				logger.warn("A thread-local value of the caller does not reach the listeners of its run", ex);
				return null;
			}
		}

		Runnable set() {
			try {
				ContextSnapshot.Scope scope = this.snapshot.setThreadLocals();
				return () -> reset(scope::close);
			}
			catch (Throwable ex) {
				logger.warn("A thread-local value of the caller does not reach the listeners of its run", ex);
				// other values may have been set
				return () -> reset(FACTORY.captureFrom(Context.empty())::setThreadLocals);
			}
		}

		private static void reset(Runnable values) {
			try {
				values.run();
			}
			catch (Throwable ex) {
				logger.warn("A thread-local value could not be put back", ex);
			}
		}

	}

}
