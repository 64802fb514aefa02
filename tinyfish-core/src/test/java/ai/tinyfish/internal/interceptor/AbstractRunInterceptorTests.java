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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.Parameter;

/**
 * A simulator, interceptors that record their calls, and the forms of a submission.
 */
abstract class AbstractRunInterceptorTests {

	@Parameter
	@Nullable ClientKind kind;

	final TinyFishSimulator simulator = Samples.simulator().start();

	final OpenRuns registry = OpenRuns.limitedTo(500, Duration.ofSeconds(20));

	final RecordingListener listener = new RecordingListener();

	final List<String> calls = new CopyOnWriteArrayList<>();

	@AfterEach
	void stop() {
		this.simulator.close();
	}

	TinyFishClient client(TinyFishRunInterceptor... interceptors) {
		return this.kind.client(this.simulator.baseUrl())
			.openRuns(this.registry)
			.runListener(this.listener)
			.runInterceptors(() -> List.of(interceptors))
			.build();
	}

	/**
	 * Forms of a submission, each until its outcome is known.
	 */
	enum Form {

		RUN("agent.run", FaultPoint.run(), (client, request) -> client.agent().run(request)),

		STREAM("agent.stream", FaultPoint.beforeHeaders(), (client, request) -> client.agent().stream(request).await()),

		START("agent.start", FaultPoint.beforeHeaders(), (client, request) -> client.agent().start(request).await()),

		QUEUE("agent.queue", FaultPoint.runAsync(),
				(client, request) -> client.runs().await(client.agent().queue(request), Duration.ofSeconds(20))),

		QUEUE_ALL("agent.queueAll", FaultPoint.answerOf("POST /v1/automation/run-batch"), (client, request) -> {
			QueuedBatch batch = client.agent().queueAll(List.of(request));
			if (batch.cause() != null) {
				throw batch.cause();
			}
			return client.runs().await(batch.accepted().get(0), Duration.ofSeconds(20));
		});

		final String operation;

		final FaultPoint point;

		final BiFunction<TinyFishClient, AgentRequest, AgentRun> submission;

		Form(String operation, FaultPoint point, BiFunction<TinyFishClient, AgentRequest, AgentRun> submission) {
			this.operation = operation;
			this.point = point;
			this.submission = submission;
		}

		AgentRun submit(TinyFishClient client, AgentRequest request) {
			return this.submission.apply(client, request);
		}

	}

	/**
	 * Interceptor that records its calls.
	 */
	final class Recording implements TinyFishRunInterceptor {

		final String name;

		final UnaryOperator<AgentRequest> change;

		final List<RunSubmission> submissions = new CopyOnWriteArrayList<>();

		volatile @Nullable AgentRun run;

		volatile @Nullable TinyFishException failure;

		Recording(String name, UnaryOperator<AgentRequest> change) {
			this.name = name;
			this.change = change;
		}

		@Override
		public AgentRequest beforeRun(RunSubmission submission) {
			AgentRequest changed = this.change.apply(submission.request());
			record(" asked: ", submission);
			return changed;
		}

		@Override
		public void finished(RunSubmission submission, AgentRun run) {
			this.run = run;
			record(" finished: ", submission);
		}

		@Override
		public void error(RunSubmission submission, TinyFishException exception) {
			this.failure = exception;
			record(" error: ", submission);
		}

		@Override
		public void notSent(RunSubmission submission) {
			record(" not sent: ", submission);
		}

		void record(String call, RunSubmission submission) {
			this.submissions.add(submission);
			AbstractRunInterceptorTests.this.calls.add(this.name + call + submission.request().goal());
		}

	}

}
