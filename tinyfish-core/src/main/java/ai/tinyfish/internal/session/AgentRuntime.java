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
import java.util.function.Supplier;

import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.delivery.EventExecutor;
import ai.tinyfish.internal.follow.RunFollower;
import ai.tinyfish.settings.AbandonPolicy;

/**
 * What the agent's operations of one client share. Not for applications.
 */
public final class AgentRuntime {

	private final ClientRuntime client;

	private final RunFollower endings;

	private final RunEngine engine;

	private final Submissions submissions;

	private final RunAdmission admission;

	/**
	 * Create the one of a client.
	 * @param client what all operations of the client share
	 * @param endings learns how runs end
	 * @param registry what is known of runs beyond this client
	 * @param onTimeout what becomes of a run that took longer than it may
	 * @param onClose what becomes of a run whose stream was closed early
	 * @param readOutcome whether the record of a run is read for what its stream does not
	 * say of its outcome
	 * @param listeners gives those who are told what happens in the runs; asked when a
	 * run is submitted
	 * @param eventExecutor calls the listeners
	 * @param eventBuffer how many events of a run may wait for its listeners
	 */
	public AgentRuntime(ClientRuntime client, RunFollower endings, SharedRuns registry, AbandonPolicy onTimeout,
			AbandonPolicy onClose, boolean readOutcome, Supplier<List<TinyFishRunListener>> listeners,
			EventExecutor eventExecutor, int eventBuffer) {
		this.client = client;
		this.endings = endings;
		this.admission = new RunAdmission(registry, client.openStreams(), client.observationRegistry());
		this.engine = new RunEngine(client, new Recovery(endings, onTimeout, onClose, readOutcome), this.admission);
		this.submissions = new Submissions(client.observationRegistry(), listeners,
				registry.delivery(eventExecutor, eventBuffer), registry);
	}

	public ClientRuntime client() {
		return this.client;
	}

	public RunEngine engine() {
		return this.engine;
	}

	public RunAdmission admission() {
		return this.admission;
	}

	public Submissions submissions() {
		return this.submissions;
	}

	/**
	 * Learns how runs end.
	 * @return the one of the client
	 */
	public RunFollower endings() {
		return this.endings;
	}

	/**
	 * Tells the client's listeners how runs end that are awaited.
	 * @return the one of the client
	 */
	public AwaitListener awaitListener() {
		return this.submissions;
	}

}
