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

package ai.tinyfish.simulator.internal.run;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.simulator.internal.fault.FaultPlan;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;
import tools.jackson.databind.node.ObjectNode;

/**
 * Simulated run. Only the engine's thread changes it; any thread may read its snapshot.
 */
public final class Run {

	private volatile RunScript script;

	private final @Nullable LiveRun elsewhere;

	private @Nullable EventStream stream;

	private final FaultPlan faults;

	private final AtomicInteger hiddenPolls;

	private final AtomicLong polls = new AtomicLong();

	private final List<String> sent = new ArrayList<>(8);

	private final CompletableFuture<RunSnapshot> outcome = new CompletableFuture<>();

	private volatile RunSnapshot snapshot;

	/** Snapshot of the run before it ended, kept while its record may be late. */
	private volatile @Nullable RunSnapshot unfinished;

	private @Nullable Future<?> nextMove;

	/** Live views, used only by the engine's thread. */
	private List<FluxSink<RunSnapshot>> viewers = List.of();

	Run(RunSnapshot snapshot, RunScript script, FaultPlan faults, @Nullable EventStream stream,
			@Nullable LiveRun elsewhere) {
		this.snapshot = snapshot;
		this.script = script;
		this.faults = faults;
		this.hiddenPolls = new AtomicInteger(script.hiddenPolls());
		this.stream = stream;
		this.elsewhere = elsewhere;
	}

	public RunScript script() {
		return this.script;
	}

	void script(RunScript script) {
		this.script = script;
	}

	/**
	 * Return the picture of a step.
	 * @param step the number of the step, from 1
	 */
	public PagePicture picture(int step) {
		return PagePicture.of(this.script, this.snapshot.submission(), step);
	}

	public RunSnapshot snapshot() {
		return this.snapshot;
	}

	/**
	 * Return the run as polls see it, which may be behind.
	 * @param now the time
	 */
	public RunSnapshot record(Instant now) {
		RunSnapshot ended = this.snapshot;
		RunSnapshot before = this.unfinished;
		if (before == null || ended.finishedAt() == null) {
			return ended;
		}
		return now.isBefore(ended.finishedAt().plus(this.script.recordDelay())) ? before : ended;
	}

	public FaultPlan faults() {
		return this.faults;
	}

	/**
	 * Count a poll that may not find the run.
	 * @return whether the poll finds the run
	 */
	public boolean poll() {
		return this.hiddenPolls.getAndUpdate((left) -> Math.max(0, left - 1)) == 0;
	}

	/**
	 * Count the polls.
	 * @return how many came before
	 */
	public long nextPoll() {
		return this.polls.getAndIncrement();
	}

	/**
	 * Record that an event was handed to the network.
	 * @param type the type of the event
	 */
	public void sent(String type) {
		synchronized (this.sent) {
			this.sent.add(type);
		}
	}

	List<String> sent() {
		synchronized (this.sent) {
			return List.copyOf(this.sent);
		}
	}

	public CompletableFuture<RunSnapshot> outcome() {
		return this.outcome;
	}

	void become(RunSnapshot next) {
		if (next.state().ended() && !this.script.recordDelay().isZero()) {
			this.unfinished = this.snapshot;
		}
		this.snapshot = next;
		this.viewers.forEach((viewer) -> viewer.next(next));
	}

	/**
	 * Show a viewer the run as it is, and from now on as it changes.
	 */
	public void addViewer(FluxSink<RunSnapshot> viewer) {
		if (viewer.isCancelled()) {
			return;
		}
		viewer.next(this.snapshot);
		if (this.snapshot.state().ended()) {
			viewer.complete();
			return;
		}
		if (this.viewers.isEmpty()) {
			this.viewers = new ArrayList<>(2);
		}
		this.viewers.add(viewer);
	}

	public void removeViewer(FluxSink<RunSnapshot> viewer) {
		if (!this.viewers.isEmpty()) {
			this.viewers.remove(viewer);
		}
	}

	public int viewers() {
		return this.viewers.size();
	}

	void nextMove(Future<?> move) {
		this.nextMove = move;
	}

	/**
	 * Cancel the recorded run, which then brings its outcome.
	 * @return whether it is recorded and has not ended there
	 */
	boolean cancelElsewhere() {
		if (this.elsewhere == null || this.elsewhere.script().isDone()) {
			return false;
		}
		this.elsewhere.cancel().run();
		return true;
	}

	void stopMoving() {
		if (this.nextMove != null) {
			this.nextMove.cancel(false);
		}
	}

	void publish(ObjectNode event) {
		if (this.stream != null) {
			this.stream.next(event);
		}
	}

	void close() {
		if (this.stream != null) {
			this.stream.complete();
			// the run is kept, but must not keep the connection
			this.stream = null;
		}
		this.viewers.forEach(FluxSink::complete);
		this.viewers = List.of();
		this.nextMove = null;
		this.outcome.complete(this.snapshot);
	}

}
