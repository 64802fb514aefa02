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
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.HeartbeatEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;

/**
 * Keeps all events.
 */
public class RecordingListener implements TinyFishRunListener {

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final List<RunContext> contexts = new CopyOnWriteArrayList<>();

	private final List<String> threads = new CopyOnWriteArrayList<>();

	private final List<TinyFishException> errors = new CopyOnWriteArrayList<>();

	private final List<AgentRun> runs = new CopyOnWriteArrayList<>();

	@Override
	public void started(RunContext context, StartedEvent event) {
		record("started", context);
	}

	@Override
	public void streamingUrl(RunContext context, StreamingUrlEvent event) {
		record("streamingUrl", context);
	}

	@Override
	public void progress(RunContext context, ProgressEvent event) {
		record("progress", context);
	}

	@Override
	public void heartbeat(RunContext context, HeartbeatEvent event) {
		record("heartbeat", context);
	}

	@Override
	public void finished(RunContext context, CompleteEvent event) {
		this.runs.add(event.run());
		record("finished", context);
	}

	@Override
	public void error(RunContext context, TinyFishException exception) {
		this.errors.add(exception);
		record("error", context);
	}

	private void record(String call, RunContext context) {
		this.contexts.add(context);
		this.threads.add(Thread.currentThread().getName());
		this.calls.add(call);
	}

	public List<String> calls() {
		return this.calls;
	}

	public List<RunContext> contexts() {
		return this.contexts;
	}

	public List<String> threads() {
		return this.threads;
	}

	public List<TinyFishException> errors() {
		return this.errors;
	}

	public List<AgentRun> runs() {
		return this.runs;
	}

}
