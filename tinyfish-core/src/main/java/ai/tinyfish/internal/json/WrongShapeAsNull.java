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

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.DeserializationProblemHandler;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.util.ClassUtil;

/**
 * Reads a value of the wrong shape as null, so that one odd field does not make the whole
 * run unreadable. The document as a whole must still have the right shape.
 */
final class WrongShapeAsNull extends DeserializationProblemHandler {

	@Override
	public @Nullable Object handleUnexpectedToken(DeserializationContext context, JavaType targetType, JsonToken token,
			JsonParser parser, String failureMessage) {
		return skip(parser, targetType.getRawClass());
	}

	@Override
	public @Nullable Object handleMissingInstantiator(DeserializationContext context, Class<?> type,
			ValueInstantiator instantiator, JsonParser parser, String message) {
		return skip(parser, type);
	}

	@Override
	public @Nullable Object handleWeirdStringValue(DeserializationContext context, Class<?> targetType, String value,
			String failureMessage) {
		return nothing(targetType);
	}

	@Override
	public @Nullable Object handleWeirdNumberValue(DeserializationContext context, Class<?> targetType, Number value,
			String failureMessage) {
		return nothing(targetType);
	}

	private static @Nullable Object skip(JsonParser parser, Class<?> targetType) {
		if (isWholeDocument(parser)) {
			return NOT_HANDLED;
		}
		parser.skipChildren();
		return nothing(targetType);
	}

	private static boolean isWholeDocument(JsonParser parser) {
		TokenStreamContext context = parser.streamReadContext();
		JsonToken token = parser.currentToken();
		if (token != null && token.isStructStart()) {
			// the context is then that of the structure
			context = context.getParent();
		}
		return context == null || context.inRoot();
	}

	private static @Nullable Object nothing(Class<?> targetType) {
		return targetType.isPrimitive() ? ClassUtil.defaultValue(targetType) : null;
	}

}
