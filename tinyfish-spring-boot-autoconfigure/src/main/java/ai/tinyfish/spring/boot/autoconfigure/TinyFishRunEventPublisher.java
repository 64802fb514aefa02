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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.function.BiConsumer;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunHeartbeatEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Publisher of the events of runs as application events. The client calls it on its event
 * executor, in order for each run.
 */
final class TinyFishRunEventPublisher implements TinyFishRunListener {

	private final ApplicationEventPublisher publisher;

	private final ObjectProvider<GoalEvaluator> goalEvaluator;

	private final ObjectProvider<BiConsumer<RunContext, AgentRun>> meters;

	private final boolean heartbeat;

	/**
	 * Create a publisher.
	 * @param publisher the publisher of the application's events
	 * @param goalEvaluator supplies the verdicts
	 * @param meters records each outcome before it is published, if there are meters
	 * @param heartbeat whether heartbeats are published
	 */
	TinyFishRunEventPublisher(ApplicationEventPublisher publisher, ObjectProvider<GoalEvaluator> goalEvaluator,
			ObjectProvider<BiConsumer<RunContext, AgentRun>> meters, boolean heartbeat) {
		this.publisher = publisher;
		this.goalEvaluator = goalEvaluator;
		this.meters = meters;
		this.heartbeat = heartbeat;
	}

	@Override
	public void started(RunContext context, StartedEvent event) {
		publish(new TinyFishRunStartedEvent(this, context));
	}

	@Override
	public void streamingUrl(RunContext context, StreamingUrlEvent event) {
		publish(new TinyFishRunStreamingUrlEvent(this, context, event.streamingUrl()));
	}

	@Override
	public void progress(RunContext context, ProgressEvent event) {
		publish(new TinyFishRunProgressEvent(this, context, event.purpose(), event.timestamp()));
	}

	@Override
	public void heartbeat(RunContext context, HeartbeatEvent event) {
		if (this.heartbeat) {
			publish(new TinyFishRunHeartbeatEvent(this, context));
		}
	}

	@Override
	public void finished(RunContext context, CompleteEvent event) {
		AgentRun run = event.run();
		try {
			record(context, run);
		}
		finally {
			// the bean may fail as well
			GoalVerdict verdict = GoalVerdict.of((outcome) -> this.goalEvaluator.getObject().evaluate(outcome), run);
			publish(new TinyFishRunFinishedEvent(this, context, run, verdict, event.recovered()));
		}
	}

	@Override
	public void error(RunContext context, TinyFishException exception) {
		try {
			AgentRun cancelled = (exception instanceof TinyFishRunTimeoutException deadline) ? deadline.run() : null;
			if (cancelled != null) {
				record(context, cancelled);
			}
		}
		finally {
			publish(new TinyFishRunErrorEvent(this, context, exception));
		}
	}

	private void record(RunContext context, AgentRun run) {
		this.meters.ifAvailable((recorder) -> recorder.accept(context, run));
	}

	/**
	 * Publish an event. The parameter is an {@link Object}, so that the JVM does not load
	 * all event classes to verify this one.
	 */
	private void publish(Object event) {
		this.publisher.publishEvent(event);
	}

}
