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

package ai.tinyfish.simulator.internal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The simulated endpoints.
 */
public enum Endpoint {

	/** Starts a run and waits for it. */
	RUN("POST", "/v1/automation/run"),

	/** Starts a run. */
	RUN_ASYNC("POST", "/v1/automation/run-async"),

	/** Starts a run and streams its events. */
	RUN_SSE("POST", "/v1/automation/run-sse"),

	/** Lists runs. */
	LIST_RUNS("GET", "/v1/runs"),

	/** Reads several runs. */
	BATCH_GET("POST", "/v1/runs/batch"),

	/** Cancels a run. */
	CANCEL_RUN("POST", "/v1/runs/{id}/cancel"),

	/** Reads a run. */
	GET_RUN("GET", "/v1/runs/{id}");

	private final String method;

	private final String template;

	private final Pattern pattern;

	Endpoint(String method, String template) {
		this.method = method;
		this.template = template;
		this.pattern = Pattern.compile(template.replace("{id}", "(?<id>[A-Za-z0-9_-]+)"));
	}

	/**
	 * Returns the method and path template, such as {@code GET /v1/runs/{id}}.
	 * @return the label
	 */
	public String label() {
		return this.method + " " + this.template;
	}

	String method() {
		return this.method;
	}

	/**
	 * Finds the endpoint of a request, or else the one that owns the path.
	 */
	static @Nullable Route route(String method, String rawPath) {
		Route owner = null;
		for (Endpoint endpoint : values()) {
			Matcher matcher = endpoint.pattern.matcher(rawPath);
			if (matcher.matches()) {
				Route route = new Route(endpoint, endpoint.template.contains("{id}") ? matcher.group("id") : "");
				if (endpoint.method.equals(method)) {
					return route;
				}
				owner = (owner != null) ? owner : route;
			}
		}
		return owner;
	}

	/**
	 * A path that belongs to an endpoint.
	 *
	 * @param endpoint the endpoint
	 * @param runId the run id in the path, or the empty string
	 */
	record Route(Endpoint endpoint, String runId) {
	}

}
