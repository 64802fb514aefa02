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

package ai.tinyfish.run;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Serializer of durations as a number of seconds, independent of the mapper's settings.
 */
final class Seconds extends StdSerializer<Duration> {

	private static final Pattern TEXT = Pattern.compile("([0-9]{1,20}(?:\\.[0-9]{1,20})?)\\s*(s|ms)?");

	private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(Duration.ofDays(3650).toSeconds());

	Seconds() {
		super(Duration.class);
	}

	static BigDecimal of(Duration value) {
		return BigDecimal.valueOf(value.getSeconds()).add(BigDecimal.valueOf(value.getNano(), 9));
	}

	/**
	 * Return a duration.
	 * @param seconds the seconds, or null
	 * @return the duration, or null if it is negative or absurdly long
	 */
	static @Nullable Duration toDuration(@Nullable BigDecimal seconds) {
		return (seconds == null || seconds.signum() < 0 || seconds.compareTo(MAX_SECONDS) > 0) ? null
				: Duration.ofNanos(seconds.movePointRight(9).longValue());
	}

	@Override
	public void serialize(Duration value, JsonGenerator generator, SerializationContext context) {
		if (value.getNano() == 0) {
			generator.writeNumber(value.getSeconds());
		}
		else {
			generator.writeNumber(of(value).stripTrailingZeros());
		}
	}

	/**
	 * Parse a text such as {@code 1.2s} or {@code 350ms}.
	 */
	static @Nullable Duration parse(@Nullable String text) {
		Matcher parts = TEXT.matcher((text != null) ? text.trim() : "");
		if (!parts.matches()) {
			return null;
		}
		BigDecimal number = new BigDecimal(parts.group(1));
		return toDuration("ms".equals(parts.group(2)) ? number.movePointLeft(3) : number);
	}

}
