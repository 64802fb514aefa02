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

package ai.tinyfish.internal.redaction;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Secrets of a request: the API key and others, which are redacted in texts of the
 * service. The key is redacted in everything that is read. The others may be short or a
 * part of a result. They are only redacted in messages, as they were sent and as JSON
 * quotes them.
 */
public final class Secrets {

	private static final String MASK = "***";

	private static final int MIN_SECRET_LENGTH = 8;

	/**
	 * Shorter keys, such as made-up ones for a simulator, may be words of the protocol.
	 */
	private static final int MIN_KEY_LENGTH = 12;

	private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,;=]+");

	private static final Pattern DIGITS = Pattern.compile("[0-9]+");

	/** The key, or empty if it may be another word. */
	private final byte[] key;

	private final List<String> secrets;

	private Secrets(byte[] key, Collection<String> secrets) {
		this.key = key;
		this.secrets = secrets.stream().filter((secret) -> !secret.isBlank()).toList();
	}

	/**
	 * Collect the secrets of a request.
	 * @param own the secrets that are written in the request
	 * @param apiKey the key
	 * @param headers the values of additional headers, which may be secret
	 * @return the secrets
	 */
	public static Secrets of(Collection<String> own, String apiKey, Collection<String> headers) {
		List<String> secrets = new ArrayList<>(own);
		secrets.add(apiKey);
		for (String value : headers) {
			BETWEEN_WORDS.splitAsStream(value).filter(Secrets::isLongEnough).forEach(secrets::add);
		}
		// a number in a JSON document could not be replaced
		boolean certain = apiKey.length() >= MIN_KEY_LENGTH && !DIGITS.matcher(apiKey).matches();
		return new Secrets((certain ? apiKey : "").getBytes(StandardCharsets.UTF_8), secrets);
	}

	/**
	 * Return whether a text that may be a secret is redacted: a short text would be found
	 * in other texts and make them unreadable.
	 * @param text the text
	 * @return whether it is long enough
	 */
	public static boolean isLongEnough(String text) {
		return text.length() >= MIN_SECRET_LENGTH;
	}

	/**
	 * Return these secrets and others, such as those of a response.
	 * @param others the others
	 * @return the secrets
	 */
	public Secrets and(Collection<String> others) {
		List<String> all = new ArrayList<>(this.secrets);
		all.addAll(others);
		return new Secrets(this.key, all);
	}

	/**
	 * Redact the key in a response or an event.
	 * @param buffer the array with the response or event; not changed
	 * @param offset its beginning
	 * @param length its length in bytes
	 * @return a copy without the key, or null if the key is not in it
	 */
	public byte @Nullable [] withoutKey(byte[] buffer, int offset, int length) {
		if (this.key.length == 0) {
			return null;
		}
		ByteArrayOutputStream copy = null;
		int end = offset + length;
		int copied = offset;
		int at = nextCandidate(buffer, offset, end);
		while (at < end) {
			int next = endOfKey(buffer, at, end);
			if (next > 0) {
				copy = (copy != null) ? copy : new ByteArrayOutputStream(length);
				copy.write(buffer, copied, at - copied);
				copy.writeBytes(MASK.getBytes(StandardCharsets.US_ASCII));
				copied = next;
			}
			else {
				next = at + ((buffer[at] == '\\') ? 2 : 1);
			}
			at = nextCandidate(buffer, next, end);
		}
		if (copy == null) {
			return null;
		}
		copy.write(buffer, copied, end - copied);
		return copy.toByteArray();
	}

	/**
	 * Return the index at which the key may begin, or the end. Most events cost no more
	 * than this loop. Not a pattern: it would recurse with the length of the key.
	 */
	private int nextCandidate(byte[] buffer, int begin, int end) {
		byte first = this.key[0];
		int at = begin;
		while (at < end && buffer[at] != first && buffer[at] != '\\') {
			at++;
		}
		return at;
	}

	/**
	 * Return the index at which a key that begins at the given place ends, in any JSON
	 * escapes, or -1.
	 */
	private int endOfKey(byte[] buffer, int begin, int end) {
		int at = begin;
		for (byte expected : this.key) {
			int width = (at < end && buffer[at] == '\\') ? 2 : 1;
			if (at + width > end) {
				return -1;
			}
			int character = buffer[at + width - 1];
			if (width == 2 && character == 'u') {
				width = 6;
				character = (at + width > end) ? -1 : hex(buffer, at + 2);
			}
			if (character != expected) {
				return -1;
			}
			at += width;
		}
		return at;
	}

	private static int hex(byte[] buffer, int at) {
		int value = 0;
		for (int i = at; i < at + 4; i++) {
			int digit = Character.digit(buffer[i], 16);
			if (digit < 0) {
				return -1;
			}
			value = value * 16 + digit;
		}
		return value;
	}

	/**
	 * Redact the secrets in a text.
	 * @param text the text
	 * @return the text without the secrets
	 */
	public String redact(String text) {
		// the longest first, since one may be a part of another
		List<String> spellings = this.secrets.stream()
			.flatMap(Secrets::spellings)
			.sorted(Comparator.comparing(String::length).reversed())
			.toList();
		String redacted = text;
		for (String spelling : spellings) {
			redacted = redacted.replace(spelling, MASK);
		}
		return redacted;
	}

	/**
	 * Redact the secrets in a text that may be absent.
	 * @param text the text, or null
	 * @return the text without the secrets, or null
	 */
	public @Nullable String redactIfPresent(@Nullable String text) {
		return (text != null) ? redact(text) : null;
	}

	/**
	 * Return a secret as it was sent, and as it is quoted within a text of JSON.
	 */
	private static Stream<String> spellings(String secret) {
		return Stream.of(secret, new String(JsonStringEncoder.getInstance().quoteAsCharArray(secret)));
	}

}
