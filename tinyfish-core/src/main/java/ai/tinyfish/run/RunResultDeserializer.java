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

import ai.tinyfish.internal.json.RawJson;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Keeps any JSON value as it comes, numbers to their last digit.
 */
final class RunResultDeserializer extends StdDeserializer<RunResult> {

	RunResultDeserializer() {
		super(RunResult.class);
	}

	@Override
	public RunResult deserialize(JsonParser parser, DeserializationContext context) {
		return read(parser);
	}

	@Override
	public Object deserializeWithType(JsonParser parser, DeserializationContext context,
			TypeDeserializer typeDeserializer) {
		return read(parser);
	}

	@Override
	public Object getNullValue(DeserializationContext context) {
		return RunResult.empty();
	}

	static RunResult read(JsonParser parser) {
		return RunResult.ofNormalizedJson(RawJson.read(parser));
	}

}
