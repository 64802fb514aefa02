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

package ai.tinyfish.durable.internal.store;

import java.time.Instant;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.RunStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Outcome of a run in the form in which it is stored.
 *
 * @param state {@code DONE}, or {@code REFUSED} where there is no run
 * @param status the status that the service gave it, or null
 * @param result the outcome as JSON, or null where there is no run
 * @param error why the service refused it, or null
 * @param finishedAt when the run ended, or null where the service does not say
 */
public record Ending(DurableRunState state, @Nullable String status, @Nullable String result, @Nullable String error,
		@Nullable Instant finishedAt) {

	private static final int MAX_STATUS_LENGTH = 100;

	private static final int MAX_NESTING = 1000;

	/** Reads all that the client reads. */
	private static final JsonMapper MAPPER = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder()
				.maxNestingDepth(MAX_NESTING)
				.maxNumberLength(Integer.MAX_VALUE)
				.maxStringLength(Integer.MAX_VALUE)
				.build())
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(MAX_NESTING).build())
			.build())
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	public static Ending of(AgentRun run) {
		String status = storable(run.statusText());
		return new Ending(DurableRunState.DONE,
				(status.length() > MAX_STATUS_LENGTH) ? status.substring(0, MAX_STATUS_LENGTH) : status,
				MAPPER.writeValueAsString(run), null, run.finishedAt());
	}

	/**
	 * Return the outcome of a run that was cancelled before it existed.
	 */
	public static Ending cancelled() {
		return of(AgentRun.builder().statusText(RunStatus.CANCELLED.name()).build());
	}

	public static Ending refused(String error) {
		return new Ending(DurableRunState.REFUSED, null, null, error, null);
	}

	/**
	 * Return a text of the service as every database takes it: PostgreSQL has no U+0000.
	 */
	public static String storable(String text) {
		return text.replace('\0', ' ');
	}

	/**
	 * Return the outcome of a run that was not handed over.
	 */
	public static Ending of(RunRow row) {
		AgentRun run = run(row);
		return (run != null) ? of(run) : refused(String.valueOf(row.error()));
	}

	/**
	 * Return the outcome that is stored of a run.
	 */
	public static @Nullable AgentRun run(RunRow row) {
		return (row.result() != null) ? MAPPER.readValue(row.result(), AgentRun.class) : null;
	}

	/**
	 * Return the event that is published for this outcome.
	 * @param row the run
	 * @param evaluator says whether a run has reached its goal
	 */
	public DurableRunEvent event(RunRow row, GoalEvaluator evaluator) {
		if (this.result == null) {
			return new DurableRunErrorEvent(row.id(), row.tag(), row.accountName(), DurableRunState.REFUSED, null,
					this.error);
		}
		AgentRun run = MAPPER.readValue(this.result, AgentRun.class);
		return new DurableRunFinishedEvent(row.id(), row.tag(), row.accountName(), run, evaluator.evaluate(run));
	}

}
