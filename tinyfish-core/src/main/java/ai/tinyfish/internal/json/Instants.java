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

package ai.tinyfish.internal.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Reads points in time in all forms that the service has sent.
 */
public final class Instants {

	private static final int MAX_LENGTH = 40;

	// seconds stay below this until the year 5138, milliseconds are above it since 1973
	private static final BigDecimal FIRST_MILLIS = BigDecimal.valueOf(100_000_000_000L);

	private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9.]+([eE][+-]?[0-9]+)?");

	private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder().parseCaseInsensitive()
		.append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
		.appendPattern("[XXX][XX][X]")
		.toFormatter(Locale.ROOT);

	private Instants() {
	}

	/**
	 * Read a point in time: ISO 8601 with any offset, or without one as UTC, also with a
	 * space between date and time; or seconds or milliseconds since 1970.
	 * @param text the text, or null
	 * @return the point in time, or null if the text is absent or cannot be read
	 */
	public static @Nullable Instant parse(@Nullable String text) {
		if (text == null) {
			return null;
		}
		String value = text.trim();
		if (value.isEmpty() || value.length() > MAX_LENGTH) {
			return null;
		}
		try {
			Instant usual = ofUsualForm(value);
			if (usual != null) {
				return usual;
			}
			return NUMBER.matcher(value).matches() ? ofEpoch(new BigDecimal(value)) : ofDateTime(value);
		}
		catch (DateTimeException | ArithmeticException | NumberFormatException ex) {
			return null;
		}
	}

	/**
	 * Parse the usual form of events, {@code 2026-01-31T12:00:00.123Z}, without the cost
	 * of a formatter.
	 */
	private static @Nullable Instant ofUsualForm(String value) {
		int length = value.length();
		if (length < 20 || length > 30 || value.charAt(length - 1) != 'Z' || value.charAt(4) != '-'
				|| value.charAt(7) != '-' || value.charAt(10) != 'T' || value.charAt(13) != ':'
				|| value.charAt(16) != ':' || (length > 20 && (length == 21 || value.charAt(19) != '.'))) {
			return null;
		}
		int year = digits(value, 0, 4);
		int month = digits(value, 5, 7);
		int day = digits(value, 8, 10);
		int hour = digits(value, 11, 13);
		int minute = digits(value, 14, 16);
		int second = digits(value, 17, 19);
		int fraction = digits(value, 20, length - 1);
		if ((year | month | day | hour | minute | second | fraction) < 0 || hour > 23 || minute > 59 || second > 59) {
			return null;
		}
		int nanos = fraction;
		for (int digitsThere = length - 21; digitsThere >= 0 && digitsThere < 9; digitsThere++) {
			nanos *= 10;
		}
		return Instant.ofEpochSecond(
				LocalDate.of(year, month, day).toEpochDay() * 86_400L + hour * 3_600L + minute * 60L + second, nanos);
	}

	/**
	 * Parse the digits. Return 0 if empty, -1 if malformed.
	 */
	private static int digits(String value, int from, int to) {
		int number = 0;
		for (int i = from; i < to; i++) {
			int digit = value.charAt(i) - '0';
			if (digit < 0 || digit > 9) {
				return -1;
			}
			number = number * 10 + digit;
		}
		return number;
	}

	private static Instant ofDateTime(String value) {
		String iso = (value.length() > 10 && value.charAt(10) == ' ')
				? value.substring(0, 10) + 'T' + value.substring(11) : value;
		TemporalAccessor parsed = DATE_TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
		return (parsed instanceof OffsetDateTime withOffset) ? withOffset.toInstant()
				: ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
	}

	private static Instant ofEpoch(BigDecimal value) {
		// first, since writing out an absurdly large or small number would take minutes
		// or hours
		if (Math.abs((long) value.precision() - value.scale()) > MAX_LENGTH) {
			throw new ArithmeticException("out of range");
		}
		BigDecimal nanos = value.scaleByPowerOfTen((value.abs().compareTo(FIRST_MILLIS) < 0) ? 9 : 6);
		BigInteger[] parts = nanos.toBigInteger().divideAndRemainder(BigInteger.valueOf(1_000_000_000L));
		return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
	}

}
