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

package ai.tinyfish.simulator.internal.live;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.FaultPlan;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import ai.tinyfish.simulator.internal.run.RunStore;
import ai.tinyfish.simulator.internal.run.Submission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class LiveViewsTests {

	private final RunStore store = new RunStore(10, Clock.systemUTC());

	private final RunEngine engine = new RunEngine(this.store, Clock.systemUTC(), Duration.ZERO, () -> "http://here");

	private final LiveViews views = new LiveViews(this.engine);

	@AfterEach
	void close() {
		this.engine.close(Duration.ofSeconds(5));
	}

	@Test
	void runForgetsAViewerThatLeaves() {
		Run run = neverEnding();
		Viewer viewer = new Viewer(Long.MAX_VALUE);
		this.views.snapshots(run).subscribe(viewer);
		await().until(() -> run.viewers() == 1);
		viewer.cancel();
		await().until(() -> run.viewers() == 0);
	}

	@Test
	void viewerThatHasLeftIsNotAdded() {
		Run run = neverEnding();
		AtomicReference<FluxSink<RunSnapshot>> viewer = new AtomicReference<>();
		Flux.<RunSnapshot>create(viewer::set).subscribe().dispose();
		this.engine.execute(() -> run.addViewer(viewer.get()));
		this.engine.settled().block();
		assertThat(run.viewers()).isZero();
	}

	@Test
	void endedRunKeepsNoViewer() {
		Run run = neverEnding();
		Viewer before = new Viewer(Long.MAX_VALUE);
		this.views.snapshots(run).subscribe(before);
		await().until(() -> run.viewers() == 1);
		this.engine.cancel(run).join();
		Viewer after = new Viewer(Long.MAX_VALUE);
		this.views.snapshots(run).subscribe(after);
		await().until(() -> before.isDisposed() && after.isDisposed());
		assertThat(run.viewers()).isZero();
		assertThat(after.seen).extracting(RunSnapshot::state).containsExactly(RunState.CANCELLED);
	}

	@Test
	void viewerThatAsksForNothingGetsTheLastStateAlone() {
		Run run = neverEnding();
		Viewer viewer = new Viewer(0);
		this.views.snapshots(run).subscribe(viewer);
		await().until(() -> run.viewers() == 1);
		this.engine.cancel(run).join();
		viewer.request(Long.MAX_VALUE);
		await().until(viewer::isDisposed);
		assertThat(viewer.seen).extracting(RunSnapshot::state).containsExactly(RunState.CANCELLED);
	}

	@Test
	void leavingAClosedEngineDoesNotFail() {
		Run run = neverEnding();
		Viewer viewer = new Viewer(Long.MAX_VALUE);
		this.views.snapshots(run).subscribe(viewer);
		await().until(() -> run.viewers() == 1);
		this.engine.close(Duration.ofSeconds(5));
		viewer.cancel();
		assertThat(viewer.isDisposed()).isTrue();
	}

	private Run neverEnding() {
		RunScript script = new RunScript(List.of("One"), Duration.ZERO,
				new RunScript.PlannedOutcome(null, null, null, null, null), List.of(), 0, Duration.ZERO, 1);
		return this.engine.submit(submission(), script, new FaultPlan(List.of()), null, null);
	}

	private static Submission submission() {
		return new Submission(Endpoint.RUN_ASYNC, "Look", "https://a.example", "lite", null, null, 500, null, null,
				false);
	}

	private static final class Viewer extends BaseSubscriber<RunSnapshot> {

		private final List<RunSnapshot> seen = new CopyOnWriteArrayList<>();

		private final long demand;

		private Viewer(long demand) {
			this.demand = demand;
		}

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
			if (this.demand > 0) {
				request(this.demand);
			}
		}

		@Override
		protected void hookOnNext(RunSnapshot run) {
			this.seen.add(run);
		}

	}

}
