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

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;

/**
 * Service with one run. The answer to its submission, by {@code run} or for a stream, and
 * the answers to polls and cancels are scripts. A run that only ends, or whose stream or
 * polls only fail, is for the simulator.
 */
public final class RunServer implements AutoCloseable {

	/** A stream that starts a run and says nothing more. */
	public static final Script SILENT = (exchange) -> {
		exchange.startStream();
		exchange.event(Samples.STARTED);
		exchange.silence();
	};

	/** Looks find the run running. */
	public static final Look RUNNING = (exchange, n) -> exchange.answer(200, "application/json", run("RUNNING"));

	private final ScriptedServer server;

	private final AtomicInteger looks = new AtomicInteger();

	/**
	 * Start the service.
	 * @param stream the answer to the submission, from its beginning
	 * @param look answers the n-th look at the run, counted from 1
	 */
	public RunServer(Script stream, Look look) {
		this(stream, look, (exchange) -> exchange.answer(200, "application/json",
				"{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}"));
	}

	/**
	 * Start the service.
	 * @param stream the answer to the submission, from its beginning
	 * @param look answers the n-th look at the run, counted from 1
	 * @param cancel answers who cancels the run
	 */
	public RunServer(Script stream, Look look, Script cancel) {
		this.server = new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("POST /v1/automation/run-sse ") || request.startsWith("POST /v1/automation/run ")) {
				stream.run(exchange);
			}
			else if (request.startsWith("GET /v1/runs/run-1 ")) {
				look.answer(exchange, this.looks.incrementAndGet());
			}
			else if (request.startsWith("POST /v1/runs/run-1/cancel ")) {
				cancel.run(exchange);
			}
			else {
				exchange.answer(404, "application/json", Samples.envelope("NOT_FOUND", "No such thing"));
			}
		});
	}

	/**
	 * Looks find the run ended, with the given fields.
	 */
	public static Look ended(String status) {
		return (exchange, n) -> exchange.answer(200, "application/json", run(status));
	}

	/**
	 * The record of the run.
	 */
	public static String run(String status) {
		String result = "COMPLETED".equals(status) ? "{\"price\":7}" : "null";
		String error = "FAILED".equals(status) ? "{\"message\":\"Blocked\"}" : "null";
		return "{\"run_id\":\"run-1\",\"status\":\"" + status + "\",\"goal\":\"Read\",\"num_of_steps\":3,\"result\":"
				+ result + ",\"error\":" + error + "}";
	}

	public String baseUrl() {
		return this.server.baseUrl();
	}

	public int submissions() {
		return count("POST /v1/automation/");
	}

	public int looks() {
		return this.looks.get();
	}

	public int cancels() {
		return count("POST /v1/runs/run-1/cancel ");
	}

	private int count(String beginning) {
		List<String> requests = this.server.requests();
		return (int) requests.stream().filter((request) -> request.startsWith(beginning)).count();
	}

	public List<String> requests() {
		return this.server.requests();
	}

	public int openConnections() {
		return this.server.openConnections();
	}

	@Override
	public void close() {
		this.server.close();
	}

	/**
	 * Answers those who look at the run.
	 */
	@FunctionalInterface
	public interface Look {

		void answer(Exchange exchange, int n) throws IOException, InterruptedException;

	}

}
