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

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.Nulls;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyMetadata;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.BeanPropertyDefinition;

/**
 * Detection of properties that may be absent: those that are {@code Optional}, that are
 * {@code Nullable} by any annotation of that name, or that Jackson's annotations declare
 * as not required or replace if null. For Kotlin classes, Kotlin's metadata applies.
 */
final class Nullness {

	private static final Set<Class<?>> OPTIONALS = Set.of(OptionalInt.class, OptionalLong.class, OptionalDouble.class);

	private Nullness() {
	}

	static boolean mayBeAbsent(BeanPropertyDefinition property) {
		return property.getPrimaryType().isReferenceType() || OPTIONALS.contains(property.getRawPrimaryType())
				|| isNullable(property) || KotlinProperties.isOptional(property);
	}

	static boolean isNullable(BeanPropertyDefinition property) {
		PropertyMetadata metadata = property.getMetadata();
		// the Kotlin module reports properties with a default as not required, but
		// refuses null
		boolean takesNull = KotlinProperties.declares(property) ? KotlinProperties.isNullable(property)
				: Boolean.FALSE.equals(metadata.getRequired());
		return takesNull || isReplaced(metadata.getValueNulls()) || isMarked(property);
	}

	/**
	 * Return whether the elements of a property may be null, since null is skipped or
	 * replaced.
	 */
	static boolean hasNullableContent(BeanPropertyDefinition property) {
		return isReplaced(property.getMetadata().getContentNulls())
				|| (KotlinProperties.declares(property) && KotlinProperties.hasNullableContent(property));
	}

	private static boolean isReplaced(@Nullable Nulls nulls) {
		return nulls == Nulls.SKIP || nulls == Nulls.AS_EMPTY;
	}

	private static boolean isMarked(BeanPropertyDefinition property) {
		return declarations(property)
			.anyMatch((declaration) -> isNullable(declaration.element()) || isNullable(declaration.type()));
	}

	/**
	 * Return the type of a property as it was declared, with the annotations inside it,
	 * such as that of the elements of a list.
	 * @return the declared type, or null if it is not known
	 */
	static @Nullable AnnotatedType declaredType(BeanPropertyDefinition property) {
		return declarations(property).map(Declaration::type).filter(Objects::nonNull).findFirst().orElse(null);
	}

	static boolean isNullable(@Nullable AnnotatedElement declaration) {
		return declaration != null && Arrays.stream(declaration.getAnnotations())
			.anyMatch((annotation) -> annotation.annotationType().getSimpleName().equals("Nullable"));
	}

	private static Stream<Declaration> declarations(BeanPropertyDefinition property) {
		return Stream
			.of(property.getConstructorParameter(), property.getField(), property.getSetter(), property.getGetter())
			.map(Nullness::declaration)
			.filter(Objects::nonNull);
	}

	private static @Nullable Declaration declaration(@Nullable AnnotatedMember member) {
		if (member == null) {
			return null;
		}
		if (member instanceof AnnotatedParameter parameter) {
			return (parameter.getOwner().getMember() instanceof Executable owner)
					? declaration(owner, parameter.getIndex()) : null;
		}
		if (member.getMember() instanceof Field field) {
			return new Declaration(field, field.getAnnotatedType());
		}
		if (member.getMember() instanceof Method method) {
			return (method.getParameterCount() == 0) ? new Declaration(method, method.getAnnotatedReturnType())
					: declaration(method, 0);
		}
		return null;
	}

	private static @Nullable Declaration declaration(Executable executable, int index) {
		if (index >= executable.getParameterCount()) {
			return null;
		}
		AnnotatedType[] types = executable.getAnnotatedParameterTypes();
		// the compiler may leave out parameters that the source does not have
		boolean sameCount = types.length == executable.getParameterCount() || executable instanceof Constructor<?>;
		return new Declaration(executable.getParameters()[index],
				(sameCount && index < types.length) ? types[index] : null);
	}

	/**
	 * Declaration of a property.
	 */
	private record Declaration(AnnotatedElement element, @Nullable AnnotatedType type) {
	}

}
