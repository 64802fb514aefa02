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

import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

import ai.tinyfish.internal.json.KotlinSupport;
import com.fasterxml.jackson.annotation.Nulls;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.AnnotatedParameter;
import tools.jackson.databind.introspect.BeanPropertyDefinition;

import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;

/**
 * Nullness and defaults of the properties of Kotlin classes. They are only in Kotlin's
 * metadata: its compiler writes no annotations for them that exist at run time.
 */
final class KotlinProperties {

	private KotlinProperties() {
	}

	/**
	 * Return whether a type is a Kotlin class that cannot be read by the rules of Kotlin.
	 */
	static boolean isUnreadable(Class<?> type) {
		return KotlinDetector.isKotlinType(type) && !KotlinSupport.isPresent();
	}

	/**
	 * Return whether a property is declared by a Kotlin class, and can be read as such.
	 */
	static boolean declares(BeanPropertyDefinition property) {
		AnnotatedMember member = property.getMutator();
		return member != null && KotlinDetector.isKotlinType(member.getDeclaringClass()) && KotlinSupport.isPresent();
	}

	/**
	 * Return whether a property of a Kotlin class may be absent: it is nullable, or a
	 * parameter with a default, which is not used for null. Only the Kotlin module knows
	 * the parameters of value classes.
	 */
	static boolean isOptional(BeanPropertyDefinition property) {
		if (!declares(property)) {
			return false;
		}
		MethodParameter parameter = parameter(property.getMutator());
		return (parameter != null && parameter.isOptional())
				|| Boolean.FALSE.equals(property.getMetadata().getRequired());
	}

	/**
	 * Return whether the type of a property is nullable.
	 */
	static boolean isNullable(BeanPropertyDefinition property) {
		AnnotatedMember member = property.getMutator();
		MethodParameter parameter = parameter(member);
		if (parameter != null) {
			return Nullness.forMethodParameter(parameter) == Nullness.NULLABLE;
		}
		return member != null && member.getMember() instanceof Field field
				&& Nullness.forField(field) == Nullness.NULLABLE;
	}

	/**
	 * Return whether the elements of a parameter may be null: otherwise the Kotlin module
	 * refuses null.
	 */
	static boolean hasNullableContent(BeanPropertyDefinition property) {
		return property.getConstructorParameter() != null && property.getMetadata().getContentNulls() != Nulls.FAIL;
	}

	private static @Nullable MethodParameter parameter(@Nullable AnnotatedMember member) {
		if (member instanceof AnnotatedParameter parameter
				&& parameter.getOwner().getMember() instanceof Executable owner) {
			return MethodParameter.forExecutable(owner, parameter.getIndex());
		}
		if (member != null && member.getMember() instanceof Method setter && setter.getParameterCount() == 1) {
			return new MethodParameter(setter, 0);
		}
		return null;
	}

}
