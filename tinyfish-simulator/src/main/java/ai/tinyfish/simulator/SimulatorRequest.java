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
 * Validated request for a run, as passed to a {@link ScenarioSelector}.
 *
 * @param endpoint the endpoint that received it, such as
 * {@code POST /v1/automation/run-sse}
 * @param goal the goal, never blank
 * @param url the page to start from, an absolute HTTP URL
 * @param browserProfile {@code lite} or {@code stealth}; {@code lite} by default
 * @param proxyCountryCode the country of the proxy, or {@code null}
 * @param maxSteps the maximum number of steps of the run; 150 by default
 * @param outputSchema the JSON Schema that the result is to follow, as JSON text, or
 * {@code null}
 * @since 0.1.0
 */
public record SimulatorRequest(String endpoint, String goal, String url, String browserProfile,
		@Nullable String proxyCountryCode, int maxSteps, @Nullable String outputSchema) {

}
