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

package ai.tinyfish.simulator.internal.api;

import java.util.LinkedHashSet;
import java.util.Set;
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

	/** Starts several runs, or none. */
	RUN_BATCH("POST", "/v1/automation/run-batch"),

	/** Lists runs. */
	LIST_RUNS("GET", "/v1/runs"),

	/** Reads several runs. */
	BATCH_GET("POST", "/v1/runs/batch"),

	/** Cancels several runs. Its path is one of the next, too. */
	BATCH_CANCEL("POST", "/v1/runs/batch/cancel"),

	/** Cancels a run. */
	CANCEL_RUN("POST", "/v1/runs/{id}/cancel"),

	/** Reads a run. */
	GET_RUN("GET", "/v1/runs/{id}"),

	/** Searches. */
	SEARCH("GET", "/v1/search"),

	/** Lists searches. */
	SEARCH_USAGE("GET", "/v1/search/usage"),

	/** Fetches pages. */
	FETCH("POST", "/v1/fetch"),

	/** Lists fetched pages. */
	FETCH_USAGE("GET", "/v1/fetch/usage"),

	/** Opens a browser session. */
	OPEN_BROWSER("POST", "/v1/browser"),

	/** Lists browser sessions. */
	BROWSER_USAGE("GET", "/v1/browser/usage"),

	/** Ends a browser session. */
	CLOSE_BROWSER("DELETE", "/v1/browser/{id}"),

	/** Connects a vault. */
	CONNECT_VAULT("POST", "/v1/vault/connections"),

	/** Lists vault connections. */
	VAULT_CONNECTIONS("GET", "/v1/vault/connections"),

	/** Removes a vault connection. */
	DISCONNECT_VAULT("DELETE", "/v1/vault/connections/{id}"),

	/** Lists vault items. */
	VAULT_ITEMS("GET", "/v1/vault/items"),

	/** Reads the vaults again. */
	SYNC_VAULT("POST", "/v1/vault/items/sync"),

	/** Lists profiles. */
	LIST_PROFILES("GET", "/v1/profiles"),

	/** Creates a profile. */
	CREATE_PROFILE("POST", "/v1/profiles"),

	/** Starts a set-up session of a profile. */
	START_SETUP("POST", "/v1/profiles/{id}/setup-session"),

	/** Cancels a set-up session. */
	CANCEL_SETUP("POST", "/v1/profiles/{id}/setup-session/cancel"),

	/** Saves a set-up session in its profile. */
	SAVE_PROFILE("POST", "/v1/profiles/{id}/save"),

	/** Reads the wallet. */
	WALLET("GET", "/v1/wallet"),

	/** Lists the pages of a browser session or a set-up session, below its own root. */
	BROWSER_PAGES("GET", "/browser/{id}/pages"),

	/** Drives the browser of a session, over a WebSocket. */
	BROWSER_CDP("GET", "/browser/{id}/cdp"),

	/** The screenshot of a step, at an address that needs no key. */
	SCREENSHOT("GET", "/screenshots/{id}"),

	/** The live view of a run, at an address that needs no key. */
	LIVE_VIEW("GET", "/live/{id}"),

	/** The bundled shop page, at an address that needs no key. */
	SHOP("GET", "/shop");

	private final String method;

	private final String template;

	private final Pattern pattern;

	Endpoint(String method, String template) {
		this.method = method;
		this.template = template;
		this.pattern = Pattern.compile(template.replace("{id}", "(?<id>[A-Za-z0-9_-]+)"));
	}

	/**
	 * Return the method and path template, such as {@code GET /v1/runs/{id}}.
	 * @return the label
	 */
	public String label() {
		return this.method + " " + this.template;
	}

	/**
	 * Find an endpoint by its label.
	 * @param label the method and path template
	 * @return the endpoint
	 * @throws IllegalArgumentException if no endpoint has it
	 */
	public static Endpoint labelled(String label) {
		for (Endpoint endpoint : values()) {
			if (endpoint.label().equals(label)) {
				return endpoint;
			}
		}
		throw new IllegalArgumentException("The simulator has no endpoint " + label);
	}

	String method() {
		return this.method;
	}

	/**
	 * Return whether the id in its path is that of a run.
	 */
	public boolean isAboutRun() {
		return this == GET_RUN || this == CANCEL_RUN || this == LIVE_VIEW;
	}

	/**
	 * Find the endpoint of a request.
	 */
	public static @Nullable Route route(String method, String rawPath) {
		for (Endpoint endpoint : values()) {
			Matcher matcher = endpoint.pattern.matcher(rawPath);
			if (endpoint.method.equals(method) && matcher.matches()) {
				return new Route(endpoint, endpoint.template.contains("{id}") ? matcher.group("id") : "");
			}
		}
		return null;
	}

	/**
	 * Return the methods that a path accepts; empty for an unknown path. A path that
	 * matches two templates belongs to the first.
	 */
	public static Set<String> methodsOf(String rawPath) {
		Set<String> methods = new LinkedHashSet<>();
		String owner = null;
		for (Endpoint endpoint : values()) {
			if (endpoint.pattern.matcher(rawPath).matches() && (owner == null || owner.equals(endpoint.template))) {
				owner = endpoint.template;
				methods.add(endpoint.method);
			}
		}
		return methods;
	}

	/**
	 * A path that belongs to an endpoint.
	 *
	 * @param endpoint the endpoint
	 * @param id the id in the path, or the empty string
	 */
	public record Route(Endpoint endpoint, String id) {
	}

}
