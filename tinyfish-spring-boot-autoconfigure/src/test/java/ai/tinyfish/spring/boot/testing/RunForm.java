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

package ai.tinyfish.spring.boot.testing;

import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.simulator.FaultPoint;

import org.springframework.context.ApplicationContext;

import static ai.tinyfish.spring.boot.testing.EventContexts.SOON;

/**
 * Forms of a submission by one of the two clients of an application, each until the
 * outcome of the run is known.
 */
public enum RunForm {

	RUN(FaultPoint.run(), (context, request) -> blocking(context).agent().run(request)),

	STREAM(FaultPoint.beforeHeaders(), (context, request) -> blocking(context).agent().stream(request).await()),

	START(FaultPoint.beforeHeaders(), (context, request) -> blocking(context).agent().start(request).await()),

	QUEUE(FaultPoint.runAsync(), (context, request) -> await(context, blocking(context).agent().queue(request))),

	QUEUE_ALL(FaultPoint.answerOf("POST /v1/automation/run-batch"),
			(context, request) -> await(context, first(blocking(context).agent().queueAll(List.of(request))))),

	REACTIVE_RUN(FaultPoint.run(), (context, request) -> reactive(context).agent().run(request).block(SOON)),

	REACTIVE_STREAM(FaultPoint.beforeHeaders(),
			(context,
					request) -> ((CompleteEvent) Objects
						.requireNonNull(reactive(context).agent().stream(request).blockLast(SOON))).run()),

	REACTIVE_START(FaultPoint.beforeHeaders(), (context,
			request) -> reactive(context).agent().start(request).flatMap(ReactiveRunHandle::result).block(SOON)),

	REACTIVE_QUEUE(FaultPoint.runAsync(),
			(context, request) -> reactive(context).agent()
				.queue(request)
				.flatMap((run) -> reactive(context).runs().await(run, SOON))
				.block(SOON)),

	REACTIVE_QUEUE_ALL(FaultPoint.answerOf("POST /v1/automation/run-batch"),
			(context, request) -> reactive(context).agent()
				.queueAll(List.of(request))
				.flatMap((batch) -> reactive(context).runs().await(first(batch), SOON))
				.block(SOON));

	private final FaultPoint point;

	private final BiFunction<ApplicationContext, AgentRequest, AgentRun> submission;

	RunForm(FaultPoint point, BiFunction<ApplicationContext, AgentRequest, AgentRun> submission) {
		this.point = point;
		this.submission = submission;
	}

	/** Where faults hit the answer to the submission. */
	public FaultPoint point() {
		return this.point;
	}

	public AgentRun submit(ApplicationContext context, AgentRequest request) {
		return this.submission.apply(context, request);
	}

	private static TinyFishClient blocking(ApplicationContext context) {
		return context.getBean(TinyFishClient.class);
	}

	private static ReactiveTinyFishClient reactive(ApplicationContext context) {
		return context.getBean(ReactiveTinyFishClient.class);
	}

	private static AgentRun await(ApplicationContext context, QueuedRun run) {
		return blocking(context).runs().await(run, SOON);
	}

	private static QueuedRun first(QueuedBatch batch) {
		if (batch.cause() != null) {
			throw batch.cause();
		}
		return batch.accepted().get(0);
	}

}
