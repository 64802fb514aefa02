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

package ai.tinyfish.internal.call;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.RunIds;
import ai.tinyfish.internal.retry.AttemptFailure;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

import org.springframework.http.HttpHeaders;

/**
 * Creates the {@link AttemptFailure} of an answer that is not a success. Reads TinyFish's
 * envelope and tolerates any other body. The server's text is cut, and its control
 * characters and the secrets of the request are removed, since a broken server might
 * repeat them.
 */
final class ErrorReader {

	private static final int MAX_MESSAGE_LENGTH = 1024;

	private static final int MAX_BODY_LENGTH = 8 * 1024;

	private static final int MAX_BODY_READ = 64 * 1024;

	private ErrorReader() {
	}

	static AttemptFailure rejected(ApiCall<?> call, ApiResponse response, Secrets secrets) {
		JsonNode document = readTree(response.body());
		List<String> started = started(call, document, secrets);
		JsonNode error = document.path("error");
		// they give access, so messages must not contain them
		Secrets all = secrets.and((call.starts() == Started.SETUP_SESSION) ? started
				: (call.starts() == Started.SESSION) ? addresses(document, error) : List.of());
		JsonNode source = error.isObject() ? error : document;
		String given = source.path("code").stringValue("");
		// the codes of gateways are numbers
		String code = given.chars().allMatch(Character::isDigit) ? null : given;
		String message = clean(withIds(call, error.isString() ? error.asString() : text(source, "message"), started),
				all);
		JsonNode details = source.path("details");
		ApiErrorResponse answer = new ApiErrorResponse(response.status(), clean(code, all),
				(code != null && message != null) ? withMeaning(call, response.status(), code, message) : message,
				(details.isNull() || details.isMissingNode()) ? null
						: cut(all.redact(details.toString()), MAX_BODY_LENGTH),
				retryAfter(response.headers(), source), bodyText(response, secrets), runIds(call, started));
		return new AttemptFailure(AttemptFailure.Kind.REJECTED,
				TinyFishStatusException.of(called(call, response, secrets), answer, runId(call, started)),
				error.isObject() && code != null && text(error, "message") != null, !started.isEmpty());
	}

	private static List<String> addresses(JsonNode document, JsonNode error) {
		return Stream.of(document, error)
			.flatMap((node) -> Stream.of(node.path("cdp_url").asString(""), node.path("base_url").asString("")))
			.toList();
	}

	/**
	 * Return the operation, for 404 with the requested URL, since the base URL may be
	 * wrong.
	 */
	private static String called(ApiCall<?> call, ApiResponse response, Secrets secrets) {
		return (response.status() != 404) ? call.operation()
				: call.operation() + " (" + clean(call.method() + " " + address(response.uri()), secrets) + ")";
	}

	private static String address(URI uri) {
		return uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() >= 0) ? ":" + uri.getPort() : "")
				+ uri.getRawPath();
	}

	/**
	 * Return the failure for an answer with a status of success and unexpected content.
	 */
	static AttemptFailure unreadable(ApiCall<?> call, ApiResponse response, String problem, Secrets secrets) {
		List<String> started = started(call, readTree(response.body()), secrets);
		ApiErrorResponse answer = new ApiErrorResponse(response.status(), null,
				clean(withIds(call, problem, started), secrets), null, null, bodyText(response, secrets),
				runIds(call, started));
		return AttemptFailure.of(AttemptFailure.Kind.UNREADABLE,
				new TinyFishStatusException(call.operation(), answer, null, runId(call, started)));
	}

	private static List<String> started(ApiCall<?> call, JsonNode document, Secrets secrets) {
		List<String> ids = (call.starts() != null) ? call.starts().ids(document) : List.of();
		return startsRuns(call) ? ids.stream().map((id) -> RunIds.bounded(secrets.redact(id))).toList() : ids;
	}

	private static boolean startsRuns(ApiCall<?> call) {
		return call.starts() == Started.RUN || call.starts() == Started.RUNS;
	}

	/**
	 * Return the run that an exception is about, or null for several runs.
	 */
	private static @Nullable String runId(ApiCall<?> call, List<String> started) {
		return (call.starts() == Started.RUN && !started.isEmpty()) ? started.get(0) : call.runId();
	}

	private static List<String> runIds(ApiCall<?> call, List<String> started) {
		return startsRuns(call) ? started : List.of();
	}

	/**
	 * Add the ids of objects that may have been started to the message, if exceptions
	 * have no field for them.
	 */
	private static @Nullable String withIds(ApiCall<?> call, @Nullable String message, List<String> started) {
		Started kind = call.starts();
		String named = (kind != null && !started.isEmpty()) ? kind.describe(started) : null;
		if (named == null) {
			return message;
		}
		return (message != null) ? message + "; " + named : named;
	}

	private static String withMeaning(ApiCall<?> call, int status, String code, String message) {
		// this code already names the missing thing
		String meaning = !"INSUFFICIENT_CREDITS".equalsIgnoreCase(code) ? call.meanings().get(status) : null;
		return (meaning != null) ? message + ". " + meaning : message;
	}

	/**
	 * Read a body that should be a JSON object.
	 * @return a missing node for anything else
	 */
	private static JsonNode readTree(byte[] body) {
		try {
			JsonNode tree = Json.mapper().readTree(body);
			return tree.isObject() ? tree : MissingNode.getInstance();
		}
		catch (RuntimeException ex) {
			// numbers with absurd exponents cause other exceptions than Jackson's
			return MissingNode.getInstance();
		}
	}

	private static @Nullable String text(JsonNode node, String field) {
		JsonNode value = node.path(field);
		return (value.isValueNode() && !value.isNull()) ? value.asString() : null;
	}

	private static @Nullable Duration retryAfter(HttpHeaders headers, JsonNode source) {
		Duration header = RetryAfter.parse(headers.getFirst(HttpHeaders.RETRY_AFTER),
				headers.getFirst(HttpHeaders.DATE));
		if (header != null) {
			return header;
		}
		JsonNode field = source.path("retry_after");
		return field.isNumber() ? RetryAfter.parse(field.asString(), null) : null;
	}

	private static @Nullable String bodyText(ApiResponse response, Secrets secrets) {
		byte[] body = response.body();
		if (body.length == 0) {
			return null;
		}
		int length = Math.min(body.length, MAX_BODY_READ);
		return cut(secrets.redact(new String(body, 0, length, StandardCharsets.UTF_8)), MAX_BODY_LENGTH);
	}

	private static @Nullable String clean(@Nullable String text, Secrets secrets) {
		if (text == null) {
			return null;
		}
		return cut(LogText.of(secrets.redact(text)), MAX_MESSAGE_LENGTH);
	}

	private static String cut(String text, int length) {
		return (text.length() > length) ? text.substring(0, length) : text;
	}

}
