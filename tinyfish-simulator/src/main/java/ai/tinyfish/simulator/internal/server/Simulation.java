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

package ai.tinyfish.simulator.internal.server;

import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.BoundedLog;
import ai.tinyfish.simulator.internal.api.Traffic;
import ai.tinyfish.simulator.internal.area.Services;
import ai.tinyfish.simulator.internal.chromium.Chromiums;
import ai.tinyfish.simulator.internal.fault.RandomFaults;
import ai.tinyfish.simulator.internal.injection.Faults;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import ai.tinyfish.simulator.internal.run.RunStore;
import ai.tinyfish.simulator.internal.run.ScriptSource;
import ai.tinyfish.simulator.internal.run.Submission;
import ai.tinyfish.simulator.internal.server.ServerSettings.Chance;
import ai.tinyfish.simulator.internal.webhook.Webhooks;
import reactor.netty.resources.LoopResources;

/**
 * The simulated service behind the endpoints: its runs, their faults and webhooks, the
 * data of the other areas, and the records of it all.
 *
 * @param runs the runs
 * @param engine the engine that advances the runs
 * @param faults the planned and injected faults
 * @param webhooks the deliveries to webhooks
 * @param traffic the counts of requests and streams
 * @param calls the remembered requests
 * @param areas the data of the endpoints that are not about runs, replaced by a reset
 * @param newAreas creates that data
 */
public record Simulation(RunStore runs, RunEngine engine, Faults faults, Webhooks webhooks, Traffic traffic,
		BoundedLog<ReceivedCall> calls, AtomicReference<Services> areas, Supplier<Services> newAreas) {

	static Simulation create(ServerSettings settings, ScriptSource scripts, LoopResources loops, Chromiums chromiums,
			Supplier<String> baseUrl) {
		Clock clock = Clock.systemUTC();
		RunStore runs = new RunStore(settings.maxRuns(), clock);
		RunEngine engine = new RunEngine(runs, clock, settings.queueDelay(), baseUrl);
		Chance chance = settings.chance();
		Faults faults = new Faults(new RandomFaults(chance.seed(), chance.streamRate(), chance.pollRate()),
				settings.maxRequests(), clock);
		Webhooks webhooks = new Webhooks(settings.webhooks(), loops, engine.scheduler(), clock, settings.maxRequests());
		engine.afterOutcome(webhooks::runEnded);
		Supplier<Services> newAreas = () -> new Services(Clock.tickMillis(ZoneOffset.UTC), baseUrl, chromiums,
				(url) -> resultsAt(url, runs, scripts));
		return new Simulation(runs, engine, faults, webhooks, new Traffic(), new BoundedLog<>(settings.maxRequests()),
				new AtomicReference<>(newAreas.get()), newAreas);
	}

	/**
	 * Return the results that further runs with the goals of those at an address would
	 * have, if scenarios were given for them.
	 */
	private static List<String> resultsAt(String url, RunStore runs, ScriptSource scripts) {
		return runs.all()
			.stream()
			.map(RunSnapshot::submission)
			.filter((submission) -> submission.url().equals(url))
			.map(scripts::resultFor)
			.filter(Objects::nonNull)
			.distinct()
			.sorted()
			.toList();
	}

	/**
	 * Return the data of the endpoints that are not about runs.
	 */
	public Services services() {
		return Objects.requireNonNull(this.areas.get());
	}

	/**
	 * Remove runs, records, planned faults and the data of the other endpoints.
	 */
	void forget() {
		this.runs.clear();
		this.faults.reset();
		this.webhooks.reset();
		Services old = services();
		this.areas.set(this.newAreas.get());
		old.close();
		this.traffic.clear();
		this.calls.clear();
	}

}
