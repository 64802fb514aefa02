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

import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * Writes a duration as the wire does: a number of seconds, whatever the mapper's
 * settings.
 */
final class SecondsSerializer extends StdSerializer<Duration> {

	SecondsSerializer() {
		super(Duration.class);
	}

	@Override
	public void serialize(Duration value, JsonGenerator generator, SerializationContext context) {
		if (value.getNano() == 0) {
			generator.writeNumber(value.getSeconds());
		}
		else {
			generator.writeNumber(BigDecimal.valueOf(value.getSeconds())
				.add(BigDecimal.valueOf(value.getNano(), 9))
				.stripTrailingZeros());
		}
	}

}
