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

import ai.tinyfish.simulator.internal.api.Traffic;
import ai.tinyfish.simulator.internal.injection.FaultRecord;
import ai.tinyfish.simulator.internal.run.RunFailure;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import ai.tinyfish.simulator.internal.run.RunStore;
import ai.tinyfish.simulator.internal.run.Submission;
import ai.tinyfish.simulator.internal.server.ReceivedCall;
import ai.tinyfish.simulator.internal.server.Simulation;
import ai.tinyfish.simulator.internal.webhook.WebhookAttempt;

/**
 * Factory of journals from the records of the server.
 */
final class Journals {

	private Journals() {
	}

	static SimulatorJournal of(Simulation simulation, ScenarioChoice scenarios) {
		RunStore runs = simulation.runs();
		Traffic traffic = simulation.traffic();
		return new SimulatorJournal(runs.created(), runs.maxInFlight(),
				runs.all().stream().map(Journals::view).toList(), traffic.openStreams(), traffic.droppedStreams(),
				traffic.requests(), simulation.calls().entries().stream().map(Journals::view).toList(),
				simulation.faults().injected().stream().map(Journals::view).toList(), runs.sent(),
				simulation.webhooks().attempts().stream().map(Journals::view).toList(), scenarios.unmatched(),
				scenarios.unused(), simulation.services().openBrowsers());
	}

	static SimulatorRequest view(Submission submission) {
		return new SimulatorRequest(submission.endpoint().label(), submission.goal(), submission.url(),
				submission.browserProfile(), submission.proxyCountryCode(), submission.maxSteps(),
				submission.outputSchema());
	}

	private static SimulatedRun view(RunSnapshot run) {
		RunFailure failure = run.failure();
		return new SimulatedRun(run.id(), SimulatedRun.Status.valueOf(run.state().name()), view(run.submission()),
				run.createdAt(), run.startedAt(), run.finishedAt(), run.steps().size(), run.resultJson(),
				(failure != null) ? failure.code() : null);
	}

	private static ReceivedRequest view(ReceivedCall call) {
		return new ReceivedRequest(call.receivedAt(), call.endpoint(), call.method(), call.path(), call.body(),
				call.runId(), call.apiKey());
	}

	private static WebhookDelivery view(WebhookAttempt attempt) {
		return new WebhookDelivery(attempt.at(), attempt.runId(), attempt.url(), attempt.event(), attempt.attempt(),
				attempt.status(), attempt.problem());
	}

	private static InjectedFault view(FaultRecord fault) {
		return new InjectedFault(fault.at(), fault.runId(), fault.place(), fault.fault());
	}

}
