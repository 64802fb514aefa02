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

import java.util.function.Function;

/**
 * Conversion of JSON values of any shape to their text, and back.
 */
public final class JsonText {

	private JsonText() {
	}

	/**
	 * Serializer of the JSON that a text is.
	 */
	public static final class Serializer extends RawJsonSerializer<String> {

		/**
		 * Create a serializer.
		 */
		public Serializer() {
			super(String.class, Function.identity());
		}

	}

	/**
	 * Deserializer of any JSON value, null included.
	 */
	public static final class Deserializer extends RawJsonDeserializer<String> {

		/**
		 * Create a deserializer.
		 */
		public Deserializer() {
			super(String.class, Function.identity());
		}

	}

}
