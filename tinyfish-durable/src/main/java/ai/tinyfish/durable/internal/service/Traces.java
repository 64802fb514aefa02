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

package ai.tinyfish.durable.internal.service;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

import ai.tinyfish.durable.internal.store.Json;
import ai.tinyfish.durable.internal.store.RunRow;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.Kind;
import io.micrometer.observation.transport.ReceiverContext;
import io.micrometer.observation.transport.SenderContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Traces of durable runs. The row of a run has the trace context of its submission, so
 * that an instance that sends it, or hands over its outcome, continues the trace. The
 * submission is the parent, not a link: there is exactly one, and not all tracers have
 * links.
 */
public record Traces(ObservationRegistry registry) {

	private static final String NAME = "tinyfish.durable.step";

	/**
	 * Observe a submission.
	 * @param action receives the trace context to store, or null if there is no trace
	 * @return its result
	 */
	public <T> T submit(Function<@Nullable String, T> action) {
		Map<String, String> headers = new TreeMap<>();
		SenderContext<Map<String, String>> context = new SenderContext<>(
				(carrier, name, value) -> Objects.requireNonNull(carrier).put(name, value), Kind.PRODUCER);
		context.setCarrier(headers);
		return Objects.requireNonNull(
				step("submit", context).observe(() -> action.apply(headers.isEmpty() ? null : Json.write(headers))));
	}

	/**
	 * Continue the trace of a run, if it has one.
	 * @param step {@code send} or {@code handover}
	 * @param action the action
	 * @return its result
	 */
	public <T> @Nullable T follow(String step, RunRow row, Supplier<@Nullable T> action) {
		String trace = row.trace();
		if (trace == null) {
			return action.get();
		}
		ReceiverContext<JsonNode> context = new ReceiverContext<>((carrier, name) -> carrier.path(name).asString(null),
				Kind.CONSUMER);
		context.setCarrier(Json.read(trace));
		Observation observation = step(step, context);
		if (row.runId() != null) {
			observation.highCardinalityKeyValue("run.id", row.runId());
		}
		return observation.observe(action);
	}

	private Observation step(String step, Observation.Context context) {
		return Observation.createNotStarted(NAME, () -> context, this.registry)
			.contextualName("tinyfish durable " + step)
			.lowCardinalityKeyValue("step", step);
	}

}
