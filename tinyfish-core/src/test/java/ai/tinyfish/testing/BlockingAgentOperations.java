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

package ai.tinyfish.testing;

import java.util.List;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;

/**
 * The reactive operations of agents in the shape of the blocking ones.
 */
record BlockingAgentOperations(ReactiveAgentOperations operations) implements AgentOperations {

	@Override
	public AgentRun run(AgentRequest request) {
		return Blocking.await(this.operations.run(request));
	}

	@Override
	public QueuedRun queue(AgentRequest request) {
		return Blocking.await(this.operations.queue(request));
	}

	@Override
	public QueuedBatch queueAll(List<AgentRequest> requests) {
		return Blocking.await(this.operations.queueAll(requests));
	}

	@Override
	public AgentStream stream(AgentRequest request) {
		return BlockingAgentStream.of(this.operations.stream(request));
	}

	@Override
	public AgentStream stream(AgentRequest request, TinyFishRunListener listener) {
		throw Blocking.unsupported("listeners of one stream");
	}

	@Override
	public RunHandle start(AgentRequest request) {
		return BlockingRunHandle.of(this.operations.start(request));
	}

	@Override
	public RunHandle start(AgentRequest request, TinyFishRunListener listener) {
		return BlockingRunHandle.of(this.operations.start(request, listener));
	}

}
