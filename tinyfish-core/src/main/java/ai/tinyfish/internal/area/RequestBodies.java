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
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.internal.settings.ClientSettings;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of the requests of one client, with the client's values for fields that a
 * request does not set.
 *
 * @param integration the name of the integration, or null
 * @param webhookUrl the URL that the service reports outcomes to, or null
 */
public record RequestBodies(@Nullable String integration, @Nullable String webhookUrl) {

	/**
	 * Create the bodies of the requests of a client.
	 * @param settings the settings of the client
	 * @return the bodies
	 */
	public static RequestBodies of(ClientSettings settings) {
		return new RequestBodies(settings.api().integration(), settings.api().webhookUrl());
	}

	/**
	 * Return the body of a request for a run.
	 * @param request the request
	 * @return the fields of the body
	 */
	Map<String, Object> of(AgentRequest request) {
		Map<String, Object> body = integrated(request);
		if (this.webhookUrl != null) {
			body.putIfAbsent(RequestSecrets.WEBHOOK_URL, this.webhookUrl);
		}
		return body;
	}

	/**
	 * Write the body of a call, and have its secrets redacted in answers.
	 * @param <T> the result of the call
	 * @param call the call
	 * @param request the request
	 * @return the call
	 */
	<T> ApiCall.Builder<T> write(ApiCall.Builder<T> call, Object request) {
		Objects.requireNonNull(request, "request must not be null");
		Map<String, Object> body = (request instanceof AgentRequest agentRequest) ? of(agentRequest)
				: integrated(request);
		RequestSecrets.of(body).forEach(call::secret);
		return call.body(Json.write(body));
	}

	private Map<String, Object> integrated(Object request) {
		Map<String, Object> body = WireForm.of(request);
		if (this.integration != null) {
			body.putIfAbsent("api_integration", this.integration);
		}
		return body;
	}

	/**
	 * Return a description without the URL, which may contain secrets.
	 */
	@Override
	public String toString() {
		return "RequestBodies[integration=" + this.integration + "]";
	}

	/**
	 * Secrets in the body of a request: passwords, tokens, and the parts of URLs that
	 * give access. If an answer repeats them, exceptions must not contain them.
	 */
	static final class RequestSecrets {

		static final String WEBHOOK_URL = "webhook_url";

		/** Fields of connections to password managers. */
		private static final List<String> VAULT_FIELDS = List.of("token", "clientSecret", "masterPassword");

		private static final List<String> URL_FIELDS = List.of("url", "serverUrl");

		private static final Pattern USER_INFO = Pattern.compile("(?:[^/?#]*//)?([^/?#]*)@.*", Pattern.DOTALL);

		// a proxy's url is not checked, so that a password may contain any character
		private static final Pattern PROXY_USER_INFO = Pattern.compile("(?:[A-Za-z][A-Za-z0-9+.-]*://)?(.*)@.*",
				Pattern.DOTALL);

		private RequestSecrets() {
		}

		/**
		 * Find the secrets of a body.
		 * @param body the fields of the body
		 * @return the secrets
		 */
		static Stream<String> of(Map<String, Object> body) {
			return Stream
				.of(VAULT_FIELDS.stream().flatMap((name) -> text(body, name)),
						URL_FIELDS.stream().flatMap((name) -> text(body, name)).flatMap(RequestSecrets::ofUrl),
						texts(body.get("urls")).flatMap(RequestSecrets::ofUrl),
						text(body, WEBHOOK_URL).flatMap(RequestSecrets::ofWebhook),
						(body.get("proxy_config") instanceof Map<?, ?> proxy) ? ofProxy(proxy) : Stream.<String>empty())
				.flatMap((secrets) -> secrets);
		}

		/**
		 * Find the secrets of a webhook URL: the last parts of its path and of its query,
		 * and its user name with its password.
		 */
		private static Stream<String> ofWebhook(String url) {
			int query = url.indexOf('?');
			String path = (query >= 0) ? url.substring(0, query) : url;
			List<String> parts = Stream.of(path, url)
				.map((part) -> part.substring(Math.max(part.lastIndexOf('/'), part.lastIndexOf('=')) + 1))
				.distinct()
				.filter(Secrets::isLongEnough)
				.toList();
			return Stream.concat(parts.isEmpty() ? Stream.of(url) : parts.stream(), ofUrl(url));
		}

		private static Stream<String> ofProxy(Map<?, ?> proxy) {
			return Stream
				.of(text(proxy, "password"), text(proxy, "username").filter(Secrets::isLongEnough),
						text(proxy, "url").flatMap((url) -> ofUserInfo(PROXY_USER_INFO.matcher(url))))
				.flatMap((secrets) -> secrets);
		}

		/**
		 * Find the user name and the password of a URL, with or without a scheme.
		 */
		private static Stream<String> ofUrl(String url) {
			return ofUserInfo(USER_INFO.matcher(url));
		}

		private static Stream<String> ofUserInfo(Matcher url) {
			if (!url.matches()) {
				return Stream.empty();
			}
			String[] userInfo = url.group(1).split(":", 2);
			Stream<String> user = Stream.of(userInfo[0]).filter(Secrets::isLongEnough);
			return (userInfo.length > 1) ? Stream.concat(Stream.of(userInfo[1]), user) : user;
		}

		private static Stream<String> text(Map<?, ?> fields, String name) {
			return (fields.get(name) instanceof String text) ? Stream.of(text) : Stream.empty();
		}

		private static Stream<String> texts(@Nullable Object value) {
			return (value instanceof List<?> list) ? list.stream().map(String::valueOf) : Stream.empty();
		}

	}

}
