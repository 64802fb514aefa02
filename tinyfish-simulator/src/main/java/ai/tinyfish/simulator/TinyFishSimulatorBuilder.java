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

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import ai.tinyfish.simulator.internal.server.ServerSettings;
import ai.tinyfish.simulator.internal.server.ServerSettings.Chance;
import ai.tinyfish.simulator.internal.webhook.WebhookSettings;
import org.jspecify.annotations.Nullable;

/**
 * Builder that starts a {@link TinyFishSimulator}.
 *
 * @since 0.1.0
 */
public final class TinyFishSimulatorBuilder {

	private List<GivenScenarios> given = List.of();

	private boolean strict;

	private @Nullable Cassette cassette;

	private int port;

	private List<String> apiKeys = List.of(TinyFishSimulator.DEFAULT_API_KEY);

	private boolean anyApiKey;

	private Duration pace = Duration.ofMillis(300);

	private Duration heartbeat = Duration.ofSeconds(5);

	private Duration queueDelay = Duration.ZERO;

	private int failedRunStatus = 500;

	private int maxRuns = 10_000;

	private int maxRequests = 10_000;

	private boolean batchGet = true;

	private Chance chance = new Chance(0, 0, 0);

	private Duration webhookRetryDelay = Duration.ofSeconds(1);

	private Duration webhookTimeout = Duration.ofSeconds(10);

	private final Set<String> webhookHosts = new HashSet<>();

	private @Nullable Path chromium;

	TinyFishSimulatorBuilder() {
	}

	/**
	 * Set the port.
	 * @param port the port, or 0 (the default) for a free one
	 * @return this builder
	 * @throws IllegalArgumentException unless it is from 0 to 65535
	 */
	public TinyFishSimulatorBuilder port(int port) {
		check(port >= 0 && port <= 65535, "The port must be from 0 to 65535");
		this.port = port;
		return this;
	}

	/**
	 * Set the accepted key.
	 * @param apiKey the key, in visible ASCII
	 * @return this builder
	 * @throws IllegalArgumentException if it is empty or not valid in a header
	 */
	public TinyFishSimulatorBuilder apiKey(String apiKey) {
		return apiKeys(apiKey);
	}

	/**
	 * Set the accepted keys, such as one for each tenant. All of them see the same runs;
	 * the journal says which request came with which key.
	 * @param apiKeys the keys, in visible ASCII, at least one;
	 * {@link TinyFishSimulator#apiKey} returns the first
	 * @return this builder
	 * @throws IllegalArgumentException if there are no keys, or if one is empty or not
	 * valid in a header
	 */
	public TinyFishSimulatorBuilder apiKeys(String... apiKeys) {
		check(apiKeys.length > 0, "At least one API key must be accepted");
		for (String apiKey : apiKeys) {
			check(!apiKey.isEmpty() && apiKey.chars().allMatch((ch) -> ch > 32 && ch < 127),
					"The API key must consist of visible ASCII characters");
		}
		this.apiKeys = List.of(apiKeys);
		return this;
	}

	/**
	 * Accept any key that is not blank.
	 * @return this builder
	 */
	public TinyFishSimulatorBuilder anyApiKey() {
		this.anyApiKey = true;
		return this;
	}

	/**
	 * Set the time that each step of a run takes, unless its scenario sets it. With zero,
	 * a run has ended when its submission is answered, as {@link Scenario.Builder#pace}
	 * says.
	 * @param pace the time, zero or more; 300 ms unless set
	 * @return this builder
	 * @throws IllegalArgumentException if it is negative
	 */
	public TinyFishSimulatorBuilder pace(Duration pace) {
		check(!pace.isNegative(), "The pace must not be negative");
		this.pace = pace;
		return this;
	}

	/**
	 * Set the time between the heartbeats of an event stream.
	 * @param heartbeat the time, above zero; 5 s unless set
	 * @return this builder
	 * @throws IllegalArgumentException if it is zero or negative
	 */
	public TinyFishSimulatorBuilder heartbeat(Duration heartbeat) {
		check(!heartbeat.isNegative() && !heartbeat.isZero(), "The heartbeat must be above zero");
		this.heartbeat = heartbeat;
		return this;
	}

	/**
	 * Set how long runs are PENDING before they begin.
	 * @param queueDelay the time, zero (the default) or more
	 * @return this builder
	 * @throws IllegalArgumentException if it is negative
	 */
	public TinyFishSimulatorBuilder queueDelay(Duration queueDelay) {
		check(!queueDelay.isNegative(), "The queue delay must not be negative");
		this.queueDelay = queueDelay;
		return this;
	}

	/**
	 * Set the HTTP status with which {@code POST /v1/automation/run} answers a run that
	 * failed. The service sends either; the body is the run in both cases.
	 * @param status 500 (the default) or 200
	 * @return this builder
	 * @throws IllegalArgumentException if it is another number
	 */
	public TinyFishSimulatorBuilder failedRunStatus(int status) {
		check(status == 200 || status == 500, "The status of a failed run must be 200 or 500");
		this.failedRunStatus = status;
		return this;
	}

	/**
	 * Set how many runs are kept. Beyond it, those that ended first are removed; runs in
	 * flight are always kept.
	 * @param maxRuns the number, at least 1; 10,000 unless set
	 * @return this builder
	 * @throws IllegalArgumentException if it is below 1
	 */
	public TinyFishSimulatorBuilder maxRuns(int maxRuns) {
		check(maxRuns >= 1, "At least one run must be kept");
		this.maxRuns = maxRuns;
		return this;
	}

	/**
	 * Set how many requests the journal keeps, and how many faults. The oldest are
	 * removed first; the counts continue.
	 * @param maxRequests the number, 0 for none; 10,000 unless set
	 * @return this builder
	 * @throws IllegalArgumentException if it is negative
	 */
	public TinyFishSimulatorBuilder maxRequests(int maxRequests) {
		check(maxRequests >= 0, "The number of requests must not be negative");
		this.maxRequests = maxRequests;
		return this;
	}

	/**
	 * Set whether {@code POST /v1/runs/batch} is known.
	 * @param batchGet {@code false} to answer it with 404; {@code true} unless set
	 * @return this builder
	 */
	public TinyFishSimulatorBuilder batchGet(boolean batchGet) {
		this.batchGet = batchGet;
		return this;
	}

	/**
	 * Set how long a webhook waits before its second attempt; before the third and the
	 * fourth it waits twice and four times as long.
	 * @param delay the time, zero or more; 1 s unless set
	 * @return this builder
	 * @throws IllegalArgumentException if it is negative
	 */
	public TinyFishSimulatorBuilder webhookRetryDelay(Duration delay) {
		check(!delay.isNegative(), "The delay of webhooks must not be negative");
		this.webhookRetryDelay = delay;
		return this;
	}

	/**
	 * Set how long one attempt of a webhook waits for the answer.
	 * @param timeout the time, above zero; 10 s unless set
	 * @return this builder
	 * @throws IllegalArgumentException if it is zero or negative
	 */
	public TinyFishSimulatorBuilder webhookTimeout(Duration timeout) {
		check(!timeout.isNegative() && !timeout.isZero(), "The timeout of webhooks must be above zero");
		this.webhookTimeout = timeout;
		return this;
	}

	/**
	 * Let webhooks go to a host. {@code localhost}, {@code 127.0.0.1} and {@code [::1]}
	 * are always allowed; those to other hosts are accepted and never sent. An allowed
	 * host may be reached by plain HTTP, which the real service does not do.
	 * @param host the name of the host, without scheme and port
	 * @return this builder
	 * @throws IllegalArgumentException if it is not the name of a host
	 */
	public TinyFishSimulatorBuilder webhookHost(String host) {
		check(host.matches("[A-Za-z0-9._-]+"), "A webhook host is a name without scheme, port and path");
		this.webhookHosts.add(host);
		return this;
	}

	/**
	 * Inject random faults into event streams without a planned fault.
	 * @param seed the seed, which decides on the fault of each run; the same seed gives
	 * the same faults to the first run, the second and so on
	 * @param rate the share of streams, from 0 to 1
	 * @return this builder
	 * @throws IllegalArgumentException if the rate is not from 0 to 1
	 */
	public TinyFishSimulatorBuilder randomFaults(long seed, double rate) {
		return randomFaults(seed, rate, 0);
	}

	/**
	 * Inject random faults into event streams and polls without a planned fault.
	 * @param seed the seed, which decides on the fault of each run; the same seed gives
	 * the same faults to the first run, the second and so on, and to their first poll,
	 * their second and so on
	 * @param streamRate the share of streams, from 0 to 1
	 * @param pollRate the share of answers to {@code GET /v1/runs/{id}} and
	 * {@code POST /v1/runs/batch}, from 0 to 1
	 * @return this builder
	 * @throws IllegalArgumentException if a rate is not from 0 to 1
	 */
	public TinyFishSimulatorBuilder randomFaults(long seed, double streamRate, double pollRate) {
		check(streamRate >= 0 && streamRate <= 1 && pollRate >= 0 && pollRate <= 1, "A rate must be from 0 to 1");
		this.chance = new Chance(seed, streamRate, pollRate);
		return this;
	}

	/**
	 * Refuse runs that no scenario fits, with HTTP 422 and the code {@code NO_SCENARIO},
	 * instead of answering them with made-up results. Marks in goals do not count as
	 * scenarios. {@link SimulatorJournal#unmatched()} has the refused runs.
	 * @return this builder
	 */
	public TinyFishSimulatorBuilder strict() {
		this.strict = true;
		return this;
	}

	/**
	 * Answer runs with those that were recorded in a file. A run that no given scenario
	 * fits and that is not in the file is refused with HTTP 422, and so are searches,
	 * fetches, browser sessions, profiles and the vault. The version of a goal, which no
	 * request has, is the field {@code goal_version} that a filter can add.
	 * @param file the file; one that does not exist has no runs
	 * @return this builder
	 * @throws IllegalArgumentException if the file is not a cassette
	 */
	public TinyFishSimulatorBuilder cassette(Path file) {
		return cassette(file, (fields) -> {
		}, null);
	}

	/**
	 * Answer runs with those that were recorded in a file, like {@link #cassette(Path)}.
	 * @param file the file
	 * @param filter the filter with which it was recorded
	 * @param recorder records the runs that the file lacks, instead of refusing them: the
	 * second run with a request if the file has one with it, and so on; {@code null} for
	 * none
	 * @return this builder
	 * @throws IllegalArgumentException if the file is not a cassette
	 */
	public TinyFishSimulatorBuilder cassette(Path file, CassetteFilter filter, @Nullable CassetteRecorder recorder) {
		this.cassette = new Cassette(file, filter, recorder);
		return this;
	}

	/**
	 * Give scenarios to the runs whose goal contains a text. They take precedence over
	 * everything given earlier.
	 * @param goalPart the text, in any case
	 * @param first the scenario of the first such run; without {@code next}, of all of
	 * them
	 * @param next the scenarios of the runs after it, one each; the last one is used for
	 * all further runs
	 * @return this builder
	 */
	public TinyFishSimulatorBuilder given(String goalPart, Scenario first, Scenario... next) {
		this.given = GivenScenarios.plus(GivenScenarios.of(goalPart, first, next), this.given);
		return this;
	}

	/**
	 * Let a selector choose scenarios. It takes precedence over everything given earlier.
	 * @param selector the selector
	 * @return this builder
	 */
	public TinyFishSimulatorBuilder given(ScenarioSelector selector) {
		this.given = GivenScenarios.plus(GivenScenarios.of(selector), this.given);
		return this;
	}

	/**
	 * Set the program of the browser that a session becomes when it is connected to. It
	 * resolves this machine alone; all other hosts show the bundled shop.
	 * @param chromium the path of Chromium or Chrome, or null (the default) for the one
	 * on the usual paths
	 * @return this builder
	 */
	public TinyFishSimulatorBuilder chromium(@Nullable Path chromium) {
		this.chromium = chromium;
		return this;
	}

	/**
	 * Start the simulator.
	 * @return the simulator, which accepts requests
	 * @throws IllegalStateException if the port is not available
	 */
	public TinyFishSimulator start() {
		ServerSettings settings = new ServerSettings(this.port, this.apiKeys, this.anyApiKey, this.heartbeat,
				this.queueDelay, this.failedRunStatus, this.maxRuns, this.maxRequests, this.batchGet, this.chance,
				new WebhookSettings(this.webhookRetryDelay, this.webhookTimeout, this.webhookHosts), this.chromium);
		return new TinyFishSimulator(settings, new ScenarioChoice(this.given, this.pace, this.strict, this.cassette));
	}

	private static void check(boolean condition, String message) {
		if (!condition) {
			throw new IllegalArgumentException(message);
		}
	}

}
