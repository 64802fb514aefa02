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
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Exception for a completed run whose result is missing or does not fit the requested
 * type.
 *
 * @since 0.1.0
 */
public class TinyFishResultMappingException extends TinyFishException {

	private static final int MAX_RAW_TEXT = 8 * 1024;

	private static final int MAX_EXCERPT = 200;

	private static final int MAX_VIOLATIONS_IN_MESSAGE = 3;

	private static final String ROOT = "$";

	private final String path;

	private final Type expectedType;

	private final String rawText;

	private final List<SchemaValidation.Violation> violations;

	/**
	 * Create a new exception.
	 * @param message the part that does not fit
	 * @param cause the root cause, or null
	 * @param runId the run, or null if its id is not known
	 * @param path the place in the result, a JSON path such as {@code $.items[2].price}
	 * @param expectedType the requested type
	 * @param rawText the result as JSON text; only its first 8,192 characters are kept
	 */
	public TinyFishResultMappingException(String message, @Nullable Throwable cause, @Nullable String runId,
			String path, Type expectedType, String rawText) {
		this(message, cause, runId, path, expectedType, rawText, List.of());
	}

	private TinyFishResultMappingException(String message, @Nullable Throwable cause, @Nullable String runId,
			String path, Type expectedType, String rawText, List<SchemaValidation.Violation> violations) {
		super(message, cause, runId);
		this.path = path;
		this.expectedType = expectedType;
		this.rawText = (rawText.length() > MAX_RAW_TEXT) ? rawText.substring(0, MAX_RAW_TEXT) : rawText;
		this.violations = violations;
	}

	static TinyFishResultMappingException nothing(@Nullable String runId, Type expectedType) {
		String message = "%s has no result that could be read as %s"
			.formatted((runId != null) ? "Run " + RunIds.printable(runId) : "The run", expectedType.getTypeName());
		return new TinyFishResultMappingException(message, null, runId, ROOT, expectedType, "null");
	}

	static TinyFishResultMappingException mismatch(@Nullable String runId, Type expectedType, String start,
			String rawText, RuntimeException cause) {
		String path = start + ((cause instanceof JacksonException jackson) ? JsonPaths.of(jackson.getPath()) : "");
		return misfit(runId, expectedType, path, rawText, "", printable(cause), List.of());
	}

	/**
	 * Create the exception for a result without any property of the type.
	 */
	static TinyFishResultMappingException unfitting(@Nullable String runId, Type expectedType, String path,
			String rawText, String why) {
		return misfit(runId, expectedType, path, rawText, " (" + why + ")", null, List.of());
	}

	/**
	 * Create the exception for a result that lacks something that the type requires.
	 */
	static TinyFishResultMappingException incomplete(@Nullable String runId, Type expectedType, String rawText,
			List<SchemaValidation.Violation> missing) {
		return misfit(runId, expectedType, Objects.requireNonNull(missing.get(0).path()), rawText, why(missing), null,
				missing);
	}

	/**
	 * Create the exception for a result that does not match the schema, according to the
	 * service.
	 */
	static TinyFishResultMappingException rejected(@Nullable String runId, Type expectedType, String rawText,
			SchemaValidation validation) {
		List<SchemaValidation.Violation> found = validation.errors();
		String path = found.isEmpty() ? ROOT : JsonPaths.ofService(found.get(0).path());
		return misfit(runId, expectedType, path, rawText, ", as reported by the service" + why(found), null, found);
	}

	private static TinyFishResultMappingException misfit(@Nullable String runId, Type expectedType, String path,
			String rawText, String why, @Nullable RuntimeException cause, List<SchemaValidation.Violation> violations) {
		String message = "The result of %s does not fit %s at %s%s: %s".formatted(
				(runId != null) ? "run " + RunIds.printable(runId) : "the run", expectedType.getTypeName(),
				Descriptions.excerpt(path, MAX_EXCERPT), why, Descriptions.excerpt(rawText, MAX_EXCERPT));
		return new TinyFishResultMappingException(message, cause, runId, path, expectedType, rawText, violations);
	}

	/**
	 * Return the first violations in parentheses, or an empty text if there are no
	 * violations.
	 */
	static String why(List<SchemaValidation.Violation> violations) {
		String text = violations.stream()
			.limit(MAX_VIOLATIONS_IN_MESSAGE)
			.map((violation) -> Stream.of(violation.path(), violation.message())
				.filter((part) -> part != null && !part.isBlank())
				.collect(Collectors.joining(": ")))
			.collect(Collectors.joining("; "));
		return text.isEmpty() ? "" : " (" + Descriptions.excerpt(text, MAX_EXCERPT) + ")";
	}

	/**
	 * Return the same exception with the violations that the service found, if any.
	 */
	TinyFishResultMappingException withFindings(SchemaValidation validation) {
		List<SchemaValidation.Violation> found = validation.errors();
		return found.isEmpty() ? this
				: new TinyFishResultMappingException(getMessage() + "; the service reports" + why(found), getCause(),
						runId(), this.path, this.expectedType, this.rawText, found);
	}

	/**
	 * Return the cause, or a replacement if it quotes characters of the result that must
	 * not be in a stack trace.
	 */
	private static RuntimeException printable(RuntimeException cause) {
		String quoting = (cause instanceof JacksonException jackson)
				? jackson.getOriginalMessage() + JsonPaths.of(jackson.getPath()) : String.valueOf(cause.getMessage());
		if (LogText.of(quoting).equals(quoting)) {
			return cause;
		}
		RuntimeException other = new IllegalArgumentException(LogText.of(cause.getMessage()));
		other.setStackTrace(cause.getStackTrace());
		return other;
	}

	/**
	 * Return the place in the result that does not fit.
	 * @return a JSON path such as {@code $.items[2].price}, {@code $} for the whole
	 * result
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Return the type that was requested.
	 * @return the type of the whole result
	 */
	public Type expectedType() {
		return this.expectedType;
	}

	/**
	 * Return the result as received.
	 * @return JSON text, at most its first 8,192 characters
	 */
	public String rawText() {
		return this.rawText;
	}

	/**
	 * Return the places at which the result of a {@link TypedRun typed run} does not
	 * match the output schema: those that the service found, or, if it found none, the
	 * first ten at which the result lacks something that the type requires.
	 * @return the violations, empty if the result fails for another reason
	 */
	public List<SchemaValidation.Violation> violations() {
		return this.violations;
	}

}
