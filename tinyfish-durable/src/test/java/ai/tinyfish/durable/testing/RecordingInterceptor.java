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

package ai.tinyfish.durable.testing;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;

import org.springframework.core.annotation.Order;

/**
 * Interceptor that records its calls, and does what a test wants.
 */
public abstract class RecordingInterceptor implements TinyFishRunInterceptor {

	private static final List<Call> calls = new CopyOnWriteArrayList<>();

	private volatile Function<RunSubmission, AgentRequest> change = RunSubmission::request;

	private volatile @Nullable RuntimeException failure;

	/**
	 * Return the calls of all interceptors: one that refuses a run is not among them.
	 */
	public static List<Call> calls() {
		return calls;
	}

	public void change(Function<RunSubmission, AgentRequest> change) {
		this.change = change;
	}

	public void failAfterwards(@Nullable RuntimeException failure) {
		this.failure = failure;
	}

	@Override
	public AgentRequest beforeRun(RunSubmission submission) {
		AgentRequest changed = this.change.apply(submission);
		record("asked", submission, null);
		return changed;
	}

	@Override
	public void finished(RunSubmission submission, AgentRun run) {
		record("finished", submission, run);
		if (this.failure != null) {
			throw this.failure;
		}
	}

	@Override
	public void error(RunSubmission submission, TinyFishException exception) {
		record("error", submission, exception);
	}

	@Override
	public void notSent(RunSubmission submission) {
		record("not sent", submission, null);
	}

	private void record(String callback, RunSubmission submission, @Nullable Object argument) {
		calls.add(new Call(getClass().getSimpleName().toLowerCase(Locale.ROOT) + " " + callback, submission, argument));
	}

	public record Call(String callback, RunSubmission submission, @Nullable Object argument) {

	}

	@Order(1)
	public static class First extends RecordingInterceptor {

	}

	@Order(2)
	public static class Second extends RecordingInterceptor {

	}

}
