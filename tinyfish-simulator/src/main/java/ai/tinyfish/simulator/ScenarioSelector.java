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

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for choosing the scenario of a run.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ScenarioSelector {

	/**
	 * Select the scenario of a run. Called once for each submitted run, and again when
	 * Fetch reads the URL of such a run, on a network thread: it must be safe for use by
	 * several threads and must not block. An exception is answered with HTTP 500, and no
	 * run is created.
	 * @param request the request
	 * @return the scenario, or {@code null} to leave the choice to other selectors
	 */
	@Nullable Scenario select(SimulatorRequest request);

}
