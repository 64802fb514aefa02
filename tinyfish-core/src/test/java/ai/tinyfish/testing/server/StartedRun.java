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

package ai.tinyfish.testing.server;

import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer.Script;

/**
 * A run that its stream has started, its failure, and its record.
 */
public final class StartedRun {

	/** The last event of the stream. */
	public static final String FAILED = "{\"type\":\"COMPLETE\",\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":\"Blocked\"}";

	/** The record of the failed run, which has more fields than the event. */
	public static final String RECORD = """
			{"run_id":"run-1","status":"FAILED","goal":"Read","num_of_steps":4,"result":null,
			"started_at":"2026-03-01T08:00:00Z","finished_at":"2026-03-01T08:01:00Z",
			"error":{"message":"Blocked by the site","code":"SITE_BLOCKED","category":"AGENT_FAILURE",
			"help_url":"https://help.example"}}""";

	private StartedRun() {
	}

	/**
	 * Create a stream that starts the run.
	 * @param then the rest of the stream
	 */
	public static Script then(Script then) {
		return (exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			then.run(exchange);
		};
	}

	/**
	 * Answer polls with a record.
	 */
	public static RunServer.Look record(String json) {
		return (e, n) -> e.answer(200, "application/json", json);
	}

	/**
	 * Create the builder of a client that reads the records of runs.
	 */
	public static TinyFishClient.Builder client(ClientKind kind, RunServer server, RecordingListener listener) {
		return kind.client(server.baseUrl())
			.readOutcome(true)
			.runListener(listener)
			.streamIdleTimeout(Duration.ofSeconds(20));
	}

}
