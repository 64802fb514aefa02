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

package ai.tinyfish.internal.schema;

import tools.jackson.databind.JavaType;

/**
 * JSON shape that a type is read from.
 */
public enum ResultShape {

	/** A JSON object, or any JSON. */
	OBJECT,

	/** A JSON array. */
	ARRAY,

	/** A text, number or boolean. */
	SCALAR;

	/**
	 * Return the shape of a type.
	 * @param type the type
	 * @return the shape
	 */
	public static ResultShape of(JavaType type) {
		if (type.isReferenceType()) {
			return of(type.getContentType());
		}
		if (ScalarTypes.isScalar(type)) {
			return SCALAR;
		}
		return (type.isArrayType() || type.isCollectionLikeType()) ? ARRAY : OBJECT;
	}

}
