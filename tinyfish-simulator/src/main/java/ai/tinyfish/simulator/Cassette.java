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

package ai.tinyfish.simulator;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.run.ChosenScript;
import ai.tinyfish.simulator.internal.run.LiveRun;
import ai.tinyfish.simulator.internal.run.RunFailure;
import ai.tinyfish.simulator.internal.run.RunScript;
import ai.tinyfish.simulator.internal.run.RunScript.PlannedOutcome;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Recorded runs of one file. The first run with a request is answered with its first
 * recording, the next one with the next, and the last recording answers all others.
 */
final class Cassette {

	private static final JsonNode EMPTY = Json.object().put("version", 1).set("runs", Json.object().arrayNode());

	private static final Scenario WAITING = Scenario.builder().steps().neverEnds().build();

	/** The properties of a run, with a check of their values. */
	private static final Map<String, Predicate<JsonNode>> PROPERTIES = new TreeMap<>(Map.of("request",
			(value) -> value.isObject() && value.valueStream().allMatch(JsonNode::isValueNode), "status",
			(value) -> value.isString() && value.asString().matches("COMPLETED|FAILED|CANCELLED"), "error",
			Cassette::isError, "refusal",
			(value) -> isError(value) && value.path("status").asInt(0) >= 400 && value.path("status").asInt(0) < 600,
			"events", Cassette::isListOfObjects, "steps", Cassette::isListOfObjects, "num_of_steps", JsonNode::isInt,
			"schema_validation", JsonNode::isObject, "times", JsonNode::isObject));

	private final Path file;

	private final CassetteFilter filter;

	private final @Nullable CassetteRecorder recorder;

	private Map<Map<String, Object>, List<JsonNode>> runs;

	/** How many recordings of each request are taken. */
	private final Map<Map<String, Object>, Integer> taken = new ConcurrentHashMap<>();

	/**
	 * Read a file.
	 * @throws IllegalArgumentException if it is not a cassette
	 */
	Cassette(Path file, CassetteFilter filter, @Nullable CassetteRecorder recorder) {
		this.file = file;
		this.filter = filter;
		this.recorder = recorder;
		this.runs = read(file);
	}

	private static Map<Map<String, Object>, List<JsonNode>> read(Path file) {
		try {
			JsonNode content = Files.exists(file) ? Json.parse(Files.readAllBytes(file)) : EMPTY;
			if (content.path("version").asInt(0) != 1) {
				throw new IllegalArgumentException("its version is not 1. Delete the file, and record anew");
			}
			JsonNode runs = content.path("runs");
			if (!runs.isArray()) {
				throw new IllegalArgumentException("runs is not a list");
			}
			IntStream.range(0, runs.size()).forEach((i) -> check("runs[" + i + "]", runs.get(i)));
			return runs.valueStream()
				.collect(Collectors.groupingBy(RecordedRequest::of, LinkedHashMap::new, Collectors.toList()));
		}
		catch (IOException | RuntimeException ex) {
			throw new IllegalArgumentException("The cassette " + file + " cannot be read: " + ex.getMessage(), ex);
		}
	}

	private static void check(String name, JsonNode run) {
		PROPERTIES.forEach((property, isValid) -> {
			boolean required = property.equals("request") || (property.equals("status") && !run.hasNonNull("refusal"));
			if (run.hasNonNull(property) ? !isValid.test(run.get(property)) : required) {
				throw new IllegalArgumentException(name + "." + property + " is missing, or has a wrong value");
			}
		});
	}

	private static boolean isError(JsonNode value) {
		return value.isObject() && Stream.of("code", "message").noneMatch((field) -> value.path(field).isContainer());
	}

	private static boolean isListOfObjects(JsonNode value) {
		return value.isArray() && value.valueStream().allMatch(JsonNode::isObject);
	}

	/**
	 * Choose the recording of a run.
	 * @return its script, or {@code null} if the run is not recorded and no recorder is
	 * set
	 */
	synchronized @Nullable ChosenScript choose(@Nullable String apiKey, ObjectNode body, Duration pace) {
		Map<String, Object> request = RecordedRequest.of(body, this.filter);
		List<JsonNode> same = this.runs.getOrDefault(request, List.of());
		CassetteRecorder target = this.recorder;
		if (same.isEmpty() && target == null) {
			return null;
		}
		int place = this.taken.merge(request, 1, Integer::sum) - 1;
		Runnable giveBack = () -> this.taken.merge(request, -1, Integer::sum);
		if (target != null && place >= same.size()) {
			return new ChosenScript(WAITING.toScript(pace), giveBack, Mono
				.defer(() -> live(target.record(Objects.requireNonNull(apiKey), Json.bytes(body), request), pace)));
		}
		JsonNode run = same.get(Math.min(place, same.size() - 1));
		return run.hasNonNull("refusal") ? new ChosenScript(WAITING.toScript(pace), giveBack, Mono.error(refusal(run)))
				: new ChosenScript(script(run, pace), giveBack, Mono.empty());
	}

	private static Mono<LiveRun> live(CassetteRecorder.Recording recording, Duration pace) {
		CompletableFuture<RunScript> script = recording.entry()
			.handle((run, ex) -> (ex == null) ? script(Json.parse(run.getBytes(StandardCharsets.UTF_8)), pace)
					: new RunScript(List.of(), null, new RunFailure("RECORDING_FAILED", ex.toString()), pace));
		return Mono.fromFuture(CompletableFuture.anyOf(recording.accepted(), script), true)
			.thenReturn(new LiveRun(script, recording.cancel()));
	}

	private static ApiException refusal(JsonNode run) {
		JsonNode refusal = run.path("refusal");
		return new ApiException(refusal.path("status").asInt(), refusal.path("code").asString(""),
				refusal.path("message").asString(""));
	}

	private static RunScript script(JsonNode run, Duration pace) {
		if (run.hasNonNull("refusal")) {
			throw refusal(run);
		}
		JsonNode error = run.path("error");
		RunFailure failure = error.isObject()
				? new RunFailure(error.path("code").asString(null), error.path("message").asString(""), null, null)
				: null;
		String result = run.hasNonNull("result") ? Json.write(run.get("result")) : null;
		ObjectNode recorded = ((ObjectNode) run.deepCopy()).without(List.of("request", "status", "result"));
		return new RunScript(
				run.path("events").valueStream().map((event) -> event.path("purpose").asString("")).toList(), pace,
				new PlannedOutcome(RunState.valueOf(run.path("status").asString()), result, failure, null, recorded),
				List.of(), 0, Duration.ZERO, 1);
	}

	/**
	 * Start with the first recordings again, and with those that were made meanwhile.
	 */
	synchronized void reset() {
		this.taken.clear();
		this.runs = (this.recorder != null) ? read(this.file) : this.runs;
	}

	/**
	 * Return the requests that have recordings that are not used.
	 */
	synchronized Stream<String> unused() {
		return this.runs.entrySet()
			.stream()
			.filter((run) -> this.taken.getOrDefault(run.getKey(), 0) < run.getValue().size())
			.map((run) -> "recording of \"" + run.getKey().get("goal") + "\" at " + run.getKey().get("url"));
	}

	/**
	 * Describe the recording that is nearest to a request, and how to record the request.
	 */
	synchronized String nearestTo(ObjectNode body) {
		Map<String, Object> request = RecordedRequest.of(body, this.filter);
		return "the cassette " + this.file.getFileName() + " has no recording of it. " + this.runs.keySet()
			.stream()
			.min(Comparator
				.comparingInt((Map<String, Object> other) -> RecordedRequest.differences(other, request).size())
				.thenComparingInt(
						(other) -> -Arrays.mismatch(other.toString().toCharArray(), request.toString().toCharArray())))
			.map((other) -> "The nearest differs in " + String.join(", ", RecordedRequest.differences(other, request)))
			.orElse("It has none at all")
				+ ". To record it: mvn test -Dtest=<the test> -Dtinyfish.cassette.mode=record";
	}

}
