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

import java.util.Set;

import ai.tinyfish.simulator.internal.api.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * Validated request for a run, reduced to the fields that the simulation uses. Proxy
 * credentials are not kept.
 *
 * @param endpoint the endpoint that received it
 * @param goal the goal
 * @param url the page to start from
 * @param browserProfile {@code lite} or {@code stealth}
 * @param proxyEnabled whether a proxy was requested, or {@code null} if there is no proxy
 * settings
 * @param proxyCountryCode the proxy's country, or {@code null}
 * @param maxSteps the maximum number of steps
 * @param outputSchema the schema for the result as JSON, or {@code null}
 * @param webhookUrl the webhook for the outcome, which may contain a secret, or
 * {@code null}
 * @param recording whether a video was requested
 */
public record Submission(Endpoint endpoint, String goal, String url, String browserProfile,
		@Nullable Boolean proxyEnabled, @Nullable String proxyCountryCode, int maxSteps, @Nullable String outputSchema,
		@Nullable String webhookUrl, boolean recording) {

	/**
	 * Countries that a proxy may be in.
	 */
	public static final Set<String> COUNTRIES = Set.of("US", "GB", "CA", "DE", "FR", "JP", "AU");

	@Override
	public String toString() {
		return "Submission[" + this.endpoint + " " + this.url + "]";
	}

	public boolean cancellable() {
		return this.endpoint != Endpoint.RUN;
	}

}
