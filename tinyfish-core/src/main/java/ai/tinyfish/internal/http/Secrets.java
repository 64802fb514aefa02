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

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.http.RequestOptions;
import ai.tinyfish.internal.json.Json;

/**
 * Takes the API key, and what else is secret in a request, out of text that a server
 * sent, which may echo it.
 */
public final class Secrets {

	private static final String MASK = "***";

	/** A shorter beginning of a secret tells nothing. */
	private static final int MIN_PREFIX_LENGTH = 4;

	private static final int MIN_TELLING_LENGTH = 8;

	private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,;=]+");

	private final List<String> secrets;

	private Secrets(List<String> secrets) {
		this.secrets = secrets;
	}

	/**
	 * The secrets of a request.
	 * @param call the call, which may have secrets of its own
	 * @param apiKey the key
	 * @param options may have headers, which may be secret
	 * @return the secrets
	 */
	public static Secrets of(ApiCall<?> call, String apiKey, RequestOptions options) {
		List<String> secrets = new ArrayList<>(call.secrets());
		secrets.add(apiKey);
		for (String value : options.headers().values()) {
			BETWEEN_WORDS.splitAsStream(value).filter(Secrets::isTelling).forEach(secrets::add);
		}
		return new Secrets(List.copyOf(secrets));
	}

	/**
	 * Whether a text that may be secret, or not, is taken out: a short one is to be found
	 * in others, which would not be readable any more.
	 * @param text the text
	 * @return whether it is long enough
	 */
	public static boolean isTelling(String text) {
		return text.length() >= MIN_TELLING_LENGTH;
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
	public String redact(String text) {
		// the longest first: one may be a part of another
		List<String> spellings = this.secrets.stream()
			.filter((secret) -> !secret.isBlank())
			.flatMap(Secrets::spellings)
			.distinct()
			.sorted(Comparator.comparingInt(String::length).reversed())
			.toList();
		String redacted = text;
		for (String secret : spellings) {
			redacted = redacted.replace(secret, MASK);
		}
		for (String secret : spellings) {
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
