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
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;

/**
 * Makes the output schema of a Java type: a JSON Schema (draft-07) of nothing but the
 * keywords that the service accepts, of which {@code description} is none (TinyFish's
 * page on structured output). Names and types are those by which
 * {@link Json#resultMapper()} reads the result.
 */
public final class OutputSchemas {

	private OutputSchemas() {
	}

	/**
	 * Describe a type.
	 * @param type the type that the result shall be read as
	 * @return the schema of a JSON object: of the type itself, or, where that is written
	 * as an array or a single value, of an object with nothing but that
	 * @throws IllegalArgumentException if the type, or one that it refers to, cannot be
	 * described, saying which and why
	 */
	public static Map<String, Object> of(Type type) {
		JavaType javaType = Json.resultMapper().constructType(type);
		Map<String, Object> schema = new Generation().schema(javaType);
		if (ResultShape.of(javaType) == ResultShape.OBJECT) {
			return schema;
		}
		String name = (ResultShape.of(javaType) == ResultShape.ARRAY) ? "items" : "value";
		Map<String, Object> wrapper = new LinkedHashMap<>();
		wrapper.put("type", "object");
		wrapper.put("properties", Map.of(name, schema));
		wrapper.put("required", List.of(name));
		return Collections.unmodifiableMap(wrapper);
	}

	/**
	 * The making of one schema.
	 */
	private static final class Generation {

		/** TinyFish's page on structured output. */
		private static final int MAX_DEPTH = 10;

		private final DeserializationConfig config = Json.resultMapper().deserializationConfig();

		private final ClassIntrospector introspector = this.config.classIntrospectorInstance()
			.forOperation(this.config);

		private final AnnotationIntrospector annotations = this.config.getAnnotationIntrospector();

		/** The types that are being described, to find those that contain themselves. */
		private final Deque<JavaType> open = new ArrayDeque<>();

		Map<String, Object> schema(JavaType type) {
			Map<String, Object> scalar = ScalarTypes.schema(type);
			if (scalar != null) {
				return scalar;
			}
			if (type.isReferenceType()) {
				return nullable(schema(type.getContentType()));
			}
			if (type.isArrayType() || type.isCollectionLikeType()) {
				return Map.of("type", "array", "items", schema(type.getContentType()));
			}
			if (type.isMapLikeType()) {
				// additionalProperties is not accepted
				return Map.of("type", "object");
			}
			return object(type);
		}

		private Map<String, Object> object(JavaType type) {
			if (this.open.contains(type)) {
				throw cannot(type, "it contains itself, and the service accepts no recursive schema");
			}
			if (this.open.size() >= MAX_DEPTH) {
				throw cannot(type, "it is nested deeper than the service accepts");
			}
			AnnotatedClass annotated = this.introspector.introspectClassAnnotations(type);
			BeanDescription bean = this.introspector.introspectForDeserialization(type, annotated);
			requireReadable(type, annotated, bean);
			this.open.push(type);
			try {
				return object(bean);
			}
			finally {
				this.open.pop();
			}
		}

		private void requireReadable(JavaType type, AnnotatedClass annotated, BeanDescription bean) {
			if (type.isAbstract() || type.isInterface()) {
				throw cannot(type, "it is abstract, so that no result can be read as it");
			}
			if (type.getRawClass().getName().startsWith("java.")) {
				throw cannot(type, "it is not known how it is written as JSON");
			}
			if (this.annotations.findDeserializer(this.config, annotated) != null
					|| this.annotations.findDeserializationConverter(this.config, annotated) != null) {
				throw cannot(type, "it has a deserializer of its own");
			}
			if (this.annotations.findPolymorphicTypeInfo(this.config, annotated) != null) {
				throw cannot(type, "it has type information of its own");
			}
			if (bean.findProperties().isEmpty()) {
				throw cannot(type, "it has no properties");
			}
		}

		private Map<String, Object> object(BeanDescription bean) {
			Map<String, Object> properties = new LinkedHashMap<>();
			List<String> required = new ArrayList<>();
			for (BeanPropertyDefinition property : bean.findProperties()) {
				if (!property.couldDeserialize() || bean.getIgnoredPropertyNames().contains(property.getName())) {
					continue;
				}
				properties.put(property.getName(), property(bean.getType(), property));
				if (!Nullness.mayBeAbsent(property)) {
					required.add(property.getName());
				}
			}
			Map<String, Object> schema = new LinkedHashMap<>();
			schema.put("type", "object");
			schema.put("properties", Collections.unmodifiableMap(properties));
			if (!required.isEmpty()) {
				schema.put("required", List.copyOf(required));
			}
			return Collections.unmodifiableMap(schema);
		}

		private Map<String, Object> property(JavaType owner, BeanPropertyDefinition property) {
			AnnotatedMember member = property.getNonConstructorMutator();
			if (member != null && this.annotations.findUnwrappingNameTransformer(this.config, member) != null) {
				throw cannot(owner, "its property " + property.getName() + " is unwrapped");
			}
			Map<String, Object> schema = schema(property.getPrimaryType());
			if (Nullness.isNullable(property)) {
				schema = nullable(schema);
			}
			return schema;
		}

		private static Map<String, Object> nullable(Map<String, Object> schema) {
			Map<String, Object> nullable = new LinkedHashMap<>(schema);
			nullable.put("nullable", true);
			return Collections.unmodifiableMap(nullable);
		}

		private static IllegalArgumentException cannot(JavaType type, String why) {
			return new IllegalArgumentException("No output schema can be made of " + type.toCanonical() + ": " + why
					+ ". Give a schema of your own with outputSchema(Map)");
		}

	}

}
