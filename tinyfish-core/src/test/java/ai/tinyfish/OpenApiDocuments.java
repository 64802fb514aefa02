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

package ai.tinyfish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import ai.tinyfish.internal.json.Json;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.OpenApi30;
import tools.jackson.databind.JsonNode;

/**
 * TinyFish's published API description, which does not belong to this project: it is
 * found beside it, or where the system property {@code tinyfish.contract} says.
 */
final class OpenApiDocuments {

	private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(OpenApi30.getInstance());

	/** The documents by the path that their area has below the one base. */
	private static final Map<String, String> FILES = Map.of("", "main.json", "/v1/search", "search.json", "/v1/fetch",
			"fetch.json", "/v1/browser", "browser.json");

	private final Map<String, JsonNode> operations = new LinkedHashMap<>();

	private OpenApiDocuments(Path folder) {
		FILES.forEach(
				(area, file) -> read(folder.resolve(file)).get("paths")
					.properties()
					.forEach(
							(path) -> path.getValue()
								.properties()
								.forEach((method) -> this.operations.put(
										method.getKey().toUpperCase(Locale.ROOT) + " " + area
												+ (path.getKey().equals("/") ? "" : path.getKey()),
										method.getValue()))));
	}

	static Optional<OpenApiDocuments> find() {
		Path folder = Path.of(System.getProperty("tinyfish.contract", "../../shared/contract/openapi"));
		return Files.isDirectory(folder) ? Optional.of(new OpenApiDocuments(folder)) : Optional.empty();
	}

	private static JsonNode read(Path file) {
		try {
			return Json.mapper().readTree(Files.readAllBytes(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The operations, such as {@code GET /v1/runs/{id}}.
	 */
	List<String> operations() {
		return List.copyOf(this.operations.keySet());
	}

	/**
	 * The operation that a request is of.
	 * @param method the method
	 * @param path the path without its query
	 */
	Optional<String> operationOf(String method, String path) {
		return this.operations.keySet()
			.stream()
			// a path in so many words before a template
			.sorted((a, b) -> Boolean.compare(a.contains("{"), b.contains("{")))
			.filter((operation) -> (method + " " + path).matches(operation.replaceAll("\\{[^/]+}", "[^/]+")))
			.findFirst();
	}

	/**
	 * The problems of a request: all that its description does not allow.
	 * @param operation the operation
	 * @param query its query parameters
	 * @param body its body; empty if there is no body
	 */
	List<String> problemsOfRequest(String operation, Map<String, String> query, String body) {
		JsonNode described = this.operations.get(operation);
		List<String> problems = new ArrayList<>();
		JsonNode schema = described.at("/requestBody/content/application~1json/schema");
		if (schema.isMissingNode() != body.isEmpty()) {
			problems.add("it has " + (body.isEmpty() ? "no body" : "a body"));
		}
		else if (!body.isEmpty()) {
			problems.addAll(problems(schema, Json.mapper().readTree(body)));
		}
		described.path("parameters").forEach((parameter) -> {
			String name = parameter.get("name").asString();
			String value = query.get(name);
			if (value != null) {
				problems.addAll(problems(parameter.get("schema"), valueOf(parameter, value)));
			}
			else if (parameter.get("in").asString().equals("query") && parameter.path("required").asBoolean()) {
				problems.add(name + " is missing");
			}
		});
		return problems;
	}

	private static JsonNode valueOf(JsonNode parameter, String text) {
		String type = parameter.at("/schema/type").asString();
		return (type.equals("integer") || type.equals("number")) ? Json.mapper().readTree(text)
				: Json.mapper().valueToTree(text);
	}

	/**
	 * The problems of an answer: all that its description does not allow.
	 * @param operation the operation
	 * @param status the HTTP status
	 * @param body the answer
	 */
	List<String> problemsOfAnswer(String operation, int status, String body) {
		JsonNode answer = this.operations.get(operation).at("/responses/" + status);
		if (answer.isMissingNode()) {
			return List.of("its status is " + status);
		}
		JsonNode schema = answer.at("/content/application~1json/schema");
		return schema.isMissingNode() ? List.of() : problems(schema, Json.mapper().readTree(body));
	}

	private static List<String> problems(JsonNode schema, JsonNode value) {
		return SCHEMAS.getSchema(schema).validate(value).stream().map(Object::toString).toList();
	}

}
