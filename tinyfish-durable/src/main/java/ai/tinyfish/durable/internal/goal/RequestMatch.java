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

package ai.tinyfish.durable.internal.goal;

import java.time.Duration;
import java.time.Instant;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Comparison of a request with a run of the service that it may have started.
 */
public final class RequestMatch {

	/** Maximum difference between the clocks of the database and the service. */
	private static final Duration SKEW = Duration.ofMinutes(1);

	private final JsonNode request;

	private final Instant since;

	private final Instant until;

	/**
	 * Create a new comparison.
	 * @param row the request
	 * @param grace the time after which its sender can no longer be sending
	 */
	public RequestMatch(RunRow row, Duration grace) {
		this.request = Json.read(row.request()).path("run");
		Instant sent = (row.sendingAt() != null) ? row.sendingAt() : row.acceptedAt();
		// a request that was sent more than once may have started its run the first time
		this.since = ((row.attempts() > 1) ? row.acceptedAt() : sent).minus(SKEW);
		this.until = sent.plus(grace).plus(SKEW);
	}

	String goal() {
		return this.request.path("goal").asString("");
	}

	/**
	 * Return why a run cannot be that of the request: its goal, the time of its creation,
	 * or its URL, if the service names it.
	 * @return the difference, or null
	 */
	public @Nullable String difference(Run run) {
		if (run.goal() == null || !run.goal().strip().equals(goal().strip())) {
			return "has another goal";
		}
		Instant created = run.createdAt();
		if (created == null || created.isBefore(this.since) || created.isAfter(this.until)) {
			return "was created at another time: " + created;
		}
		return differ("url", run.additionalProperties().get("url")) ? "has another URL" : null;
	}

	/**
	 * Return whether a run may be that of the request by all properties that both have,
	 * apart from the time. Most runs have few properties.
	 */
	boolean isPossible(Run run) {
		Run.BrowserConfig browser = run.browserConfig();
		JsonNode schema = this.request.path("output_schema");
		return goal().equals(run.goal()) && !differ("url", run.additionalProperties().get("url"))
				&& !differ("profile_id", run.profileId())
				&& (browser == null
						|| !differ(this.request.path("proxy_config").path("country_code"), browser.proxyCountryCode()))
				&& (run.outputSchema() == null || schema.equals(Json.tree(run.outputSchema())));
	}

	private boolean differ(String field, @Nullable Object listed) {
		return differ(this.request.path(field), listed);
	}

	private static boolean differ(JsonNode sent, @Nullable Object listed) {
		return sent.isString() && listed != null && !sent.stringValue().equals(listed.toString());
	}

}
