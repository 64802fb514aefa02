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

import ai.tinyfish.internal.json.TolerantDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Deserializer of a number of seconds, also where it comes as text; what cannot be read,
 * is negative or absurdly long is null.
 */
final class SecondsDeserializer extends TolerantDeserializer<Duration> {

	private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(Duration.ofDays(3650).toSeconds());

	SecondsDeserializer() {
		super(Duration.class, number(SecondsDeserializer::toDuration));
	}

	private static @Nullable Duration toDuration(BigDecimal seconds) {
		boolean valid = seconds.signum() >= 0 && seconds.compareTo(MAX_SECONDS) <= 0;
		return valid ? Duration.ofNanos(seconds.movePointRight(9).longValue()) : null;
	}

}
