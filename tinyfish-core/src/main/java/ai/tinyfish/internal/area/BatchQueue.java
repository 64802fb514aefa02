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

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.interceptor.InterceptedRun;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.session.OutcomeExceptions;
import ai.tinyfish.internal.session.RunSession;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.run.QueuedRun;
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
	 * @param checked the requests
	 * @param asked the runs as interceptors know them, whose requests they may have
	 * changed; empty if none was asked
	 * @throws IllegalArgumentException if the requests cannot be queued together
	 */
	BatchQueue(List<AgentRequest> checked, List<InterceptedRun> asked, RequestBodies bodies) {
		List<AgentRequest> all = asked.isEmpty() ? checked
				: check(asked.stream().map(InterceptedRun::request).toList());
		for (int from = 0; from < all.size(); from += CHUNK_SIZE) {
			int to = Math.min(all.size(), from + CHUNK_SIZE);
			List<AgentRequest> requests = all.subList(from, to);
			this.chunks.add(new Chunk(asked.isEmpty() ? asked : asked.subList(from, to), requests,
					AgentCalls.queueAll(requests, bodies), new SendDecision()));
		}
	}

	/**
	 * Check requests.
	 * @return a copy
	 * @throws IllegalArgumentException if they do not have the same output schema
	 */
	static List<AgentRequest> check(List<AgentRequest> requests) {
		List<AgentRequest> checked = List.copyOf(Checks.entries("requests", requests));
		checked.forEach((request) -> Checks.that(Objects.equals(request.outputSchema(), checked.get(0).outputSchema()),
				"requests that are queued together must have the same outputSchema, or none"));
		return checked;
	}

	List<Chunk> chunks() {
		return this.chunks;
	}

	/**
	 * Add the runs of a chunk.
	 * @param sessions the sessions, in the order of their runs
	 * @throws TinyFishRunFailedException if they were not queued
	 */
	void queued(List<RunSession> sessions, List<QueuedRun> queued) {
		for (QueuedRun run : queued) {
			TinyFishException refusal = OutcomeExceptions.refusal(run);
			if (refusal != null) {
				throw refusal;
			}
		}
		for (int i = 0; i < queued.size(); i++) {
			sessions.get(i).queued(queued.get(i));
		}
		this.runs.addAll(queued);
	}

	/**
	 * Return the result when all chunks are queued.
	 */
	QueuedBatch complete() {
		return new QueuedBatch(this.runs, List.of(), List.of(), List.of(), null);
	}

	/**
	 * Return whether a failure is returned in the result instead of thrown: always, once
	 * earlier runs have been queued, since their ids must not be lost.
	 */
	boolean isVisible(Throwable failure) {
		return failure instanceof TinyFishException || !this.runs.isEmpty();
	}

	/**
	 * Return the result when a chunk was not queued.
	 */
	QueuedBatch failed(Chunk chunk, Throwable failure) {
		List<AgentRequest> unsent = this.chunks.subList(this.chunks.indexOf(chunk) + 1, this.chunks.size())
			.stream()
			.flatMap((later) -> later.requests().stream())
			.toList();
		TinyFishException cause = OutcomeExceptions.ofSubmission(failure, chunk.decision(), null);
		boolean uncertain = cause.mayHaveStartedRun();
		return new QueuedBatch(this.runs, uncertain ? List.of() : chunk.requests(),
				uncertain ? chunk.requests() : List.of(), unsent, cause);
	}

	/**
	 * Requests that are sent in one call.
	 *
	 * @param asked the runs as interceptors know them, or none
	 * @param requests their requests
	 * @param call the call that queues them
	 * @param decision whether the call is sent
	 */
	record Chunk(List<InterceptedRun> asked, List<AgentRequest> requests, ApiCall<List<QueuedRun>> call,
			SendDecision decision) {

	}

}
