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
package ai.tinyfish.internal.interceptor;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.lifecycle.Counter;
import ai.tinyfish.internal.listener.CallerContext;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.internal.listener.ListenerQueue;
import org.jspecify.annotations.Nullable;

/**
 * Run whose interceptors were called before it, until they receive its outcome.
 */
public final class InterceptedRun {

	private final AgentRequest request;

	/** Of the interceptors that were asked. */
	private final ListenerQueue queue;

	private final Counter asking;

	private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.ASKED);

	private InterceptedRun(AgentRequest request, ListenerQueue queue, Counter asking) {
		this.request = request;
		this.queue = queue;
		this.asking = asking;
	}

	/**
	 * Call the interceptors on the calling thread.
	 * @param interceptors the interceptors in their order
	 * @param submitted the run
	 * @param unchanged whether the requests that they return are ignored
	 * @param delivery calls the interceptors with the outcome
	 * @return the run, which is to be begun or released
	 * @throws RuntimeException the refusal of an interceptor
	 */
	static InterceptedRun ask(List<TinyFishRunInterceptor> interceptors, RunSubmission submitted, boolean unchanged,
			ListenerDelivery delivery) {
		// a stop of the application waits until the run has begun or was given up
		delivery.underWay().begin();
		List<TinyFishRunInterceptor> asked = new ArrayList<>(interceptors.size());
		RunSubmission submission = submitted;
		try {
			for (TinyFishRunInterceptor interceptor : interceptors) {
				AgentRequest next = interceptor.beforeRun(submission);
				asked.add(interceptor);
				Objects.requireNonNull(next,
						() -> interceptor.getClass().getName() + ".beforeRun returned null instead of a request");
				submission = unchanged ? submission : submission.withRequest(next);
			}
		}
		catch (Throwable ex) {
			asked(asked, submission, delivery).release();
			throw ex;
		}
		return asked(asked, submission, delivery);
	}

	/**
	 * Return a run whose interceptors were called. It counts as in progress.
	 */
	static InterceptedRun asked(List<TinyFishRunInterceptor> interceptors, RunSubmission submission,
			ListenerDelivery delivery) {
		List<TinyFishRunListener> listeners = interceptors.stream()
			.<TinyFishRunListener>map((interceptor) -> new Asked(interceptor, submission))
			.toList();
		// a queued run may be kept for long, and would retain the context of its caller
		return new InterceptedRun(submission.request(), new ListenerQueue(delivery, CallerContext.none(), listeners),
				delivery.underWay());
	}

	/**
	 * Return the request that is to be sent.
	 * @return the request
	 */
	public AgentRequest request() {
		return this.request;
	}

	/**
	 * Leave the run to its session, which ends it.
	 */
	public void begun() {
		if (this.stage.compareAndSet(Stage.ASKED, Stage.BEGUN)) {
			this.asking.end();
		}
	}

	/**
	 * Give the run up, unless it has begun: nothing is sent.
	 */
	public void release() {
		if (this.stage.compareAndSet(Stage.ASKED, Stage.ENDED)) {
			notifyInterceptors("notSent", context(null), Asked::notSent);
			this.asking.end();
		}
	}

	/**
	 * Notify the interceptors of the outcome, unless they have received it.
	 * @param runId the run, or null if it is not known
	 * @param event the outcome, or null if it is not known
	 * @param failure the failure; null unless something may have been sent
	 */
	public void ended(@Nullable String runId, @Nullable CompleteEvent event, @Nullable TinyFishException failure) {
		Stage before = this.stage.getAndSet(Stage.ENDED);
		if (before == Stage.ENDED) {
			return;
		}
		if (event != null) {
			notifyInterceptors("finished", context(runId), (asked) -> asked.finished(context(runId), event));
		}
		else if (failure != null) {
			notifyInterceptors("error", context(runId), (asked) -> asked.error(context(runId), failure));
		}
		else {
			notifyInterceptors("notSent", context(runId), Asked::notSent);
		}
		if (before == Stage.ASKED) {
			this.asking.end();
		}
	}

	private void notifyInterceptors(String name, RunContext context, Consumer<Asked> notice) {
		if (this.queue.appendLast(new ListenerQueue.Entry(name + " as an interceptor", context,
				ListenerQueue.Kind.MILESTONE, 0, (listener) -> notice.accept((Asked) listener)), () -> {
				})) {
			this.queue.dispatch();
		}
	}

	private RunContext context(@Nullable String runId) {
		return RunContext.of(runId, this.request);
	}

	private enum Stage {

		ASKED, BEGUN, ENDED

	}

	/**
	 * Interceptor that was called.
	 *
	 * @param interceptor the interceptor
	 * @param submission the run, as it is sent
	 */
	private record Asked(TinyFishRunInterceptor interceptor, RunSubmission submission) implements TinyFishRunListener {

		@Override
		public void finished(RunContext context, CompleteEvent event) {
			this.interceptor.finished(this.submission, event.run());
		}

		@Override
		public void error(RunContext context, TinyFishException exception) {
			this.interceptor.error(this.submission, exception);
		}

		void notSent() {
			this.interceptor.notSent(this.submission);
		}

	}

}
