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

import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;

/**
 * Several interceptors as one.
 *
 * @param interceptors the interceptors in their order
 * @param unchanged whether the requests that they return are ignored
 * @param delivery calls them with the outcome
 */
record InterceptorChain(List<TinyFishRunInterceptor> interceptors, boolean unchanged,
		ListenerDelivery delivery) implements TinyFishRunInterceptor {

	@Override
	public AgentRequest beforeRun(RunSubmission submission) {
		InterceptedRun run = InterceptedRun.ask(this.interceptors, submission, this.unchanged, this.delivery);
		run.begun();
		return run.request();
	}

	@Override
	public void finished(RunSubmission submission, AgentRun run) {
		ended(submission, run.runId(), new CompleteEvent(run, null, false), null);
	}

	@Override
	public void error(RunSubmission submission, TinyFishException exception) {
		ended(submission, exception.runId(), null, exception);
	}

	@Override
	public void notSent(RunSubmission submission) {
		ended(submission, null, null, null);
	}

	private void ended(RunSubmission submission, @Nullable String runId, @Nullable CompleteEvent event,
			@Nullable TinyFishException failure) {
		this.delivery.underWay().begin();
		InterceptedRun.asked(this.interceptors, submission, this.delivery).ended(runId, event, failure);
	}

}
