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

package ai.tinyfish.run;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.json.RawJson;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;

import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;

/**
 * Result of a run: JSON of any shape, or nothing. A run always has a result, which may be
 * {@link #isEmpty() empty}.
 * <p>
 * The conversions do not use the application's JSON mapper. Fields that the target does
 * not have are ignored. A value that does not fit its field is a failure. Decimal numbers
 * in maps are {@link java.math.BigDecimal}s. Agents sometimes wrap the result. The
 * wrapping is removed if the target does not fit it: a string that holds a JSON object or
 * array, or a Markdown block of it, unless the target is a {@link CharSequence}; and an
 * object with a single property, if that is the requested array or single value.
 * <p>
 * Properties that the target has and the result lacks stay null; {@link TypedRun#value()}
 * is stricter. A Kotlin class is read by the rules of Kotlin, with its defaults and
 * without null for types that are not nullable, if {@code jackson-module-kotlin} is on
 * the class path. But an object without any of the properties does not fit, and neither
 * does an array of such objects: its content is something else, such as the reason why
 * the goal was missed. An empty object fits if no property is required. The result stays
 * readable as {@link #json()} and {@link #toMap()}.
 * <p>
 * A result is data and not changed, even if it repeats a secret of the request. Only the
 * API key is redacted in it, as in everything that is read.
 * <p>
 * Two results are equal if their JSON is equal, with fields in the same order.
 *
 * @since 0.1.0
 */
@JsonSerialize(using = RunResult.Serializer.class)
@JsonDeserialize(using = RunResult.Deserializer.class)
public final class RunResult {

	private static final String NULL = "null";

	private static final int MAX_TEXT_IN_DESCRIPTION = 100;

	private static final RunResult EMPTY = new RunResult(NULL, null);

	private final String json;

	private final @Nullable Outcome outcome;

	private RunResult(String json, @Nullable Outcome outcome) {
		this.json = json;
		this.outcome = outcome;
	}

	/**
	 * Return the result of a run that found nothing.
	 * @return an empty result
	 */
	public static RunResult empty() {
		return EMPTY;
	}

	/**
	 * Create a result of the given JSON that does not belong to a run yet, such as for a
	 * test.
	 * @param json any JSON value; {@code null} gives an empty result
	 * @return the result
	 * @throws IllegalArgumentException if the text is not one JSON value
	 */
	public static RunResult ofJson(String json) {
		return ofNormalizedJson(RawJson.normalize(json));
	}

	static RunResult ofNormalizedJson(String json) {
		return NULL.equals(json) ? EMPTY : new RunResult(json, null);
	}

	RunResult bind(@Nullable String runId, RunStatus status, @Nullable RunError error) {
		return new RunResult(this.json, new Outcome(runId, status, error));
	}

	/**
	 * Return whether the result is empty.
	 * @return true if the result is absent or JSON {@code null}
	 */
	public boolean isEmpty() {
		return NULL.equals(this.json);
	}

	/**
	 * Return the result as received, also if the run failed and left a part of it.
	 * @return JSON text; the text {@code null} if there is no result
	 */
	public String json() {
		return this.json;
	}

	/**
	 * Return the result as an object of the given type, with null for properties that it
	 * lacks. For a result with everything that its type requires, use
	 * {@link AgentRun#typed(Class)}.
	 * @param <T> the target type
	 * @param type the target type, such as a record; {@link String} gives the text of a
	 * JSON string
	 * @return the converted result, never null
	 * @throws TinyFishRunFailedException if the run failed or was cancelled
	 * @throws IllegalStateException if the run has not ended
	 * @throws TinyFishResultMappingException if there is nothing, or it does not fit
	 */
	public <T> T to(Class<T> type) {
		return convert(type, false);
	}

	/**
	 * Return the result as an object of the given generic type, with null for properties
	 * that it lacks.
	 * @param <T> the target type
	 * @param type the target type
	 * @return the converted result, never null
	 * @throws TinyFishRunFailedException if the run failed or was cancelled
	 * @throws IllegalStateException if the run has not ended
	 * @throws TinyFishResultMappingException if there is nothing, or it does not fit
	 */
	public <T> T to(ParameterizedTypeReference<T> type) {
		return convert(type.getType(), false);
	}

	/**
	 * Return the result, a JSON array, as a list. Shorthand for
	 * {@link #to(ParameterizedTypeReference) to} with the type of the list.
	 * @param <T> the element type
	 * @param elementType the element type
	 * @return the list
	 * @throws TinyFishRunFailedException if the run failed or was cancelled
	 * @throws IllegalStateException if the run has not ended
	 * @throws TinyFishResultMappingException if there is nothing, or it does not fit
	 */
	public <T> List<T> toList(Class<T> elementType) {
		return to(reference(List.class, elementType));
	}

	/**
	 * Return the result, a JSON object, as a map. Shorthand for
	 * {@link #to(ParameterizedTypeReference) to} with the type of the map.
	 * @return the map, in the order of the JSON
	 * @throws TinyFishRunFailedException if the run failed or was cancelled
	 * @throws IllegalStateException if the run has not ended
	 * @throws TinyFishResultMappingException if there is nothing, or it does not fit
	 */
	public Map<String, Object> toMap() {
		return to(reference(Map.class, String.class, Object.class));
	}

	private static <T> ParameterizedTypeReference<T> reference(Class<?> type, Class<?>... generics) {
		return ParameterizedTypeReference.forType(ResolvableType.forClassWithGenerics(type, generics).getType());
	}

	/**
	 * Convert the result of a typed run.
	 * @param type the target type
	 * @param validation the verdict of the service, or null
	 * @return a value with everything that its type requires
	 */
	<T> T toComplete(Type type, @Nullable SchemaValidation validation) {
		if (validation == null || !validation.isMismatch()) {
			return convert(type, true);
		}
		try {
			convert(type, true);
		}
		catch (TinyFishResultMappingException ex) {
			throw ex.withFindings(validation);
		}
		throw TinyFishResultMappingException.rejected(runId(), type, this.json, validation);
	}

	private <T> T convert(Type type, boolean complete) {
		if (this.outcome != null) {
			this.outcome.requireCompleted();
		}
		if (isEmpty()) {
			throw TinyFishResultMappingException.nothing(runId(), type);
		}
		return new ResultReader(type, runId()).read(this.json, complete);
	}

	private @Nullable String runId() {
		return (this.outcome != null) ? this.outcome.runId() : null;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof RunResult that && this.json.equals(that.json));
	}

	@Override
	public int hashCode() {
		return this.json.hashCode();
	}

	/**
	 * Return a short description.
	 * @return the first 100 characters of the JSON
	 */
	@Override
	public String toString() {
		return LogText.of("RunResult[" + Descriptions.excerpt(this.json, MAX_TEXT_IN_DESCRIPTION) + "]");
	}

	/**
	 * Outcome of the run that the result belongs to.
	 */
	private record Outcome(@Nullable String runId, RunStatus status, @Nullable RunError error) {

		void requireCompleted() {
			switch (this.status) {
				case COMPLETED -> {
				}
				case FAILED, CANCELLED -> throw new TinyFishRunFailedException(this.runId, this.status, this.error);
				default -> throw new IllegalStateException("Run %s has no result yet: its status is %s"
					.formatted(RunIds.printable(this.runId), this.status));
			}
		}

	}

	/**
	 * Serializer that writes the JSON unchanged.
	 */
	static final class Serializer extends RawJson.Serializer<RunResult> {

		Serializer() {
			super(RunResult.class, RunResult::json);
		}

	}

	/**
	 * Deserializer of any JSON value, null included.
	 */
	static final class Deserializer extends RawJson.Deserializer<RunResult> {

		Deserializer() {
			super(RunResult.class, RunResult::ofNormalizedJson);
		}

	}

}
