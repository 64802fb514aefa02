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

package ai.tinyfish.spring.ai.tools;

import java.nio.charset.StandardCharsets;
import java.util.function.Function;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.unit.DataSize;

/**
 * Answers to the model about outcomes. Results and pages are in the value
 * {@code content}, cut at the limit, next to their source.
 */
final class ModelAnswers {

	private final GoalEvaluator evaluator;

	private final int maxSize;

	/**
	 * Create new answers.
	 * @param evaluator the rules for whether a run reached its goal
	 * @param maxSize the maximum size of the content of an answer
	 */
	ModelAnswers(GoalEvaluator evaluator, DataSize maxSize) {
		this.evaluator = evaluator;
		this.maxSize = (int) maxSize.toBytes();
	}

	/**
	 * Return the answer for the outcome of a run.
	 * @param run the outcome
	 * @param url the URL at which it began
	 * @param content creates the content
	 * @throws ToolFailure if the run failed or was cancelled
	 */
	ObjectNode of(AgentRun run, String url, Function<AgentRun, JsonNode> content) {
		if (!run.isCompleted()) {
			throw FailureTexts.ended(run);
		}
		ObjectNode answer = status(run.runId(), "COMPLETED").put("goal", goal(GoalVerdict.of(this.evaluator, run)));
		return withContent(answer, url, content.apply(run));
	}

	private static String goal(GoalVerdict verdict) {
		return switch (verdict.outcome()) {
			case ACHIEVED -> "achieved";
			case MISSED -> "missed" + ((verdict.reason() != null) ? ": " + FailureTexts.quote(verdict.reason()) : "")
					+ ". " + FailureTexts.BILLED;
			case UNKNOWN -> "not checked whether it was achieved";
		};
	}

	/**
	 * Return the answer for a run that is still in progress.
	 * @param runId its id, or null if it is not known yet
	 */
	ObjectNode goesOn(@Nullable String runId) {
		return status(runId, "RUNNING").put("next",
				(runId != null)
						? "It is still running. Do not start it again. Ask for its result with " + RunTools.STATUS
								+ " and this run_id, if you have that tool."
						: "It is being started. Call the same tool with the same arguments again to ask for it. That"
								+ " starts no other run.");
	}

	/**
	 * Return the answer for a run that was cancelled as asked.
	 */
	ObjectNode cancelled(String runId) {
		return status(runId, "CANCELLED");
	}

	private static ObjectNode status(@Nullable String runId, String status) {
		ObjectNode answer = ToolArguments.MAPPER.createObjectNode();
		if (runId != null) {
			answer.put("run_id", runId);
		}
		return answer.put("status", status);
	}

	/**
	 * Add content of the web to an answer.
	 * @param answer the answer
	 * @param source the URL that it is from
	 * @param content the content
	 */
	ObjectNode withContent(ObjectNode answer, String source, JsonNode content) {
		answer.put("content_source", FailureTexts.line(source));
		byte[] bytes = (content.isString() ? content.stringValue() : content.toString())
			.getBytes(StandardCharsets.UTF_8);
		if (bytes.length <= this.maxSize) {
			answer.set("content", content);
			return answer;
		}
		int end = this.maxSize;
		while ((bytes[end] & 0xC0) == 0x80) {
			// do not split a surrogate pair
			end--;
		}
		return answer.put("content_cut", "the first " + end + " of " + bytes.length + " bytes")
			.put("content", new String(bytes, 0, end, StandardCharsets.UTF_8));
	}

}
