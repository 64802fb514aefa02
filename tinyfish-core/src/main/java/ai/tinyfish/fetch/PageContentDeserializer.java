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

package ai.tinyfish.fetch;

import ai.tinyfish.internal.json.RawJson;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.jsontype.TypeDeserializer;

/**
 * Keeps any JSON value as it comes, numbers to their last digit.
 */
final class PageContentDeserializer extends StdDeserializer<PageContent> {

	PageContentDeserializer() {
		super(PageContent.class);
	}

	@Override
	public PageContent deserialize(JsonParser parser, DeserializationContext context) {
		return PageContent.ofNormalizedJson(RawJson.read(parser));
	}

	@Override
	public Object deserializeWithType(JsonParser parser, DeserializationContext context,
			TypeDeserializer typeDeserializer) {
		return deserialize(parser, context);
	}

	@Override
	public Object getNullValue(DeserializationContext context) {
		return PageContent.empty();
	}

}
