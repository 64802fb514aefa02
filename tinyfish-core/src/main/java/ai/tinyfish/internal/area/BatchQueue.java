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

package ai.tinyfish.internal.area;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.session.Outcomes;
import ai.tinyfish.internal.session.RunSession;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.TinyFishRunFailedException;

/**
 * The queueing of many requests, chunk by chunk, in the same way for both clients.
 */
final class BatchQueue {

	private static final int CHUNK_SIZE = 100;

	private final List<Chunk> chunks = new ArrayList<>();

	private final List<QueuedRun> runs = new ArrayList<>();

	/**
	 * Create the chunks, before anything is sent.
	 * @throws IllegalArgumentException if the requests do not have the same output schema
	 */
	BatchQueue(List<InterceptedRun> all, RequestBodies bodies) {
		Object schema = all.isEmpty() ? null : all.get(0).request().outputSchema();
		for (InterceptedRun run : all) {
			Checks.that(Objects.equals(run.request().outputSchema(), schema),
					"requests that are queued together must have the same outputSchema, or none");
		}
		for (int from = 0; from < all.size(); from += CHUNK_SIZE) {
			List<InterceptedRun> part = all.subList(from, Math.min(all.size(), from + CHUNK_SIZE));
			List<AgentRequest> requests = part.stream().map(InterceptedRun::request).toList();
			this.chunks.add(new Chunk(part, requests, AgentCalls.queueAll(requests, bodies), new SendDecision()));
		}
	}

	/**
	 * Check requests.
	 * @return their chunks, before interceptors were asked
	 * @throws IllegalArgumentException if they cannot be queued together
	 */
	static BatchQueue check(List<AgentRequest> requests, RequestBodies bodies) {
		return new BatchQueue(
				List.copyOf(Checks.entries("requests", requests)).stream().map(InterceptedRun::of).toList(), bodies);
	}

	/**
	 * Return the chunks to send: the same calls, unless a request was changed.
	 * @param asked the runs of these chunks, in the same order
	 */
	BatchQueue of(List<InterceptedRun> asked, RequestBodies bodies) {
		List<AgentRequest> requests = requests();
		if (IntStream.range(0, asked.size()).anyMatch((i) -> asked.get(i).request() != requests.get(i))) {
			return new BatchQueue(asked, bodies);
		}
		BatchQueue same = new BatchQueue(List.of(), bodies);
		int from = 0;
		for (Chunk chunk : this.chunks) {
			int to = from + chunk.requests().size();
			same.chunks.add(new Chunk(asked.subList(from, to), chunk.requests(), chunk.call(), new SendDecision()));
			from = to;
		}
		return same;
	}

	List<AgentRequest> requests() {
		return this.chunks.stream().flatMap((chunk) -> chunk.requests().stream()).toList();
	}

	List<Chunk> chunks() {
		return this.chunks;
	}

	void queued(List<QueuedRun> queued) {
		this.runs.addAll(queued);
	}

	/**
	 * The result when all chunks are queued.
	 */
	QueuedBatch complete() {
		return new QueuedBatch(this.runs, List.of(), null, List.of());
	}

	/**
	 * Return whether a failure is returned in the result instead of thrown: always, once
	 * earlier runs have been queued, since their ids must not be lost.
	 */
	boolean isVisible(Throwable failure) {
		return failure instanceof TinyFishException || !this.runs.isEmpty();
	}

	/**
	 * The result when a chunk was not.
	 */
	QueuedBatch failed(Chunk chunk, Throwable failure) {
		List<AgentRequest> unsent = this.chunks.subList(this.chunks.indexOf(chunk) + 1, this.chunks.size())
			.stream()
			.flatMap((later) -> later.requests().stream())
			.toList();
		return new QueuedBatch(this.runs, chunk.requests(), Outcomes.ofSubmission(failure, chunk.decision(), null),
				unsent);
	}

	/**
	 * The runs that were queued together.
	 * @param sessions the sessions, in the order of their runs
	 * @throws TinyFishRunFailedException if they were not
	 */
	static List<QueuedRun> requireQueued(List<RunSession> sessions, List<QueuedRun> runs) {
		for (QueuedRun run : runs) {
			RunError reason = run.error();
			if (!run.isAccepted() && reason != null) {
				throw Outcomes.notQueued(reason);
			}
		}
		for (int i = 0; i < runs.size(); i++) {
			sessions.get(i).queued(runs.get(i));
		}
		return runs;
	}

	/**
	 * Requests that are sent in one call.
	 *
	 * @param runs the runs
	 * @param requests their requests
	 * @param call queues them
	 * @param decision whether the call is sent
	 */
	record Chunk(List<InterceptedRun> runs, List<AgentRequest> requests, ApiCall<List<QueuedRun>> call,
			SendDecision decision) {

	}

}
