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

package ai.tinyfish.simulator.internal.api;

import java.util.List;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Exception that is answered with the error envelope.
 */
public final class ApiException extends RuntimeException {

	private final int status;

	private final String code;

	private final transient List<Issue> issues;

	public ApiException(int status, String code, String message) {
		this(status, code, message, List.of());
	}

	private ApiException(int status, String code, String message, List<Issue> issues) {
		super(message, null, false, false);
		this.status = status;
		this.code = code;
		this.issues = issues;
	}

	public static ApiException invalidInput(String message) {
		return new ApiException(400, "INVALID_INPUT", message);
	}

	public static ApiException invalidInput(List<Issue> issues) {
		return new ApiException(400, "INVALID_INPUT", issues.get(0).message(), List.copyOf(issues));
	}

	/**
	 * Create an exception for a run that no scenario fits.
	 * @param message which run it is, and which scenarios there are
	 * @return the exception
	 */
	public static ApiException noScenario(String message) {
		return new ApiException(422, "NO_SCENARIO", message);
	}

	public static ApiException runNotFound() {
		return new ApiException(404, "NOT_FOUND", "Run not found");
	}

	public static ApiException nothingHere() {
		return new ApiException(404, "NOT_FOUND", "The simulator has nothing at this path");
	}

	public int status() {
		return this.status;
	}

	public String code() {
		return this.code;
	}

	public ObjectNode envelope() {
		ObjectNode envelope = Json.object();
		ObjectNode error = envelope.putObject("error").put("code", this.code).put("message", getMessage());
		if (!this.issues.isEmpty()) {
			ArrayNode details = error.putArray("details");
			for (Issue issue : this.issues) {
				ObjectNode detail = details.addObject().put("code", issue.code());
				ArrayNode path = detail.putArray("path");
				issue.path().forEach((element) -> addElement(path, element));
				detail.put("message", issue.message());
			}
		}
		return envelope;
	}

	private static void addElement(ArrayNode path, Object element) {
		if (element instanceof Integer index) {
			path.add(index);
		}
		else {
			path.add(element.toString());
		}
	}

	/**
	 * Problem of a request.
	 *
	 * @param code the kind of problem
	 * @param path the field, as names and array indexes
	 * @param message the expected value, never the received one
	 */
	public record Issue(String code, List<Object> path, String message) {
	}

}
