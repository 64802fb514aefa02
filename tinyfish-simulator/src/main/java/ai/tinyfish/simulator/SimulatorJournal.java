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

package ai.tinyfish.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a simulator has seen up to one moment. A journal never changes; ask the simulator
 * for a new one.
 *
 * @param runsCreated how many runs were ever created
 * @param runs the runs that are kept, oldest first
 * @param openStreams how many event streams are open
 * @param droppedStreams how many event streams were left by their reader before the end
 * @param requests how many requests came in, accepted or not, by method and path template
 * such as {@code GET /v1/runs/{id}}; all that fit no endpoint are counted as
 * {@code other}
 */
public record SimulatorJournal(long runsCreated, List<SimulatedRun> runs, int openStreams, long droppedStreams,
		Map<String, Long> requests) {

	/**
	 * Copies the collections.
	 * @param runsCreated how many runs were ever created
	 * @param runs the runs that are kept, oldest first
	 * @param openStreams how many event streams are open
	 * @param droppedStreams how many event streams were left by their reader before the
	 * end
	 * @param requests how many requests came in, by method and path template
	 */
	public SimulatorJournal {
		runs = List.copyOf(runs);
		requests = Map.copyOf(requests);
	}

	/**
	 * Finds a run.
	 * @param id the run id
	 * @return the run, or empty if there is none or it is no longer kept
	 */
	public Optional<SimulatedRun> run(String id) {
		return this.runs.stream().filter((run) -> run.id().equals(id)).findFirst();
	}

	/**
	 * Returns the runs with a status.
	 * @param status the status
	 * @return the runs that are kept, oldest first
	 */
	public List<SimulatedRun> runs(SimulatedRun.Status status) {
		return this.runs.stream().filter((run) -> run.status() == status).toList();
	}

	/**
	 * Returns how many requests came in at one endpoint.
	 * @param endpoint the method and path template, such as {@code GET /v1/runs/{id}}
	 * @return the number, 0 if there was none
	 */
	public long requests(String endpoint) {
		return this.requests.getOrDefault(endpoint, 0L);
	}

}
