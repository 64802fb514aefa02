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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;

/**
 * Receiver of deliveries, independent of the web stack. A status of 4xx stops further
 * attempts of the service and is used for permanent failures; after 503 the service
 * delivers again.
 */
final class WebhookReceiver {

	/** Name of the variable for the last segment of the path. */
	static final String SECRET = "secret";

	private static final Pattern TOKEN = Pattern
		.compile("(?:^|&)" + WebhookRunFollower.TOKEN_PARAMETER + "=([A-Za-z0-9_-]{1,64})(?:&|$)");

	private final String path;

	private final byte[] secret;

	private final WebhookInbox inbox;

	WebhookReceiver(TinyFishProperties.Webhook settings, WebhookInbox inbox) {
		this.path = settings.path();
		this.secret = Objects.requireNonNull(settings.secret()).getBytes(StandardCharsets.UTF_8);
		this.inbox = inbox;
	}

	/**
	 * Return the pattern of the paths of deliveries, with the variable {@link #SECRET}.
	 */
	String pattern() {
		return this.path + "/{" + SECRET + "}";
	}

	/**
	 * Return a path without the secret, for traces.
	 * @param path the path of a delivery, which ends with the presumed secret
	 */
	static String withoutSecret(String path) {
		return path.substring(0, path.lastIndexOf('/') + 1) + "***";
	}

	/**
	 * Return the token of a submission.
	 * @param query the query of the URL, or null
	 * @return the token, or null if it is not well-formed
	 */
	static @Nullable String token(@Nullable String query) {
		if (query == null) {
			return null;
		}
		Matcher token = TOKEN.matcher(query);
		return token.find() ? token.group(1) : null;
	}

	/**
	 * Refuse a request before its body is read.
	 * @param method the method
	 * @param secret the presumed secret
	 * @param length the declared length of the body, or a negative number
	 * @return the status, or null if the body is to be read
	 */
	@Nullable HttpStatus refuse(HttpMethod method, String secret, long length) {
		// in constant time, so that the secret cannot be guessed by timing
		if (!MessageDigest.isEqual(this.secret, secret.getBytes(StandardCharsets.UTF_8))) {
			return HttpStatus.NOT_FOUND;
		}
		if (!HttpMethod.POST.equals(method)) {
			return HttpStatus.METHOD_NOT_ALLOWED;
		}
		return (length > WebhookContent.MAX_LENGTH) ? HttpStatus.CONTENT_TOO_LARGE : null;
	}

	/**
	 * Count a delivery.
	 * @param status the status that it is answered with
	 */
	void answered(HttpStatus status) {
		this.inbox.counts().increment(status);
	}

	/**
	 * Receive a delivery.
	 * @param content its body, to its end or until it was too large
	 * @param token the token in its URL, or null
	 * @return the status, within a few seconds; never fails
	 */
	Mono<HttpStatus> receive(WebhookContent content, @Nullable String token) {
		if (content.isTooLarge()) {
			return Mono.just(HttpStatus.CONTENT_TOO_LARGE);
		}
		WebhookBody body = content.body();
		if (!body.isAboutRun()) {
			return Mono.just(HttpStatus.NO_CONTENT);
		}
		if (body.runId() == null) {
			return Mono.just(HttpStatus.BAD_REQUEST);
		}
		return this.inbox.accept(body.runId(), token)
			.map((accepted) -> accepted ? HttpStatus.NO_CONTENT : HttpStatus.SERVICE_UNAVAILABLE);
	}

}
