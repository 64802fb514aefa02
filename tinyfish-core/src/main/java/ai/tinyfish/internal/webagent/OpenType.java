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

package ai.tinyfish.internal.webagent;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Objects;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.GenericTypeResolver;
import org.springframework.util.ClassUtils;

/**
 * Types with a type variable that an interface leaves open.
 */
final class OpenType {

	private OpenType() {
	}

	/**
	 * Refuse a type if it has such a variable.
	 * @param type the type as it is declared
	 * @param agentType the interface
	 * @param subject the place of the type, such as "it has the return type"
	 * @throws DeclarationException naming the first such variable
	 */
	static void refuse(Type type, Class<?> agentType, String subject) {
		TypeVariable<?> variable = find(type, agentType);
		if (variable == null) {
			return;
		}
		String name = variable.getName();
		boolean ofMethod = !(variable.getGenericDeclaration() instanceof Class<?>);
		String owner = ofMethod ? "the method itself" : ((Class<?>) variable.getGenericDeclaration()).getName();
		throw new DeclarationException(
				subject + " " + type.getTypeName() + ", whose type variable " + name + " of " + owner
						+ " is not resolved",
				ofMethod ? "Write the type instead of " + name : "Annotate an interface that extends "
						+ ClassUtils.getShortName(owner) + " and names a type for " + name);
	}

	private static @Nullable TypeVariable<?> find(Type type, Class<?> agentType) {
		if (type instanceof TypeVariable<?> variable) {
			return (GenericTypeResolver.resolveType(variable, agentType) instanceof TypeVariable<?>) ? variable : null;
		}
		Stream<Type> parts = Stream.of();
		if (type instanceof ParameterizedType parameterized) {
			parts = Stream.of(parameterized.getActualTypeArguments());
		}
		else if (type instanceof GenericArrayType array) {
			parts = Stream.of(array.getGenericComponentType());
		}
		else if (type instanceof WildcardType wildcard) {
			parts = Stream.concat(Stream.of(wildcard.getUpperBounds()), Stream.of(wildcard.getLowerBounds()));
		}
		return parts.map((part) -> find(part, agentType)).filter(Objects::nonNull).findFirst().orElse(null);
	}

}
