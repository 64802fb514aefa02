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

package ai.tinyfish.sample.page;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Record of a run as its page shows it.
 *
 * @param run the record
 * @param url the URL of the request, which the record does not have, or null
 * @param pictured the numbers of the steps that have a picture
 * @param verdict whether the run reached its goal
 * @param price the price of a step, or null if it is not known
 */
record RunPage(Run run, @Nullable String url, Set<Integer> pictured, GoalVerdict verdict, @Nullable BigDecimal price) {

	/** No URL, so that nothing is started elsewhere by mistake. */
	private static final String ANY_URL = "https://URL-OF-THE-RUN";

	/**
	 * Return the request of a run, with the URL that the record does not have.
	 */
	@SuppressWarnings("unchecked")
	static AgentRequest request(Run run, String url) {
		AgentRequest.Builder request = AgentRequest.builder()
			.url(url.strip())
			.goal(Objects.requireNonNullElse(run.goal(), ""));
		// a schema that is not an object is true or false
		return (run.outputSchema() instanceof Map<?, ?> schema) ? request.outputSchema((Map<String, ?>) schema).build()
				: request.build();
	}

	public boolean ended() {
		return this.run.status().isTerminal();
	}

	public String status() {
		return this.run.status().name().toLowerCase(Locale.ROOT);
	}

	public String goal() {
		return Objects.requireNonNullElse(this.run.goal(), "");
	}

	public List<Step> steps() {
		return Step.of(this.run);
	}

	/**
	 * Return the time of the submission and the times since, as the record has them.
	 */
	public CardTimes times() {
		return new CardTimes(this.run);
	}

	/**
	 * Return the run as a bar.
	 */
	public RunBar bar() {
		return RunBar.of(times(), steps(), null);
	}

	/**
	 * Return the colour of the bar.
	 */
	public String kind() {
		return ended() ? CardOutcome.of(this.run.toAgentRun(), this.verdict, false, null).kind() : "running";
	}

	/**
	 * Return the steps times the price of a step, or null if one of them is not known.
	 */
	public @Nullable BigDecimal cost() {
		return cost(this.run, this.price);
	}

	static @Nullable BigDecimal cost(Run run, @Nullable BigDecimal price) {
		Integer steps = run.numOfSteps();
		return (steps != null && price != null) ? price.multiply(BigDecimal.valueOf(steps)) : null;
	}

	/**
	 * Return the address of the live view, or null if it has ended.
	 */
	public @Nullable String liveView() {
		return ended() ? null : this.run.streamingUrl();
	}

	public @Nullable ResultTable table() {
		return ResultTable.of(this.run.result());
	}

	public @Nullable String json() {
		return this.run.result().isEmpty() ? null : CardOutcome.pretty(this.run.result());
	}

	public @Nullable String schema() {
		Object schema = this.run.outputSchema();
		return (schema != null) ? JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(schema)
				: null;
	}

	public List<Syntax.Part> java() {
		return Syntax.of(RunCode.java(Objects.requireNonNullElse(this.url, ANY_URL), goal(), this.run.outputSchema()));
	}

	public List<Syntax.Part> curl() {
		return Syntax.of(RunCode.curl(Objects.requireNonNullElse(this.url, ANY_URL), goal(), this.run.outputSchema()));
	}

}
