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

package ai.tinyfish.internal.http;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;

/**
 * Takes the API key, and what else is secret in a request, out of text that a server
 * sent, which may echo it.
 */
public final class Secrets {

	private static final String MASK = "***";

	/** A shorter beginning of a secret tells nothing. */
	private static final int MIN_PREFIX_LENGTH = 4;

	private final List<String> spellings;

	private Secrets(List<String> spellings) {
		this.spellings = spellings;
	}

	/**
	 * The secrets of a request.
	 * @param call the call, which may have secrets of its own
	 * @param apiKey the key
	 */
	static Secrets of(ApiCall<?> call, String apiKey) {
		return of(Stream.concat(Stream.of(apiKey), call.secrets().stream()));
	}

	private static Secrets of(Stream<String> secrets) {
		// the longest first: one may be a part of another
		return new Secrets(secrets.flatMap(Secrets::spellings)
			.distinct()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.toList());
	}

	/**
	 * Take the key out of a text.
	 * @param text the text, which may have been cut inside a key
	 * @param apiKey the key
	 * @return the text without the key, and without the beginning of one at its end
	 */
	public static String redact(String text, String apiKey) {
		return of(Stream.of(apiKey)).redact(text);
	}

	private static Stream<String> spellings(String secret) {
		String json = inJson(secret);
		return Stream.of(secret, json, inAscii(json, "\\u%04x"), inAscii(json, "\\u%04X"));
	}

	// as many servers write JSON, whose own escapes are in either case
	private static String inAscii(String json, String format) {
		return json.chars()
			.mapToObj((c) -> (c > 0x7e) ? format.formatted(c) : Character.toString(c))
			.collect(Collectors.joining());
	}

	/**
	 * How a secret stands in a body: quotes and backslashes are escaped there.
	 */
	private static String inJson(String secret) {
		String quoted = Json.mapper().writeValueAsString(secret);
		return quoted.substring(1, quoted.length() - 1);
	}

	/**
	 * Take the secrets out of a text.
	 * @param text the text, which may have been cut inside a secret
	 * @return the text without the secrets, and without the beginning of one at its end
	 */
	String redact(String text) {
		String redacted = text;
		for (String secret : this.spellings) {
			redacted = redacted.replace(secret, MASK);
		}
		for (String secret : this.spellings) {
			redacted = withoutBeginningAtEnd(redacted, secret);
		}
		return redacted;
	}

	private static String withoutBeginningAtEnd(String text, String secret) {
		for (int length = secret.length() - 1; length >= MIN_PREFIX_LENGTH; length--) {
			if (text.endsWith(secret.substring(0, length))) {
				return text.substring(0, text.length() - length) + MASK;
			}
		}
		return text;
	}

}
