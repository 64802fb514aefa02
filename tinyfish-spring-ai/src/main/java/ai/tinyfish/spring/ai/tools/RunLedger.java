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

package ai.tinyfish.spring.ai.tools;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs that the tools of one conversation have started. A repeated call is answered with
 * the run of the first one, until some time after its outcome. Public for the MCP server
 * of this module, not for applications.
 *
 * @since 0.1.0
 */
public final class RunLedger {

	/** Key of the ledger in the context of a call. */
	static final String KEY = "tinyfish.runs";

	private final int maxRuns;

	private final List<LedgerRun> runs = new ArrayList<>();

	private boolean closed;

	/**
	 * Create a ledger.
	 * @param maxRuns the number of runs that the conversation may start
	 */
	public RunLedger(int maxRuns) {
		this.maxRuns = maxRuns;
	}

	/**
	 * Return the context entries of a tool call whose caller cannot wait for long.
	 * @param maxWait the longest wait for the outcome of a run, which continues after
	 * that
	 * @param listener called for the steps of the run while the call waits
	 * @return entries for a {@link org.springframework.ai.chat.model.ToolContext}
	 */
	public Map<String, Object> toolContext(Duration maxWait, ToolProgressListener listener) {
		return Map.of(KEY, this, RunTools.MAX_WAIT, maxWait, RunTools.LISTENER, listener);
	}

	/**
	 * Return the run of a request: the one that an equal call has opened before, or a new
	 * one, which the first caller of {@link LedgerRun#claim()} has to start.
	 * @param request the request
	 * @param answering creates the answer from the outcome
	 * @throws ToolFailure if no more runs may be started, or this ledger is closed
	 */
	synchronized LedgerRun open(AgentRequest request, Function<AgentRun, ObjectNode> answering) {
		String call = digest(request);
		for (LedgerRun run : this.runs) {
			if (run.answers(call)) {
				return run;
			}
		}
		if (this.closed) {
			throw ToolFailure
				.refused("too many conversations have runs in progress in this application. Wait before you"
						+ " try again.");
		}
		if (this.runs.size() >= this.maxRuns) {
			throw ToolFailure
				.refused("this conversation has started %d of %d runs. Use what you have, or tell the user."
					.formatted(this.runs.size(), this.maxRuns));
		}
		LedgerRun run = new LedgerRun(call, request.tag(), answering, this::remove);
		this.runs.add(run);
		return run;
	}

	/**
	 * Return a digest of the properties that make two calls equal. The request itself may
	 * be large and contain secrets.
	 */
	private static String digest(AgentRequest request) {
		AgentRequestJson json = AgentRequestJson.of(request.toBuilder().tag(null).runTimeout(null).build());
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest((json.request() + '\n' + json.secrets()).getBytes(StandardCharsets.UTF_8));
			return HexFormat.of().formatHex(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Each Java platform has SHA-256", ex);
		}
	}

	/**
	 * Return whether a run of this ledger is in progress.
	 * @return whether there is one
	 */
	public synchronized boolean hasOpenRuns() {
		return this.runs.stream().anyMatch(LedgerRun::isOpen);
	}

	/**
	 * Close this ledger, unless a run is in progress. It opens no more runs.
	 * @return whether it is closed
	 */
	public synchronized boolean close() {
		this.closed = this.closed || !hasOpenRuns();
		return this.closed;
	}

	private synchronized void remove(LedgerRun run) {
		this.runs.remove(run);
	}

	/**
	 * Return the run with an id.
	 * @throws ToolFailure if no call of this conversation has started it
	 */
	synchronized LedgerRun get(String runId) {
		return this.runs.stream()
			.filter((run) -> runId.equals(run.runId()))
			.findFirst()
			.orElseThrow(() -> ToolFailure
				.refused("no run of this conversation has this run_id. Use one that a tool has given you."));
	}

}
