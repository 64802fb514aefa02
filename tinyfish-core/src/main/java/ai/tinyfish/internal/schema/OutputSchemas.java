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

import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.json.Json;
import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.type.ResolvedRecursiveType;

/**
 * Creates the output schema of a Java type: a JSON Schema (draft-07) with only the
 * keywords that the service accepts, which do not include {@code description} (TinyFish's
 * page on structured output). Names and types are those with which
 * {@link Json#resultMapper()} reads the result.
 */
public final class OutputSchemas {

	/** TinyFish's page on structured output. */
	private static final int MAX_DEPTH = 10;

	private OutputSchemas() {
	}

	/**
	 * Describe a type.
	 * @param type the target type of the result
	 * @return the schema of a JSON object: of the type itself, or, if it is written as an
	 * array or a single value, of an object that contains only this
	 * @throws IllegalArgumentException if the type, or one that it refers to, cannot be
	 * described; the message names type and reason
	 */
	public static Map<String, Object> of(Type type) {
		ResultType result = ResultType.of(Json.resultMapper().constructType(type));
		ResultShape shape = ResultShape.of(result.type());
		if (shape == ResultShape.OBJECT) {
			return schema(result, 0);
		}
		String name = (shape == ResultShape.ARRAY) ? "items" : "value";
		return object(Map.of(name, schema(result, 1)), List.of(name));
	}

	private static Map<String, Object> schema(ResultType result, int depth) {
		Map<String, Object> schema = new LinkedHashMap<>(form(result, depth));
		if (result.isNullable()) {
			schema.put("nullable", true);
		}
		return schema;
	}

	private static Map<String, Object> form(ResultType result, int depth) {
		JavaType type = result.type();
		if (depth > MAX_DEPTH) {
			throw cannot(result, "it is nested deeper than the service accepts");
		}
		Map<String, Object> scalar = ScalarTypes.schema(type);
		if (scalar != null) {
			return scalar;
		}
		if (type.getRawClass().isEnum()) {
			throw cannot(result, "its constants are not written as texts or numbers");
		}
		if (type.isReferenceType()) {
			Map<String, Object> content = schema(result.content(), depth);
			content.put("nullable", true);
			return content;
		}
		if (type.isMapLikeType()) {
			// additionalProperties is not accepted
			return Map.of("type", "object");
		}
		boolean array = type.isArrayType() || type.isCollectionLikeType();
		if (type instanceof ResolvedRecursiveType || (!array && result.isInsideItself())) {
			throw cannot(result, "it contains itself, and the service accepts no recursive schema");
		}
		return array ? Map.of("type", "array", "items", schema(result.content(), depth + 1)) : object(result, depth);
	}

	private static Map<String, Object> object(ResultType result, int depth) {
		requireReadable(result);
		Map<String, Object> properties = new LinkedHashMap<>();
		result.properties()
			.forEach((property) -> properties.put(property.name(), property(result, property, depth + 1)));
		if (properties.isEmpty()) {
			throw cannot(result,
					"it has no properties that could be read: make it a record, or mark a constructor with @JsonCreator");
		}
		// when all referenced types are known to be finite
		requireInstantiable(result);
		return object(properties,
				result.properties().stream().filter(ResultType::isRequired).map(ResultType::name).toList());
	}

	private static Map<String, Object> object(Map<String, Object> properties, List<String> required) {
		Map<String, Object> schema = new LinkedHashMap<>();
		schema.put("type", "object");
		schema.put("properties", properties);
		if (!required.isEmpty()) {
			schema.put("required", required);
		}
		return schema;
	}

	private static Map<String, Object> property(ResultType owner, ResultType property, int depth) {
		if (property.isUnwrapped()) {
			throw cannot(owner, "its property " + property.internalName() + " is unwrapped");
		}
		Map<String, Object> schema = schema(property, depth);
		JsonFormat.Value format = property.format();
		if (isArray(format) && "object".equals(schema.get("type"))) {
			throw cannot(owner, "its property " + property.name() + " is written as an array");
		}
		if (format != null && format.hasPattern()) {
			// a text with a special format, for which there is no keyword
			schema.remove("format");
		}
		return schema;
	}

	private static void requireReadable(ResultType result) {
		JavaType type = result.type();
		AnnotatedClass annotated = result.annotated();
		if (type.isAbstract() || type.isInterface()) {
			throw cannot(result, "it is abstract, and no result can be read as an abstract type");
		}
		if (KotlinProperties.isUnreadable(type.getRawClass())) {
			throw cannot(result, "it is a Kotlin class, and jackson-module-kotlin or kotlin-reflect, with which it"
					+ " would be read, is missing on the class path");
		}
		if (type.getRawClass().getName().startsWith("java.")) {
			throw cannot(result, "its form in JSON is not known");
		}
		if (ResultType.ANNOTATIONS.findDeserializer(ResultType.CONFIG, annotated) != null
				|| ResultType.ANNOTATIONS.findDeserializationConverter(ResultType.CONFIG, annotated) != null) {
			throw cannot(result, "it has a deserializer of its own");
		}
		if (isArray(ResultType.ANNOTATIONS.findFormat(ResultType.CONFIG, annotated))) {
			throw cannot(result, "it is written as an array");
		}
		if (ResultType.ANNOTATIONS.findPolymorphicTypeInfo(ResultType.CONFIG, annotated) != null) {
			throw cannot(result, "it has type information of its own");
		}
	}

	/**
	 * Fail now, not after the run has been paid for.
	 */
	private static void requireInstantiable(ResultType result) {
		BeanDeserializerBase deserializer;
		try {
			deserializer = result.deserializer();
		}
		catch (DatabindException ex) {
			throw cannot(result, "no result can be read as it (" + ex.getOriginalMessage() + ")");
		}
		if (deserializer == null) {
			throw cannot(result, "it is not read property by property");
		}
		ValueInstantiator instantiator = deserializer.getValueInstantiator();
		if (!instantiator.canCreateUsingDefault() && !instantiator.canCreateFromObjectWith()) {
			throw cannot(result, "it has no constructor that a result could be read with: make it a record, or mark"
					+ " one with @JsonCreator");
		}
	}

	private static boolean isArray(JsonFormat.@Nullable Value format) {
		return format != null && format.getShape() == JsonFormat.Shape.ARRAY;
	}

	private static IllegalArgumentException cannot(ResultType result, String why) {
		return new IllegalArgumentException("No output schema can be created for " + result.type().toCanonical()
				+ result.place() + ": " + why + ". Set a schema of your own with outputSchema(Map)");
	}

}
