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

package ai.tinyfish.agent;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * One submission from its sending to its ending: tells listeners what happens, exactly
 * one ending among it, and records the observation {@code tinyfish.run}.
 */
final class Submission {

	private static final String NAME = "tinyfish.run";

	private final AgentRequest request;

	private final List<TinyFishRunListener> listeners;

	private final ListenerQueue queue;

	private final Observation observation;

	private final AtomicBoolean ended = new AtomicBoolean();

	private volatile @Nullable String runId;

	private Submission(AgentRequest request, List<TinyFishRunListener> listeners, Executor executor,
			ObservationRegistry registry, Observation observation) {
		this.request = request;
		this.listeners = listeners;
		this.queue = new ListenerQueue(executor, registry.getCurrentObservation());
		this.observation = observation;
	}

	static Submission observed(String how, AgentRequest request, List<TinyFishRunListener> listeners, Executor executor,
			ObservationRegistry registry) {
		Observation observation = Observation.createNotStarted(NAME, registry)
			.contextualName("tinyfish run")
			.lowCardinalityKeyValue("how", how)
			.lowCardinalityKeyValue("status", "UNKNOWN")
			.start();
		return new Submission(request, listeners, executor, registry, observation);
	}

	static Submission unobserved(AgentRequest request, List<TinyFishRunListener> listeners, Executor executor,
			ObservationRegistry registry) {
		return new Submission(request, listeners, executor, registry, Observation.NOOP);
	}

	Observation observation() {
		return this.observation;
	}

	void event(AgentEvent event) {
		if (event.runId() != null) {
			this.runId = event.runId();
		}
		if (event instanceof CompleteEvent complete) {
			finished(complete.toAgentRun());
		}
		else if (!this.ended.get()) {
			RunContext context = context();
			publish(event.type(), !isMilestone(event), (listener) -> tell(listener, context, event));
		}
	}

	void finished(AgentRun run) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		if (run.runId() != null) {
			this.runId = run.runId();
		}
		this.observation.lowCardinalityKeyValue("status", run.status().name()).stop();
		RunContext context = context();
		publish("finished", false, (listener) -> listener.finished(context, run));
	}

	/**
	 * Take note of what the pipeline failed with.
	 */
	void failed(Throwable failure) {
		error((failure instanceof TinyFishException exception) ? exception
				: Outcomes.unknown("The submission failed unexpectedly", failure, this.runId));
	}

	void error(TinyFishException exception) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		if (exception.runId() != null) {
			this.runId = exception.runId();
		}
		String status = (exception instanceof TinyFishApiException) ? "REJECTED" : "UNKNOWN";
		this.observation.lowCardinalityKeyValue("status", status).error(exception).stop();
		RunContext context = context();
		publish("error", false, (listener) -> listener.error(context, exception));
	}

	private RunContext context() {
		return new RunContext(this.runId, this.request.url(), this.request.goal(), this.request.tag());
	}

	private void publish(String what, boolean droppable, ListenerQueue.Notice notice) {
		if (!this.listeners.isEmpty()) {
			this.queue.add(new ListenerQueue.Entry(what, this.runId, droppable, notice, this.listeners));
		}
	}

	private static boolean isMilestone(AgentEvent event) {
		return event instanceof StartedEvent || event instanceof StreamingUrlEvent;
	}

	/**
	 * Call the listener's method for an event.
	 */
	static void tell(TinyFishRunListener listener, RunContext context, AgentEvent event) {
		if (event instanceof StartedEvent started) {
			listener.started(context, started);
		}
		else if (event instanceof StreamingUrlEvent streamingUrl) {
			listener.streamingUrl(context, streamingUrl);
		}
		else if (event instanceof ProgressEvent progress) {
			listener.progress(context, progress);
		}
		else if (event instanceof HeartbeatEvent heartbeat) {
			listener.heartbeat(context, heartbeat);
		}
		else if (event instanceof CompleteEvent complete) {
			listener.finished(context, complete.toAgentRun());
		}
	}

}
