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

package ai.tinyfish.webagent;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.run.AgentRun;
import org.jspecify.annotations.Nullable;

/**
 * Description of a method of a {@link WebAgent} interface, for callers that have its
 * arguments by name, such as tools of language models.
 *
 * @since 0.1.0
 * @see ai.tinyfish.WebAgents#describe(Class)
 */
public interface WebAgentMethod {

	/**
	 * Return the method.
	 * @return the method of the interface
	 */
	Method method();

	/**
	 * Return the template of the goal.
	 * @return the template, with its placeholders replaced
	 */
	String goal();

	/**
	 * Return the parameters that are values of template variables, or the start URL.
	 * Those with {@link RunTag} and {@link RunTimeout} and customizers are left out.
	 * @return the parameters, in the order of the method
	 */
	List<Parameter> parameters();

	/**
	 * Return whether the method waits for the outcome of its run.
	 * @return false if it returns a {@code RunHandle} or a {@code QueuedRun}
	 */
	boolean waits();

	/**
	 * Create the request of a call. Nothing is sent.
	 * @param arguments the arguments by the names of the parameters. An absent one is
	 * null
	 * @return the request
	 * @throws IllegalArgumentException if an argument is not valid
	 */
	AgentRequest request(Map<String, ?> arguments);

	/**
	 * Start a run, by the client that runs the method.
	 * @param request the request of a call
	 * @param listener the listener of the run
	 * @return the run
	 */
	RunHandle start(AgentRequest request, TinyFishRunListener listener);

	/**
	 * Create the return value of the method.
	 * @param run the outcome of its run
	 * @return the value that the method returns, or that its future completes with; null
	 * if it does not wait
	 * @throws ai.tinyfish.error.TinyFishException as the method throws it for this
	 * outcome
	 */
	@Nullable Object answer(AgentRun run);

	/**
	 * Parameter of a method.
	 *
	 * @param name the name of the template variable, or of the parameter for the start
	 * URL
	 * @param index the index of the parameter in the method, beginning with 0
	 * @param startUrl whether it is the start URL
	 */
	record Parameter(String name, int index, boolean startUrl) {

		@Override
		public String toString() {
			return Descriptions.of(this);
		}

	}

}
