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

package ai.tinyfish.spring.boot.autoconfigure.actuate;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import ai.tinyfish.support.BrowserControl;
import ai.tinyfish.support.RunControl;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.util.Assert;

/**
 * Actuator endpoint that shows the runs and browser sessions of an application, and
 * cancels or ends one of them. By default, it only shows them.
 */
@Endpoint(id = "tinyfish", defaultAccess = Access.READ_ONLY)
final class TinyFishEndpoint {

	private final Map<String, OpenRuns> openRuns;

	private final List<TinyFishEndpointContributor> contributors;

	private final Map<String, Predicate<String>> actions = new TreeMap<>();

	TinyFishEndpoint(Map<String, OpenRuns> openRuns, List<TinyFishEndpointContributor> contributors) {
		this.openRuns = openRuns;
		this.contributors = contributors;
		contributors.stream()
			.flatMap((contributor) -> contributor.actions().entrySet().stream())
			.forEach((action) -> Assert.state(this.actions.put(action.getKey(), action.getValue()) == null,
					() -> "More than one TinyFishEndpointContributor has the action '" + action.getKey() + "'"));
	}

	/**
	 * Return the runs of each bean, and the details of the contributors.
	 * @return a snapshot
	 */
	@ReadOperation
	TinyFishDescriptor runs() {
		Map<String, OpenRunsDescriptor> described = new TreeMap<>();
		this.openRuns.forEach((name, runs) -> described.put(name, OpenRunsDescriptor.of(runs)));
		Map<String, Map<String, ?>> details = new TreeMap<>();
		this.contributors.forEach((contributor) -> details.put(contributor.name(), details(contributor)));
		return new TinyFishDescriptor(described, details);
	}

	/**
	 * A failing contributor, such as one without its database, must not hide the runs.
	 */
	private static Map<String, ?> details(TinyFishEndpointContributor contributor) {
		try {
			return contributor.details();
		}
		catch (RuntimeException ex) {
			return Map.of("error", ex.getClass().getName());
		}
	}

	/**
	 * Carry out an action of a contributor.
	 * @param id the id of the object
	 * @param action the name of the action
	 * @return the object and the action, or null if there is no such object
	 */
	@WriteOperation
	@Nullable ActionDescriptor act(@Selector String id, String action) {
		Predicate<String> found = this.actions.get(action);
		if (found == null) {
			String reason = "action must be one of " + this.actions.keySet();
			throw new InvalidEndpointRequestException(reason, reason);
		}
		return found.test(id) ? new ActionDescriptor(id, action) : null;
	}

	/**
	 * Cancel a run or end a browser session, and wait for the response of the service.
	 * @param id the run or session
	 * @return the run or session, or null if there is neither
	 */
	@DeleteOperation
	@Nullable OperationResponseBody cancel(@Selector String id) {
		Flux<OperationResponseBody> runs = Flux.fromIterable(this.openRuns.values())
			.concatMap((openRuns) -> Mono.fromFuture(() -> openRuns.cancel(id)))
			.map(CancelledRunDescriptor::of);
		Flux<OperationResponseBody> browsers = Flux.fromIterable(this.openRuns.values())
			.concatMap((openRuns) -> Mono.fromFuture(() -> ((RunControl) openRuns).browsers().endBrowser(id)))
			.filter((ended) -> ended)
			.map((ended) -> new EndedBrowserDescriptor(id));
		return runs.concatWith(browsers).next().block();
	}

	/**
	 * Description of the runs of an application.
	 *
	 * @param openRuns the open runs by the names of their beans
	 * @param details the details of the contributors by their names
	 */
	record TinyFishDescriptor(Map<String, OpenRunsDescriptor> openRuns,
			Map<String, Map<String, ?>> details) implements OperationResponseBody {

	}

	/**
	 * Description of the open runs of a bean.
	 *
	 * @param inFlight the number of runs in flight
	 * @param waiting the number of runs that wait to be sent
	 * @param maxInFlight the limit on the runs in flight, or null
	 * @param maxWait the maximum wait of a run
	 * @param recovered the number of outcomes that were read after a stream broke
	 * @param unknown the number of outcomes that are not known
	 * @param runs the runs without an outcome, the oldest first
	 * @param browsers the browser sessions that are open, the oldest first
	 */
	record OpenRunsDescriptor(int inFlight, int waiting, @Nullable Integer maxInFlight, Duration maxWait,
			long recovered, long unknown, List<OpenRun> runs, List<BrowserControl.OpenSession> browsers) {

		static OpenRunsDescriptor of(OpenRuns openRuns) {
			RunControl control = (RunControl) openRuns;
			return new OpenRunsDescriptor(openRuns.inFlight(), openRuns.waiting(), control.maxInFlight(),
					control.maxWait(), control.counts().recoveredOutcomes(), control.counts().unknownOutcomes(),
					openRuns.list(), control.browsers().openBrowsers());
		}

	}

	/**
	 * Description of an action that was carried out.
	 *
	 * @param id the id of the object
	 * @param action the name of the action
	 */
	record ActionDescriptor(String id, String action) implements OperationResponseBody {

	}

	/**
	 * Description of a browser session that was ended.
	 *
	 * @param sessionId the session
	 */
	record EndedBrowserDescriptor(String sessionId) implements OperationResponseBody {

	}

	/**
	 * Description of a run after its cancel.
	 *
	 * @param runId the run
	 * @param status {@code CANCELLED}, or the status with which it had ended before
	 */
	record CancelledRunDescriptor(String runId, String status) implements OperationResponseBody {

		static CancelledRunDescriptor of(CancelledRun run) {
			return new CancelledRunDescriptor(run.runId(), run.statusText());
		}

	}

}
