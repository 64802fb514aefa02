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

import java.util.concurrent.RejectedExecutionException;

import ai.tinyfish.simulator.internal.api.Html;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink.OverflowStrategy;

/**
 * Live views of runs: pages that grow with each step and end with the run.
 */
public final class LiveViews {

	private final RunEngine engine;

	public LiveViews(RunEngine engine) {
		this.engine = engine;
	}

	public HttpAnswer of(Run run) {
		return Html.page(LivePage.STYLE, Flux.defer(() -> {
			LivePage page = new LivePage(run.picture(1));
			return snapshots(run).map(page::next).filter((part) -> !part.isEmpty());
		}));
	}

	/**
	 * Return the current state of the run and each later one. A slow viewer may miss
	 * some, but never the last.
	 */
	Flux<RunSnapshot> snapshots(Run run) {
		return Flux.create((viewer) -> {
			viewer.onDispose(() -> execute(() -> run.removeViewer(viewer)));
			execute(() -> run.addViewer(viewer));
		}, OverflowStrategy.LATEST);
	}

	private void execute(Runnable task) {
		try {
			this.engine.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// closed: the runs are forgotten, and the connections are about to be cut
		}
	}

}
