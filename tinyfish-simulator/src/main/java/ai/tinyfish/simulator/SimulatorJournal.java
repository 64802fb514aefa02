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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import ai.tinyfish.simulator.SimulatedRun.Status;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of the requests, runs, streams, faults and deliveries of the simulator.
 *
 * @param runsCreated how many runs were ever created
 * @param maxInFlight the maximum number of runs that were in flight at once: accepted,
 * and not ended
 * @param runs the runs that are kept, oldest first
 * @param openStreams how many event streams are open
 * @param droppedStreams how many event streams their reader closed before the end
 * @param requests the number of received requests, by method and path template such as
 * {@code GET /v1/runs/{id}}; requests to other paths are counted as {@code other}
 * @param received the last requests, oldest first
 * @param faults the last injected faults, oldest first
 * @param events the types of the events that were handed to the network, without
 * heartbeats, by the id of each run that is kept
 * @param webhooks the last attempts to deliver outcomes to webhooks, oldest first
 * @param unmatched the first runs that a {@linkplain TinyFishSimulatorBuilder#strict()
 * strict} simulator has refused, oldest first: for each a message with its goal and the
 * texts that scenarios expect in a goal, the nearest first
 * @param unused the texts that scenarios expect in a goal, of scenarios that were added
 * since the start or the last reset and that no run has used, latest first
 * @param openBrowsers the ids of the open browser sessions, the oldest first
 * @since 0.1.0
 */
public record SimulatorJournal(long runsCreated, int maxInFlight, List<SimulatedRun> runs, int openStreams,
		long droppedStreams, Map<String, Long> requests, List<ReceivedRequest> received, List<InjectedFault> faults,
		Map<String, List<String>> events, List<WebhookDelivery> webhooks, List<String> unmatched, List<String> unused,
		List<String> openBrowsers) {

	/**
	 * Copy the collections.
	 * @param runsCreated how many runs were ever created
	 * @param maxInFlight how many runs were in flight at once, at most
	 * @param runs the runs that are kept, oldest first
	 * @param openStreams how many event streams are open
	 * @param droppedStreams how many event streams their reader closed before the end
	 * @param requests the number of received requests, by method and path template
	 * @param received the last requests, oldest first
	 * @param faults the last injected faults, oldest first
	 * @param events the types of the events of each run
	 * @param webhooks the last attempts to deliver outcomes to webhooks, oldest first
	 * @param unmatched the runs that were refused because no scenario fits
	 * @param unused the texts that unused scenarios expect in a goal
	 * @param openBrowsers the open browser sessions
	 */
	public SimulatorJournal {
		runs = List.copyOf(runs);
		requests = Map.copyOf(requests);
		received = List.copyOf(received);
		faults = List.copyOf(faults);
		events = Map.copyOf(events);
		webhooks = List.copyOf(webhooks);
		unmatched = List.copyOf(unmatched);
		unused = List.copyOf(unused);
		openBrowsers = List.copyOf(openBrowsers);
	}

	/**
	 * Find a run.
	 * @param id the run id
	 * @return the run, or null if it does not exist or is no longer kept
	 */
	public @Nullable SimulatedRun run(String id) {
		return this.runs.stream().filter((run) -> run.id().equals(id)).findFirst().orElse(null);
	}

	/**
	 * Return the runs with a status.
	 * @param status the status
	 * @return the runs that are kept, oldest first
	 */
	public List<SimulatedRun> runs(Status status) {
		return this.runs.stream().filter((run) -> run.status() == status).toList();
	}

	/**
	 * Return the runs by their goal. If each submission has its own goal, a list of two
	 * runs is a submission that created two.
	 * @return the runs that are kept, oldest first
	 */
	public Map<String, List<SimulatedRun>> runsByGoal() {
		return this.runs.stream()
			.collect(Collectors.groupingBy((run) -> run.request().goal(), LinkedHashMap::new, Collectors.toList()));
	}

	/**
	 * Return the outcome of a run.
	 * @param id the run id
	 * @return its last status, or null if the run is in progress, does not exist or is no
	 * longer kept
	 */
	public @Nullable Status outcome(String id) {
		SimulatedRun run = run(id);
		return (run != null && run.finishedAt() != null) ? run.status() : null;
	}

	/**
	 * Return the number of requests to an endpoint.
	 * @param endpoint the method and path template, such as {@code GET /v1/runs/{id}}
	 * @return the number, or 0
	 */
	public long requests(String endpoint) {
		return this.requests.getOrDefault(endpoint, 0L);
	}

	/**
	 * Return the requests for a new run, whether or not one was created.
	 * @param bodyPart a text that the body contains, such as the goal or a part of it
	 * @return the last requests, oldest first
	 */
	public List<ReceivedRequest> submissions(String bodyPart) {
		return this.received.stream()
			.filter((request) -> request.endpoint().startsWith("POST /v1/automation/"))
			.filter((request) -> request.body().contains(bodyPart))
			.toList();
	}

	/**
	 * Return the requests to cancel a run, alone or together with others.
	 * @param runId the run id
	 * @return the last requests, oldest first
	 */
	public List<ReceivedRequest> cancels(String runId) {
		return this.received.stream()
			.filter((request) -> request.endpoint().endsWith("/cancel"))
			.filter((request) -> runId.equals(request.runId()) || request.body().contains("\"" + runId + "\""))
			.toList();
	}

	/**
	 * Return the attempts to deliver the outcome of a run to its webhook.
	 * @param runId the run id
	 * @return the last attempts, oldest first
	 */
	public List<WebhookDelivery> webhooks(String runId) {
		return this.webhooks.stream().filter((delivery) -> runId.equals(delivery.runId())).toList();
	}

	/**
	 * Return the faults that were injected into the streams and answers of a run.
	 * @param runId the run id
	 * @return the last faults, oldest first
	 */
	public List<InjectedFault> faults(String runId) {
		return this.faults.stream().filter((fault) -> runId.equals(fault.runId())).toList();
	}

	/**
	 * Return the types of the events that were sent on the stream of a run.
	 * @param runId the run id
	 * @return the types of the events, such as {@code STARTED}, in order and without
	 * heartbeats; only events of which all bytes were handed to the network
	 */
	public List<String> events(String runId) {
		return this.events.getOrDefault(runId, List.of());
	}

	/**
	 * Leave out the lists, which may be long.
	 */
	@Override
	public String toString() {
		return "SimulatorJournal[runsCreated=" + this.runsCreated + ", openStreams=" + this.openStreams
				+ ", droppedStreams=" + this.droppedStreams + ", faults=" + this.faults.size() + ", requests="
				+ this.requests + "]";
	}

}
