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

import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.settings.AllowedHosts;
import org.jspecify.annotations.Nullable;

import org.springframework.util.function.SingletonSupplier;

/**
 * Base class of the builders of {@link TinyFishClient} and
 * {@link ReactiveTinyFishClient}, with the settings that both clients have.
 *
 * @param <B> the type of builder
 * @since 0.1.0
 */
public abstract class TinyFishClientBuilder<B extends TinyFishClientBuilder<B>> extends ConnectionBuilder<B> {

	TinyFishClientBuilder(ClientConfiguration configuration) {
		super(configuration);
	}

	/**
	 * Set the deadline of a streamed or started run; 30 minutes unless given.
	 * @param runTimeout a positive duration
	 * @return this builder
	 */
	public B runTimeout(Duration runTimeout) {
		this.configuration.runTimeout = required("runTimeout", runTimeout);
		return self();
	}

	/**
	 * Set the open runs that several clients share: with them the limit on runs in
	 * flight, and the outcomes that were published. Derived clients share them.
	 * @param openRuns the open runs, or null for the client's own, without a limit
	 * @return this builder
	 */
	public B openRuns(@Nullable OpenRuns openRuns) {
		this.configuration.openRuns = openRuns;
		return self();
	}

	/**
	 * Set the policy for a remote run that passed its deadline;
	 * {@link AbandonPolicy#CANCEL} unless given.
	 * @param onTimeout cancel or leave
	 * @return this builder
	 */
	public B onTimeout(AbandonPolicy onTimeout) {
		this.configuration.onTimeout = required("onTimeout", onTimeout);
		return self();
	}

	/**
	 * Set the policy for a remote run whose stream is closed early;
	 * {@link AbandonPolicy#LEAVE} unless given.
	 * @param onClose cancel or leave
	 * @return this builder
	 */
	public B onClose(AbandonPolicy onClose) {
		this.configuration.onClose = required("onClose", onClose);
		return self();
	}

	/**
	 * Set whether the run's record is read once after the COMPLETE event, to add the
	 * number of steps, times, error code and error category, which the stream does not
	 * carry. A run then costs one more request, which runs that end at about the same
	 * time share. If the service does not respond, the outcome is published after two
	 * seconds without these values. True unless given.
	 * @param readOutcome false to publish the outcome as the stream reports it
	 * @return this builder
	 */
	public B readOutcome(boolean readOutcome) {
		this.configuration.readOutcome = readOutcome;
		return self();
	}

	/**
	 * Set the time between the first polls of a run whose stream broke or that was
	 * queued; it grows with each poll. 1 second unless given.
	 * @param pollInterval a positive duration
	 * @return this builder
	 */
	public B pollInterval(Duration pollInterval) {
		this.configuration.pollInterval = required("pollInterval", pollInterval);
		return self();
	}

	/**
	 * Set the longest time between two polls of a run; 15 seconds unless given.
	 * @param maxPollInterval a duration not shorter than the first interval
	 * @return this builder
	 */
	public B maxPollInterval(Duration maxPollInterval) {
		this.configuration.maxPollInterval = required("maxPollInterval", maxPollInterval);
		return self();
	}

	/**
	 * Set the time for which polls of a run may keep failing before its outcome is
	 * reported as unknown; 5 minutes unless given.
	 * @param pollTolerance a positive duration
	 * @return this builder
	 */
	public B pollTolerance(Duration pollTolerance) {
		this.configuration.pollTolerance = required("pollTolerance", pollTolerance);
		return self();
	}

	/**
	 * Set the time that a browser session may be idle before the service ends it, unless
	 * its request has a {@link BrowserSessionRequest#timeout timeout}; 5 minutes unless
	 * given. A session that the application cannot end any more, such as after a crash,
	 * is billed for no longer.
	 * @param browserIdleTimeout whole seconds, from 5 to 86,400
	 * @return this builder
	 */
	public B browserIdleTimeout(Duration browserIdleTimeout) {
		this.configuration.browserIdleTimeout = required("browserIdleTimeout", browserIdleTimeout);
		return self();
	}

	/**
	 * Set the time after which the client ends a browser session that the application has
	 * not ended, with a warning that names the line that opened it; 30 minutes unless
	 * given.
	 * @param browserMaxDuration a positive duration
	 * @return this builder
	 */
	public B browserMaxDuration(Duration browserMaxDuration) {
		this.configuration.browserMaxDuration = required("browserMaxDuration", browserMaxDuration);
		return self();
	}

	/**
	 * Set the integration tag that requests carry as {@code api_integration}. By default,
	 * the environment variable {@code TF_API_INTEGRATION} is used; a request's own tag
	 * takes precedence over both.
	 * @param integration the tag; blank for none
	 * @return this builder
	 */
	public B integration(@Nullable String integration) {
		this.configuration.integration = integration;
		return self();
	}

	/**
	 * Set the URL to which the service reports the outcomes of the runs that this client
	 * submits. No default. A request's own URL takes precedence. Deliveries are not
	 * signed: a part of the URL should be a secret. The URL is never shown.
	 * @param webhookUrl an absolute https URL, which is checked when the client is built;
	 * null for none
	 * @return this builder
	 */
	public B webhookUrl(@Nullable String webhookUrl) {
		this.configuration.webhookUrl = webhookUrl;
		return self();
	}

	/**
	 * Set the hosts of the URLs that the service may be asked to open: the URLs of runs
	 * as changed by interceptors, of fetches, and the first URLs of browser sessions and
	 * of set-up sessions of profiles. By default, all hosts are allowed. A URL at another
	 * host is refused before anything is sent. The rule does not apply to links and
	 * redirects.
	 * @param allowedHosts the hosts, which replace those that were set before
	 * @return this builder
	 */
	public B allowedHosts(AllowedHosts allowedHosts) {
		this.configuration.allowedHosts = required("allowedHosts", allowedHosts);
		return self();
	}

	/**
	 * Add a listener for the events of all runs that this client submits; it is called on
	 * the event executor. May be called repeatedly.
	 * @param listener the listener
	 * @return this builder
	 */
	public B runListener(TinyFishRunListener listener) {
		List<TinyFishRunListener> listeners = List.of(required("listener", listener));
		return runListeners(() -> listeners);
	}

	/**
	 * Add listeners for the events of all runs that this client submits, like
	 * {@link #runListener}. May be called repeatedly.
	 * @param listeners supplies the listeners; called once, when the first run is
	 * submitted, so that listeners may use the client
	 * @return this builder
	 */
	public B runListeners(Supplier<List<TinyFishRunListener>> listeners) {
		this.configuration.runListeners.add(SingletonSupplier.of(required("listeners", listeners)));
		return self();
	}

	/**
	 * Remove the listeners that were added so far, such as those of the client that this
	 * one is derived from, if outcomes are reported in another way.
	 * @return this builder
	 */
	public B withoutRunListeners() {
		this.configuration.runListeners.clear();
		return self();
	}

	/**
	 * Add an interceptor of all runs that this client submits, after those that were
	 * added before. May be called repeatedly.
	 * @param interceptor the interceptor
	 * @return this builder
	 */
	public B runInterceptor(TinyFishRunInterceptor interceptor) {
		List<TinyFishRunInterceptor> interceptors = List.of(required("interceptor", interceptor));
		return runInterceptors(() -> interceptors);
	}

	/**
	 * Add interceptors, like {@link #runInterceptor}. May be called repeatedly.
	 * @param interceptors supplies the interceptors in their order; called once, when the
	 * first run is submitted, so that interceptors may use the client
	 * @return this builder
	 */
	public B runInterceptors(Supplier<List<TinyFishRunInterceptor>> interceptors) {
		this.configuration.runInterceptors.add(SingletonSupplier.of(required("interceptors", interceptors)));
		return self();
	}

	/**
	 * Remove the interceptors that were added so far, such as those of the client that
	 * this one is derived from.
	 * @return this builder
	 */
	public B withoutRunInterceptors() {
		this.configuration.runInterceptors.clear();
		return self();
	}

	/**
	 * Set the executor that calls listeners; the client's own threads unless given. These
	 * take over, with a warning in the log, once the executor rejects a task or runs one
	 * on the submitting thread. The executor must not discard any task.
	 * @param eventExecutor the executor, which is not closed with the client
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose threads
	 * it shares
	 */
	public B eventExecutor(@Nullable Executor eventExecutor) {
		requireOwnConnections("eventExecutor");
		this.configuration.eventExecutor = eventExecutor;
		return self();
	}

	/**
	 * Set the number of threads that call listeners, unless there is an
	 * {@link #eventExecutor}; 8 unless given. If this many listeners block, the listeners
	 * of other runs have to wait.
	 * @param eventThreads a positive number, which is checked when the client is built
	 * @return this builder
	 * @throws IllegalStateException if the client is derived from another, whose threads
	 * it shares
	 */
	public B eventThreads(int eventThreads) {
		requireOwnConnections("eventThreads");
		this.configuration.eventThreads = eventThreads;
		return self();
	}

	/**
	 * Set the maximum number of events of a run that wait for its listeners; 256 unless
	 * given. Beyond that, the oldest heartbeats are dropped, then the oldest progress
	 * events. Progress events are also dropped if they have more than a million
	 * characters together. The start of a run, its streaming URL and its outcome are
	 * never dropped.
	 * @param eventBuffer a positive number, which is checked when the client is built
	 * @return this builder
	 */
	public B eventBuffer(int eventBuffer) {
		this.configuration.eventBuffer = eventBuffer;
		return self();
	}

}
