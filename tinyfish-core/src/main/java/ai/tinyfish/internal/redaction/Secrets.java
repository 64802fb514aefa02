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
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Secrets of a request: the API key and others, which are redacted in text of the server
 * that may repeat them. The key is redacted in everything that is read. The others may be
 * short or a part of what a run finds, and are redacted in messages only, in every
 * spelling of JSON and URLs.
 */
public final class Secrets {

	private static final String MASK = "***";

	/** A shorter beginning of a secret reveals nothing. */
	private static final int MIN_PREFIX_LENGTH = 4;

	private static final int MIN_SECRET_LENGTH = 8;

	/**
	 * Shorter keys, such as one makes up for a simulator, may be words of the protocol.
	 */
	private static final int MIN_KEY_LENGTH = 12;

	/** To find secrets in a text needs several times its memory. */
	private static final int MAX_TEXT_LENGTH = 64 * 1024;

	/** A document may be quoted in another, and that in a third. */
	private static final int MAX_ESCAPING = 3;

	private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,;=]+");

	private static final Pattern DIGITS = Pattern.compile("[0-9]+");

	/** The key, or nothing where it may be something else. */
	private final byte[] key;

	private final List<String> secrets;

	private final RunSecrets runSecrets;

	/** Made when they are needed, the shortest first: most requests never need them. */
	private volatile @Nullable List<String> spellings;

	private Secrets(byte[] key, Set<String> secrets, RunSecrets runSecrets) {
		this.key = key;
		this.secrets = secrets.stream().filter((secret) -> !secret.isBlank()).toList();
		this.runSecrets = runSecrets;
	}

	/**
	 * Collect the secrets of a request, and those of the requests of the runs that it is
	 * about.
	 * @param own the secrets that are written in the request
	 * @param runIds the runs that it is about
	 * @param apiKey the key
	 * @param headers the values of additional headers, which may be secret
	 * @param runSecrets the secrets of runs
	 * @return the secrets
	 */
	public static Secrets of(Collection<String> own, Collection<String> runIds, String apiKey,
			Collection<String> headers, RunSecrets runSecrets) {
		Set<String> secrets = new LinkedHashSet<>(own);
		secrets.add(apiKey);
		for (String value : headers) {
			BETWEEN_WORDS.splitAsStream(value).filter(Secrets::isLongEnough).forEach(secrets::add);
		}
		runIds.forEach((runId) -> secrets.addAll(runSecrets.of(runId)));
		// as a number of a JSON document it could not be replaced
		boolean certain = apiKey.length() >= MIN_KEY_LENGTH && !DIGITS.matcher(apiKey).matches();
		return new Secrets((certain ? apiKey : "").getBytes(StandardCharsets.UTF_8), secrets, runSecrets);
	}

	/**
	 * Return whether a text that may be a secret is redacted: a short one would be found
	 * in other texts and make them unreadable.
	 * @param text the text
	 * @return whether it is long enough
	 */
	public static boolean isLongEnough(String text) {
		return text.length() >= MIN_SECRET_LENGTH;
	}

	/**
	 * Remember the secrets as those of a run.
	 * @param runId the run that the request has started, or null if there is none
	 */
	public void remember(@Nullable String runId) {
		if (runId != null) {
			this.runSecrets.remember(runId, this.secrets);
		}
	}

	/**
	 * Return these secrets and those of a run.
	 * @param runId a run that the answer is about
	 * @return the secrets
	 */
	public Secrets andOf(String runId) {
		return and(this.runSecrets.of(runId));
	}

	/**
	 * Return these secrets and others, such as those of an answer.
	 * @param others the others
	 * @return the secrets
	 */
	public Secrets and(Collection<String> others) {
		Set<String> all = new LinkedHashSet<>(this.secrets);
		return all.addAll(others) ? new Secrets(this.key, all, this.runSecrets) : this;
	}

	/**
	 * Redact the key in a response or an event.
	 * @param buffer holds it; not changed
	 * @param offset where it begins
	 * @param length how many bytes it has
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
	 * Return the index at which the key may begin, or the end. This loop is all that most
	 * events cost.
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
	 * @param text the text, which may have been cut inside a secret
	 * @return its first 64 Ki characters without the secrets, and without the beginning
	 * of one at their end
	 */
	public String redact(String text) {
		return redact(text, spellings(), MIN_PREFIX_LENGTH);
	}

	/**
	 * Redact the secrets in a text that has not been cut, such as the name of a property.
	 * @param text the text
	 * @return its first 64 Ki characters without the secrets
	 */
	public String redactWhole(String text) {
		return redact(text, spellings(), Integer.MAX_VALUE);
	}

	/**
	 * Redact the secrets in an id or a time, in which a short secret would be found that
	 * is none.
	 * @param text the id or time
	 * @return the text without the secrets of 8 characters or more, or without all where
	 * it is nothing but a secret
	 */
	public String redactId(String text) {
		List<String> all = spellings();
		return all.contains(text) ? MASK
				: redact(text, all.stream().filter(Secrets::isLongEnough).toList(), Integer.MAX_VALUE);
	}

	/**
	 * Redact the secrets in a text.
	 * @param text the text
	 * @param spellings the secrets in all spellings, the shortest first
	 * @param minPrefix the shortest beginning of a secret that counts at the end
	 */
	private static String redact(String text, List<String> spellings, int minPrefix) {
		if (spellings.isEmpty() || text.length() < Math.min(minPrefix, spellings.get(0).length())) {
			return shortened(text);
		}
		String shown = shortened(text);
		int shortestAtEnd = (shown.length() < text.length()) ? MIN_PREFIX_LENGTH : minPrefix;
		BitSet found = new BitSet();
		EscapedText view = EscapedText.of(shown);
		for (int i = 0; view != null && i <= MAX_ESCAPING; i++) {
			EscapedText inUrls = view.withoutUrlEscapes();
			for (String spelling : spellings) {
				find(spelling, view, shortestAtEnd, found);
				if (inUrls != null) {
					find(spelling, inUrls, shortestAtEnd, found);
				}
			}
			view = view.withoutJsonEscapes();
		}
		if (found.isEmpty()) {
			return shown;
		}
		StringBuilder redacted = new StringBuilder();
		int at = 0;
		for (int begin = found.nextSetBit(0); begin >= 0; begin = found.nextSetBit(at)) {
			redacted.append(shown, at, begin).append(MASK);
			at = found.nextClearBit(begin);
		}
		return redacted.append(shown, at, shown.length()).toString();
	}

	private static String shortened(String text) {
		if (text.length() <= MAX_TEXT_LENGTH) {
			return text;
		}
		// half a character cannot be written as UTF-8
		boolean half = Character.isHighSurrogate(text.charAt(MAX_TEXT_LENGTH - 1));
		return text.substring(0, half ? MAX_TEXT_LENGTH - 1 : MAX_TEXT_LENGTH);
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
	 * The secrets as they are, as bytes, which is how URLs escape them, and in either way
	 * with the spaces of forms.
	 */
	private List<String> spellings() {
		List<String> known = this.spellings;
		if (known == null) {
			known = spellings(this.secrets);
			this.spellings = known;
		}
		return known;
	}

	private static List<String> spellings(List<String> secrets) {
		return secrets.stream()
			.flatMap((secret) -> Stream.of(secret,
					new String(secret.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)))
			.flatMap((spelling) -> Stream.of(spelling, spelling.replace(' ', '+')))
			.distinct()
			.sorted(Comparator.comparing(String::length))
			.toList();
	}

	private static void find(String secret, EscapedText view, int minPrefix, BitSet found) {
		String text = view.text();
		for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length())) {
			found.set(view.begin(at), view.begin(at + secret.length()));
		}
		for (int length = secret.length() - 1; length >= minPrefix; length--) {
			int begin = text.length() - length;
			if (text.regionMatches(begin, secret, 0, length)) {
				found.set(view.begin(begin), view.begin(text.length()));
				return;
			}
		}
	}

}
