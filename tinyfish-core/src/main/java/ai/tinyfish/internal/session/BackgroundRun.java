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

package ai.tinyfish.internal.session;

import java.util.List;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Run whose events nobody reads but listeners, behind the handles of both clients.
 */
final class BackgroundRun {

	private final RunSession session;

	private final Disposable.Swap subscription = Disposables.swap();

	/**
	 * Create a new run.
	 * @param session the session of the run
	 */
	BackgroundRun(RunSession session) {
		this.session = session;
	}

	/**
	 * Submit the run, and follow it in the background.
	 * @param run the events, once the service has accepted the request
	 * @param context the context of the pipeline
	 */
	void start(Mono<Flux<List<AgentEvent>>> run, ContextView context) {
		// an onErrorContinue() of the subscriber is for its own operators
		this.subscription.replace(run.flatMapMany((events) -> events).onErrorStop().subscribe((event) -> {
		}, this.session::failed, () -> {
		}, DroppedErrors.quiet().apply(Context.of(context))));
	}

	RunSession session() {
		return this.session;
	}

	/**
	 * Withdraw the run if nothing was sent. Otherwise it goes on, since it may exist.
	 * @return false if something may have been sent
	 */
	boolean withdraw() {
		if (!this.session.giveUp("Cancelled")) {
			return false;
		}
		this.subscription.dispose();
		return true;
	}

	/**
	 * Cancel the run. As long as it has no id its request is closed. A run whose outcome
	 * is unknown may go on, and can be cancelled as long as the client is open.
	 * @param clientOpen whether the client is open
	 * @return the run that the service is to cancel, or null where there is none
	 * @throws TinyFishRunOutcomeUnknownException if the id of the run is malformed
	 */
	@Nullable String cancel(boolean clientOpen) {
		String runId = this.session.runId();
		if (runId != null && (this.session.isOpen() || (clientOpen && this.session.isUnknown()))) {
			return valid(runId);
		}
		if (!this.session.isOpen()) {
			return null;
		}
		if (!withdraw()) {
			this.session.end(Outcome.unknown(Outcomes.unknown("Cancelled before the run had started", null, null)));
			this.subscription.dispose();
		}
		return null;
	}

	/**
	 * Return the id of a run, if it can be sent.
	 * @throws TinyFishRunOutcomeUnknownException if it is malformed
	 */
	static String valid(String runId) {
		try {
			return RunIds.require(runId);
		}
		catch (IllegalArgumentException ex) {
			throw Outcomes.unknown("The service named the run with a malformed id, which cannot be read", ex, runId);
		}
	}

}
