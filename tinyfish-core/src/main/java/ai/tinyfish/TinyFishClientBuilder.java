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

package ai.tinyfish;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.settings.AbandonPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Base class of the builders of {@link TinyFishClient} and
 * {@link ReactiveTinyFishClient}, with the settings that both clients have.
 *
 * @param <B> the type of builder
 */
public abstract class TinyFishClientBuilder<B extends TinyFishClientBuilder<B>> extends ConnectionBuilder<B> {

	TinyFishClientBuilder(ClientConfiguration configuration) {
		super(configuration);
	}

	/**
	 * The whole life of a run that is streamed or started; 30 minutes unless given.
	 * @param runTimeout a positive duration
	 * @return this builder
	 */
	public B runTimeout(Duration runTimeout) {
		return settings(settings().withRunTimeout(required("runTimeout", runTimeout)));
	}

	/**
	 * What is known of runs beyond one client: the limit on those in flight, and whose
	 * endings were told. Derived clients take it over.
	 * @param runRegistry the registry, or null for one of the client's own, without a
	 * limit
	 * @return this builder
	 */
	public B runRegistry(@Nullable RunRegistry runRegistry) {
		configuration().runRegistry = runRegistry;
		return self();
	}

	/**
	 * What becomes of the remote run when it took longer than it may;
	 * {@link AbandonPolicy#CANCEL} unless given.
	 * @param onTimeout cancel or leave
	 * @return this builder
	 */
	public B onTimeout(AbandonPolicy onTimeout) {
		return settings(settings().withOnTimeout(required("onTimeout", onTimeout)));
	}

	/**
	 * What becomes of the remote run when its stream is closed early;
	 * {@link AbandonPolicy#LEAVE} unless given.
	 * @param onClose cancel or leave
	 * @return this builder
	 */
	public B onClose(AbandonPolicy onClose) {
		return settings(settings().withOnClose(required("onClose", onClose)));
	}

	/**
	 * Set whether the run's record is read once after the COMPLETE event, to add the
	 * number of steps, times, error code and error category, which the stream does not
	 * carry. Each run then costs one more request. If the service does not respond, the
	 * outcome is published after two seconds without these values. True unless given.
	 * @param readOutcome false to publish the outcome as the stream reports it
	 * @return this builder
	 */
	public B readOutcome(boolean readOutcome) {
		return settings(settings().withReadOutcome(readOutcome));
	}

	/**
	 * The time between the first requests for a run that is waited for, because its
	 * stream broke or it was queued; grows each time. 1 second unless given.
	 * @param pollInterval a positive duration
	 * @return this builder
	 */
	public B pollInterval(Duration pollInterval) {
		return settings(settings().withPollInterval(required("pollInterval", pollInterval)));
	}

	/**
	 * The longest time between two requests for a run; 15 seconds unless given.
	 * @param maxPollInterval a duration not shorter than the first interval
	 * @return this builder
	 */
	public B maxPollInterval(Duration maxPollInterval) {
		return settings(settings().withMaxPollInterval(required("maxPollInterval", maxPollInterval)));
	}

	/**
	 * For how long requests for a run may keep failing before its ending is reported as
	 * unknown; 5 minutes unless given.
	 * @param pollTolerance a positive duration
	 * @return this builder
	 */
	public B pollTolerance(Duration pollTolerance) {
		return settings(settings().withPollTolerance(required("pollTolerance", pollTolerance)));
	}

	/**
	 * The integration tag that requests carry as {@code api_integration}. Unless given,
	 * the environment variable {@code TF_API_INTEGRATION} is taken; a request's own tag
	 * goes before both.
	 * @param integration the tag; blank for none
	 * @return this builder
	 */
	public B integration(@Nullable String integration) {
		return settings(settings().withApi(settings().api().withIntegration(integration)));
	}

	/**
	 * Where the service reports the endings of the runs that this client submits. Unless
	 * given, nowhere; a request's own URL goes before it. Deliveries are not signed, so
	 * that a part of the URL should be a secret; it is shown nowhere.
	 * @param webhookUrl an absolute https URL, which is checked when the client is built;
	 * null for none
	 * @return this builder
	 */
	public B webhookUrl(@Nullable String webhookUrl) {
		return settings(settings().withApi(settings().api().withWebhookUrl(webhookUrl)));
	}

	/**
	 * Is told what happens in all runs that this client submits, on the event executor.
	 * May be called more than once.
	 * @param listener the listener
	 * @return this builder
	 */
	public B runListener(TinyFishRunListener listener) {
		List<TinyFishRunListener> listeners = List.of(required("listener", listener));
		return runListeners(() -> listeners);
	}

	/**
	 * Are told what happens in all runs that this client submits, like those given to
	 * {@link #runListener}. May be called more than once.
	 * @param listeners gives the listeners; asked once, when the first run is submitted,
	 * so that listeners may themselves need the client
	 * @return this builder
	 */
	public B runListeners(Supplier<List<TinyFishRunListener>> listeners) {
		configuration().runListeners.add(SingletonSupplier.of(required("listeners", listeners)));
		return self();
	}

	/**
	 * Calls the listeners. Unless given, threads of the client's own. What the executor
	 * refuses, and what it would have the submitting thread do, is done by a thread of
	 * its own; it must not discard anything.
	 * @param eventExecutor the executor, which is not closed with the client
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose threads
	 * it shares
	 */
	public B eventExecutor(@Nullable Executor eventExecutor) {
		requireOwnConnections("eventExecutor");
		return settings(settings().withEventExecutor(eventExecutor));
	}

	/**
	 * How many threads call listeners, unless there is an {@link #eventExecutor}; 8
	 * unless given. As many runs can have a listener that blocks before the listeners of
	 * others have to wait.
	 * @param eventThreads a positive number
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 * @throws IllegalStateException if the client is derived from another, whose threads
	 * it shares
	 */
	public B eventThreads(int eventThreads) {
		requireOwnConnections("eventThreads");
		return settings(settings().withEventThreads(eventThreads));
	}

	/**
	 * How many events of a run may wait for its listeners; 256 unless given. When there
	 * are more, the oldest heartbeats are dropped, then the oldest progress events; these
	 * also when they have more than a million characters together. That a run has
	 * started, where its browser can be watched, and how it ended is always kept.
	 * @param eventBuffer a positive number
	 * @return this builder
	 * @throws IllegalArgumentException if it is not positive
	 */
	public B eventBuffer(int eventBuffer) {
		return settings(settings().withEventBuffer(eventBuffer));
	}

}
