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

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import ai.tinyfish.simulator.internal.fault.PlannedFault;
import ai.tinyfish.simulator.internal.server.ServerSettings;
import ai.tinyfish.simulator.internal.server.SimulatorServer;
import org.jspecify.annotations.Nullable;

/**
 * Local TinyFish API on the loopback address, for requests whose {@code Host} header
 * names this machine. Runs proceed independently: they wait, take their steps and end,
 * with or without a client.
 * <p>
 * The scenario of a run is the last matching one that was given. Otherwise marks in the
 * goal, such as {@code [fail]}, define it. Otherwise the run completes: with a result
 * that is labelled as simulated, or, if the request has an output schema, with products
 * of the bundled made-up shop.
 * <p>
 * Safe for use by several threads.
 *
 * @since 0.1.0
 */
public final class TinyFishSimulator implements AutoCloseable {

	/** Key that is accepted unless another is set. */
	public static final String DEFAULT_API_KEY = "sk-tinyfish-simulator";

	private final ScenarioChoice scenarios;

	private final List<String> apiKeys;

	private final boolean acceptsOtherKeys;

	private final SimulatorServer server;

	TinyFishSimulator(ServerSettings settings, ScenarioChoice scenarios) {
		this.scenarios = scenarios;
		this.apiKeys = settings.apiKeys();
		this.acceptsOtherKeys = settings.anyApiKey() || settings.apiKeys().size() > 1;
		this.server = new SimulatorServer(settings, scenarios);
	}

	/**
	 * Start a simulator on a free port, with the default key.
	 * @return the simulator, which accepts requests
	 */
	public static TinyFishSimulator start() {
		return builder().start();
	}

	/**
	 * Create a builder.
	 * @return the builder
	 */
	public static TinyFishSimulatorBuilder builder() {
		return new TinyFishSimulatorBuilder();
	}

	/**
	 * Return the base url for a client.
	 * @return the address, such as {@code http://127.0.0.1:49152}
	 */
	public String baseUrl() {
		return this.server.baseUrl();
	}

	/**
	 * Return the port.
	 * @return the port that the server listens on
	 */
	public int port() {
		return this.server.port();
	}

	/**
	 * Return the accepted key.
	 * @return the key, the first if there are several
	 */
	public String apiKey() {
		return this.apiKeys.get(0);
	}

	/**
	 * Return whether other keys than {@link #apiKey} are accepted as well.
	 * @return whether there are several keys, or any key is accepted
	 */
	public boolean acceptsOtherApiKeys() {
		return this.acceptsOtherKeys;
	}

	/**
	 * Return whether runs are refused that no scenario fits.
	 * @return whether it was built with {@link TinyFishSimulatorBuilder#strict()}
	 */
	public boolean isStrict() {
		return this.scenarios.isStrict();
	}

	/**
	 * Give scenarios to the runs submitted from now on whose goal contains a text. They
	 * take precedence over everything given earlier.
	 * @param goalPart the text, in any case
	 * @param first the scenario of the first such run; without {@code next}, of all of
	 * them
	 * @param next the scenarios of the runs after it, one each; the last one is used for
	 * all further runs
	 * @return this simulator
	 */
	public TinyFishSimulator given(String goalPart, Scenario first, Scenario... next) {
		this.scenarios.addFirst(GivenScenarios.of(goalPart, first, next));
		return this;
	}

	/**
	 * Let a selector choose the scenario of the runs submitted from now on. It takes
	 * precedence over everything given earlier.
	 * @param selector the selector
	 * @return this simulator
	 */
	public TinyFishSimulator given(ScenarioSelector selector) {
		this.scenarios.addFirst(GivenScenarios.of(selector));
		return this;
	}

	/**
	 * Answer the runs submitted from now on with those that were recorded in a file,
	 * instead of those of the builder's cassette, until the next {@link #reset()}.
	 * @param file the file, which need not exist
	 * @param filter the filter with which it was recorded
	 * @param recorder records the runs that the file lacks, instead of refusing them; may
	 * be {@code null}
	 * @return this simulator
	 * @throws IllegalArgumentException if the file is not a cassette
	 */
	public TinyFishSimulator cassette(Path file, CassetteFilter filter, @Nullable CassetteRecorder recorder) {
		this.scenarios.replay(new Cassette(file, filter, recorder));
		return this;
	}

	/**
	 * Inject a fault into every run submitted from now on, or every call, until
	 * {@link #clearFaults()}.
	 * @param point the point
	 * @param fault the fault
	 * @return this simulator
	 * @throws IllegalArgumentException if the fault cannot be injected there
	 */
	public TinyFishSimulator fault(FaultPoint point, Fault fault) {
		return fault(point, fault, PlannedFault.ALWAYS);
	}

	/**
	 * Inject a fault into the next runs or calls; later ones are not affected. Faults of
	 * a scenario take precedence. Of several for the same answer, the one that was
	 * planned last is used first.
	 * @param point the point
	 * @param fault the fault
	 * @param times the number of runs or calls, at least 1
	 * @return this simulator
	 * @throws IllegalArgumentException if the fault cannot be injected there
	 */
	public TinyFishSimulator fault(FaultPoint point, Fault fault, int times) {
		this.server.simulation().faults().plan(new PlannedFault(point.place(), fault.effect(), times));
		return this;
	}

	/**
	 * Remove the faults that were planned with {@code fault}. Open streams keep theirs.
	 * @return this simulator
	 */
	public TinyFishSimulator clearFaults() {
		this.server.simulation().faults().clear();
		return this;
	}

	/**
	 * Deliver webhooks from now on to another address than the one that runs were given:
	 * such as an application under test instead of its public address. The rest of the
	 * URL is kept. The matching address that was set last applies; setting the same
	 * address again replaces the earlier target.
	 * @param url the beginning of public URLs, such as {@code https://shop.example}
	 * @param target the replacement, such as {@code http://127.0.0.1:8080}, on this
	 * machine or a host that webhooks may go to
	 * @return this simulator
	 * @throws IllegalArgumentException if one is not an absolute HTTP URL, has a user,
	 * query or fragment, or if webhooks may not go to the target
	 */
	public TinyFishSimulator forwardWebhooks(String url, String target) {
		this.server.simulation().webhooks().forward(url, target);
		return this;
	}

	/**
	 * Set the page that Fetch returns for a URL from now on. Setting it again changes the
	 * page. Other pages show the results of the scenarios for runs at their URL, or else
	 * the products of the bundled shop.
	 * @param url the absolute HTTP URL
	 * @param html the HTML of the page
	 * @return this simulator
	 * @throws IllegalArgumentException if the URL is not an absolute HTTP URL
	 */
	public TinyFishSimulator page(String url, String html) {
		if (!url.matches("(?i)https?://[^/].*")) {
			throw new IllegalArgumentException("A page needs an absolute HTTP URL");
		}
		this.server.simulation().services().page(URI.create(url), html);
		return this;
	}

	/**
	 * Return a snapshot of the simulator's records.
	 * @return the journal, which does not change
	 */
	public SimulatorJournal journal() {
		return Journals.of(this.server.simulation(), this.scenarios);
	}

	/**
	 * Reset the simulator to its initial state, such as before each test. Runs in flight
	 * are cancelled, which their streams and waiting calls report; answers that do not
	 * end then are cut off. After that, the runs are unknown, the journal is empty, and
	 * faults, scenarios and cassettes that were given since the start are removed. So are
	 * pages, vault connections, profiles, browser sessions and usage. Port, keys,
	 * connections and {@link #forwardWebhooks forwards of webhooks} stay.
	 * <p>
	 * It waits for the end of open answers, 200 ms at most before they are cut off.
	 * @throws IllegalStateException if the simulator is closed
	 */
	public void reset() {
		this.scenarios.reset();
		this.server.reset();
		// those of requests that arrived in the meantime
		this.scenarios.clearUnmatched();
	}

	/**
	 * Stop all runs, close all connections and end all threads, within a few seconds.
	 * Further calls do nothing.
	 */
	@Override
	public void close() {
		this.server.close();
	}

	@Override
	public String toString() {
		return "TinyFishSimulator[" + baseUrl() + "]";
	}

}
