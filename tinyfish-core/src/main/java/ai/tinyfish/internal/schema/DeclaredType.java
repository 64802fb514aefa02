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

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.introspect.BeanPropertyDefinition;

/**
 * A type and the annotations that its declaration has, which say whether elements may be
 * null. Not for more than one thread.
 */
public final class DeclaredType {

	private final JavaType type;

	private final @Nullable AnnotatedType declaration;

	private final boolean nullable;

	private final boolean contentNullable;

	private @Nullable DeclaredType content;

	private DeclaredType(JavaType type, @Nullable AnnotatedType declaration, boolean nullable,
			boolean contentNullable) {
		this.type = type;
		this.declaration = declaration;
		this.nullable = nullable || Nullness.isNullable(declaration);
		this.contentNullable = contentNullable;
	}

	/**
	 * A type without annotations.
	 * @param type the type
	 * @return the type
	 */
	public static DeclaredType of(JavaType type) {
		return new DeclaredType(type, null, false, false);
	}

	static DeclaredType of(BeanPropertyDefinition property) {
		return new DeclaredType(property.getPrimaryType(), Nullness.declaredType(property), false,
				Nullness.hasNullableContent(property));
	}

	/**
	 * Return the type itself.
	 * @return the type
	 */
	public JavaType type() {
		return this.type;
	}

	/**
	 * Return whether the declaration is annotated as {@code Nullable}, or another
	 * annotation takes null for an element.
	 * @return true if it is
	 */
	public boolean isNullable() {
		return this.nullable;
	}

	/**
	 * Return the type of the elements of an array or collection, the values of a map, or
	 * the value of an {@code Optional}.
	 * @return the type
	 */
	public DeclaredType content() {
		DeclaredType current = this.content;
		if (current == null) {
			current = new DeclaredType(this.type.getContentType(), contentDeclaration(), this.contentNullable, false);
			this.content = current;
		}
		return current;
	}

	private @Nullable AnnotatedType contentDeclaration() {
		if (this.declaration instanceof AnnotatedArrayType array) {
			return array.getAnnotatedGenericComponentType();
		}
		if (this.declaration instanceof AnnotatedParameterizedType parameterized) {
			AnnotatedType[] arguments = parameterized.getAnnotatedActualTypeArguments();
			return (arguments.length > 0) ? arguments[arguments.length - 1] : null;
		}
		return null;
	}

}
