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

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.BrowserUsage;
import ai.tinyfish.error.ApiErrorResponse;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.Started;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.support.LogText;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/**
 * The calls about browser sessions, described once.
 */
public final class BrowserCalls {

	private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://");

	private BrowserCalls() {
	}

	/**
	 * Describe the start of a session. It is billed, so it is not requested twice. There
	 * is no run whose outcome could be unknown: the failure itself is thrown, with the id
	 * of the session if the response has it.
	 * @param named receives a session that is to be ended, since a response names it that
	 * is an error or cannot be used
	 * @param lost adds to the failure that there may be a session
	 */
	static ApiCall<CreatedSession> create(BrowserSessionRequest request, RequestBodies bodies,
			Consumer<CreatedSession> named, ApiCall.Submission.UnknownOutcome lost) {
		ApiCall.Builder<CreatedSession> call = ApiCall.post("browser.create", "/v1/browser",
				(body) -> readSession(body, named));
		return bodies.write(call, request)
			.opens("url", absolute(request.url()))
			.submission(Started.SESSION, lost, (body) -> {
				findSession(body, named);
				return null;
			})
			.build();
	}

	/**
	 * Close a session.
	 */
	public static ApiCall<Boolean> close(String sessionId) {
		return close(new CreatedSession(sessionId, "", null));
	}

	/**
	 * Close a session whose addresses may be known.
	 */
	static ApiCall<Boolean> close(CreatedSession session) {
		return ApiCall.delete("browser.close", "/v1/browser/{id}", BrowserCalls::readClosed)
			.variable("id", Checks.pathId("sessionId", session.sessionId()))
			.secret(session.cdpUrl())
			.secret(Objects.requireNonNullElse(session.baseUrl(), ""))
			.whenGone(Boolean.TRUE)
			.endsSession()
			.build();
	}

	static ApiCall<UsagePage<BrowserUsage>> usage(UsageQuery query) {
		return UsageCalls.listSessions("browser.usage", "/v1/browser/usage", query,
				new TypeReference<UsagePage<BrowserUsage>>() {
				});
	}

	/**
	 * Return the URL that the service opens: it adds https to a domain.
	 */
	private static @Nullable String absolute(@Nullable String url) {
		return (url == null || SCHEME.matcher(url).lookingAt()) ? url : "https://" + url;
	}

	private static CreatedSession readSession(byte[] body, Consumer<CreatedSession> named) {
		try {
			CreatedSession session = Json.read(body, CreatedSession.class);
			// also if it is not a text
			Checks.that(!session.sessionId().isBlank(), "it has no session_id");
			Checks.pathId("session_id", session.sessionId());
			Checks.that(!session.cdpUrl().isBlank(), "it has no cdp_url");
			return session;
		}
		catch (RuntimeException ex) {
			findSession(body, named);
			throw ex;
		}
	}

	/**
	 * Find the session that the response of a failed creation names, if it can be ended.
	 */
	private static void findSession(byte[] body, Consumer<CreatedSession> named) {
		JsonNode document;
		String id;
		try {
			document = Json.mapper().readTree(body);
			id = Checks.pathId("session_id", Started.SESSION.ids(document).stream().findFirst().orElse(""));
		}
		catch (RuntimeException ex) {
			return;
		}
		named.accept(new CreatedSession(id, address(document, "cdp_url"), address(document, "base_url")));
	}

	private static String address(JsonNode document, String name) {
		return document.path(name).asString(document.path("error").path(name).asString(""));
	}

	/**
	 * Read the answer, which has no body. JSON is accepted, but a web page is not from
	 * the service.
	 */
	private static Boolean readClosed(byte[] body) {
		Json.requireJsonOrNothing(body);
		return Boolean.TRUE;
	}

	/**
	 * Add a note to the message of a failure.
	 * @return an exception of the same type
	 */
	static TinyFishException noted(String operation, TinyFishException failure, String note) {
		if (failure instanceof TinyFishStatusException answered) {
			ApiErrorResponse given = answered.response();
			String message = (given.message() != null) ? given.message() + ". " + note : note;
			return TinyFishStatusException.of(operation, new ApiErrorResponse(given.status(), given.code(), message,
					given.details(), given.retryAfter(), given.body(), given.runIds()), null);
		}
		String message = failure.getMessage() + ". " + note;
		return (failure instanceof TinyFishTimeoutException) ? new TinyFishTimeoutException(message, failure.getCause())
				: new TinyFishConnectionException(message, failure.getCause());
	}

	/**
	 * Response to the creation of a session.
	 */
	@JsonIgnoreProperties(ignoreUnknown = true)
	record CreatedSession(@JsonProperty("session_id") String sessionId, @JsonProperty("cdp_url") String cdpUrl,
			@JsonProperty("base_url") @Nullable String baseUrl) {

		CreatedSession {
			sessionId = (sessionId != null) ? sessionId : "";
			cdpUrl = (cdpUrl != null) ? cdpUrl : "";
		}

		/**
		 * Return a description without the URLs.
		 */
		@Override
		public String toString() {
			return LogText.of("Session[" + this.sessionId + "]");
		}

	}

}
