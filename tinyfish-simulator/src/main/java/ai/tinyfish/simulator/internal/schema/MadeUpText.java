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

package ai.tinyfish.simulator.internal.schema;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * Made-up texts. A schema has no form for most Java types that are read from a text, such
 * as {@code UUID} and {@code Currency}, so that only names say which text is expected.
 */
enum MadeUpText {

	/** Also for an identifier of another form. */
	UUID_TEXT("uuid", "guid", "id"),

	/** For {@code URI} and {@code URL}. */
	ADDRESS("uri", "url", "link", "href", "website", "homepage", "webpage", "image", "photo", "picture", "logo", "icon",
			"avatar", "thumbnail", "endpoint"),

	/** For {@code Currency}. */
	CURRENCY("currency"),

	/** For {@code LocalTime} and {@code LocalDateTime}, which are both read from it. */
	LOCAL_TIME("time", "timestamp", "datetime", "date", "at", "opens", "opening", "closes", "closing", "start",
			"starts", "end", "ends", "departure", "arrival"),

	/** For {@code YearMonth}. */
	MONTH("month"),

	/** For {@code ZoneId} and {@code TimeZone}. */
	ZONE("zone", "timezone"),

	/** For {@code char}. */
	CHARACTER("char", "character", "letter", "initial", "grade", "symbol");

	/** Words that a goal has only if it asks for such a text. */
	private static final Set<String> ASKED_FOR = Set.of("uuid", "guid", "id", "uri", "website", "homepage", "time",
			"month", "timezone", "character", "letter");

	private static final LocalDate FIRST_DAY = LocalDate.of(2026, 1, 15);

	private static final Map<String, MadeUpText> BY_WORD = new HashMap<>();

	static {
		for (MadeUpText text : values()) {
			for (String word : text.words) {
				BY_WORD.put(word, text);
			}
		}
	}

	private final String[] words;

	MadeUpText(String... words) {
		this.words = words;
	}

	/**
	 * Return a text for a property, whose last word says which text is expected.
	 * @param name the name of the property, such as {@code orderId} or {@code opens_at}
	 * @param number the number of its record in a list, or 0
	 */
	static String of(String name, int number) {
		String[] words = name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").split("[^\\p{L}]+");
		MadeUpText text = (words.length > 0) ? ofWord(words[words.length - 1]) : null;
		String numbered = (number > 0) ? name + " " + number : name;
		return (text != null) ? text.text(numbered, number) : "A simulated " + numbered;
	}

	/**
	 * Return a day, which is another one for each record of a list.
	 */
	static String day(int number) {
		return FIRST_DAY.plusDays(Math.max(0, number - 1)).toString();
	}

	/**
	 * Return whether a word of a goal says that such a text is wanted.
	 */
	static boolean isAskedFor(String word) {
		return ASKED_FOR.contains(word.toLowerCase(Locale.ROOT));
	}

	private static @Nullable MadeUpText ofWord(String word) {
		String lower = word.toLowerCase(Locale.ROOT);
		MadeUpText text = BY_WORD.get(lower);
		return (text != null) ? text : BY_WORD.get(lower.replaceFirst("s$", ""));
	}

	private String text(String name, int number) {
		return switch (this) {
			case UUID_TEXT -> UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
			case ADDRESS -> "https://bookshop.example/simulated/" + name.replaceAll("[^A-Za-z0-9]+", "-");
			case CURRENCY -> "GBP";
			case LOCAL_TIME -> day(number) + "T09:30:00";
			case MONTH -> "2026-01";
			case ZONE -> "Europe/London";
			case CHARACTER -> "A";
		};
	}

}
