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

package ai.tinyfish.simulator.internal.run;

import java.util.function.Supplier;

import ai.tinyfish.simulator.internal.api.Endpoint;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategy interface for choosing the script of a run.
 */
public interface ScriptSource {

	/**
	 * Return the script of a run. Called on a network thread, once per submission.
	 * @param submission the request
	 * @param apiKey the key it came with, {@code null} only if none was checked
	 * @param body the request as it was received, with its secrets
	 * @return the script
	 * @throws ApiException if the run is refused
	 */
	ChosenScript scriptFor(Submission submission, @Nullable String apiKey, Supplier<ObjectNode> body);

	/**
	 * Return the result that a further run would have by its scenario.
	 * @param submission the request
	 * @return the result as JSON, or {@code null} if no scenario was given for it or the
	 * scenario has no result
	 */
	@Nullable String resultFor(Submission submission);

	/**
	 * Check a call that is not about a run.
	 * @param endpoint the endpoint
	 * @throws ApiException if it is refused
	 */
	default void check(Endpoint endpoint) {
	}

}
