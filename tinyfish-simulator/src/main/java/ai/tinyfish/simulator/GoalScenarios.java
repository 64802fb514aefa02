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
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.schema.SchemaSample;
import ai.tinyfish.simulator.internal.schema.ShopResult;

/**
 * Default scenarios of runs: a small plausible result, or one from the bundled shop page
 * if the request has a schema. Marks such as {@code [fail]} in the goal change it.
 */
final class GoalScenarios {

	private static final int SLOW_FACTOR = 10;

	private static final Pattern FAIL = Pattern.compile("\\[fail(?::([A-Za-z_]{1,64}))?]", Pattern.CASE_INSENSITIVE);

	private static final Pattern STEPS = Pattern.compile("\\[steps:(\\d{1,3})]", Pattern.CASE_INSENSITIVE);

	private final Duration pace;

	GoalScenarios(Duration pace) {
		this.pace = pace;
	}

	Scenario select(SimulatorRequest request) {
		String goal = request.goal().toLowerCase(Locale.ROOT);
		String host = host(request.url());
		Scenario.Builder scenario = Scenario.builder().steps(steps(request.goal(), host));
		Matcher fail = FAIL.matcher(request.goal());
		if (fail.find()) {
			String code = (fail.group(1) != null) ? fail.group(1).toUpperCase(Locale.ROOT) : "TASK_FAILED";
			scenario.fails(code, "The run failed, as the goal asked for");
		}
		else if (goal.contains("[captcha]")) {
			scenario.result(goalNotMet("A captcha stood in the way"));
		}
		else if (goal.contains("[block]")) {
			scenario.result(goalNotMet("Access denied: the site blocked the visit"));
		}
		else if (request.outputSchema() != null && goal.contains("[misfit]")) {
			scenario.resultJson(SchemaSample.misfitting(request.outputSchema()));
		}
		else if (request.outputSchema() != null && !goal.contains("[empty]")) {
			scenario.resultJson(ShopResult.fitting(request.outputSchema(), request.goal()));
		}
		else if (!goal.contains("[empty]")) {
			scenario.result(result(request, host));
		}
		if (goal.contains("[slow]")) {
			scenario.pace(this.pace.multipliedBy(SLOW_FACTOR));
		}
		if (goal.contains("[cut]")) {
			scenario.fault(FaultPoint.afterEvent(3), Fault.reset(), 1);
		}
		if (goal.contains("[never]")) {
			scenario.neverEnds();
		}
		return scenario.build();
	}

	private static List<String> steps(String goal, String host) {
		List<String> usual = List.of("Opening " + host, "Reading the page", "Looking for the requested data",
				"Writing down the answer");
		Matcher matcher = STEPS.matcher(goal);
		if (!matcher.find()) {
			return usual;
		}
		int count = Math.min(Integer.parseInt(matcher.group(1)), RunScript.MAX_STEPS);
		List<String> steps = new ArrayList<>(count);
		for (int i = 1; i <= count; i++) {
			steps.add("Step " + i + " of " + count);
		}
		return steps;
	}

	private static Map<String, Object> result(SimulatorRequest request, String host) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("simulated", true);
		result.put("site", host);
		result.put("url", request.url());
		result.put("title", "A simulated page of " + host);
		result.put("goal", request.goal());
		result.put("answer", "No agent was at work. This is what an answer could look like.");
		return result;
	}

	private static Map<String, Object> goalNotMet(String reason) {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("status", "failure");
		result.put("reason", reason);
		result.put("simulated", true);
		return result;
	}

	private static String host(String url) {
		String host = URI.create(url).getHost();
		return (host != null) ? host : "the page";
	}

}
