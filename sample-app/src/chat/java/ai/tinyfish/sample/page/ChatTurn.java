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

import java.util.List;

import ai.tinyfish.run.Run;
import ai.tinyfish.sample.chat.ToolCalls.Call;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A question, with the calls of the model and their cost.
 *
 * @param question the question
 * @param calls the calls of tools
 * @param answer the answer of the model, or null if the chat failed before it
 * @param failed whether the chat failed
 * @param runs the number of runs that the conversation has started so far
 * @param maxRuns the number of runs that a conversation may start
 */
record ChatTurn(String question, List<AnsweredCall> calls, @Nullable String answer, boolean failed, int runs,
		int maxRuns) {

	public String cost() {
		List<AnsweredCall> paid = this.calls.stream().filter(AnsweredCall::started).toList();
		return "%s of tools started %s with %s. This conversation has started %d of at most %s.".formatted(
				count(this.calls.size(), "call"), count(paid.size(), "run"),
				count(paid.stream().mapToInt(AnsweredCall::steps).sum(), "step"), this.runs,
				count(this.maxRuns, "run"));
	}

	private static String count(int number, String noun) {
		return number + " " + noun + ((number != 1) ? "s" : "");
	}

	/**
	 * A call with the run that it was answered with.
	 *
	 * @param call the call
	 * @param run the run, or null
	 * @param started whether the call has started the run, as the first one of the
	 * conversation
	 */
	record AnsweredCall(Call call, @Nullable Run run, boolean started) {

		public boolean isJson() {
			return this.call.response().startsWith("{");
		}

		public String response() {
			String text = this.call.response();
			return isJson() ? JsonMapper.shared().readTree(text).toPrettyString() : text;
		}

		int steps() {
			Integer steps = (this.run != null) ? this.run.numOfSteps() : null;
			return (steps != null) ? steps : 0;
		}

	}

}
