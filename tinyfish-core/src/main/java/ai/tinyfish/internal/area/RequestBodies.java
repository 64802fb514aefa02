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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
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
		static List<String> of(Map<String, Object> body) {
			List<String> secrets = new ArrayList<>();
			VAULT_FIELDS.forEach((name) -> text(body, name, secrets::add));
			URL_FIELDS.forEach((name) -> text(body, name, (url) -> ofUrl(url, secrets)));
			if (body.get("urls") instanceof List<?> urls) {
				urls.forEach((url) -> ofUrl(String.valueOf(url), secrets));
			}
			text(body, WEBHOOK_URL, (url) -> ofWebhook(url, secrets));
			if (body.get("proxy_config") instanceof Map<?, ?> proxy) {
				text(proxy, "password", secrets::add);
				text(proxy, "username", (user) -> ofUser(user, secrets));
				text(proxy, "url", (url) -> ofUserInfo(PROXY_USER_INFO, url, secrets));
			}
			return secrets;
		}

		/**
		 * Find the secrets of a webhook URL: the last parts of its path and of its query,
		 * and its user name with its password.
		 */
		private static void ofWebhook(String url, List<String> secrets) {
			int query = url.indexOf('?');
			String path = (query >= 0) ? url.substring(0, query) : url;
			List<String> parts = Stream.of(path, url)
				.map((part) -> part.substring(Math.max(part.lastIndexOf('/'), part.lastIndexOf('=')) + 1))
				.distinct()
				.filter(Secrets::isLongEnough)
				.toList();
			secrets.addAll(parts.isEmpty() ? List.of(url) : parts);
			ofUrl(url, secrets);
		}

		/**
		 * Find the user name and the password of a URL, with or without a scheme.
		 */
		private static void ofUrl(String url, List<String> secrets) {
			ofUserInfo(USER_INFO, url, secrets);
		}

		private static void ofUserInfo(Pattern userInfo, String url, List<String> secrets) {
			// most URLs have none
			Matcher matcher = (url.indexOf('@') >= 0) ? userInfo.matcher(url) : null;
			if (matcher != null && matcher.matches()) {
				String[] parts = matcher.group(1).split(":", 2);
				if (parts.length > 1) {
					secrets.add(parts[1]);
				}
				ofUser(parts[0], secrets);
			}
		}

		private static void ofUser(String user, List<String> secrets) {
			if (Secrets.isLongEnough(user)) {
				secrets.add(user);
			}
		}

		private static void text(Map<?, ?> fields, String name, Consumer<String> secrets) {
			if (fields.get(name) instanceof String text) {
				secrets.accept(text);
			}
		}

	}

}
