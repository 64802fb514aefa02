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
		boolean object = ResultShape.of(javaType) == ResultShape.OBJECT;
		Map<String, Object> schema = new Generation(object ? 0 : 1).schema(DeclaredType.of(javaType));
		if (object) {
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

		private final Introspection introspection = new Introspection();

		private final DeserializationConfig config = this.introspection.config();

		private final AnnotationIntrospector annotations = this.introspection.annotations();

		/** The types that are being described, to find those that contain themselves. */
		private final Deque<JavaType> open = new ArrayDeque<>();

		/**
		 * The properties that lead to what is being described, such as
		 * {@code Job.employer}.
		 */
		private final Deque<String> path = new ArrayDeque<>();

		/** Current depth in the schema. */
		private int depth;

		Generation(int depth) {
			this.depth = depth;
		}

		Map<String, Object> schema(DeclaredType declared) {
			JavaType type = declared.type();
			if (this.depth > MAX_DEPTH) {
				throw cannot(this.open.isEmpty() ? type : this.open.getLast(),
						"it is nested deeper than the service accepts");
			}
			Map<String, Object> scalar = ScalarTypes.schema(type);
			if (scalar != null) {
				return scalar;
			}
			if (type.getRawClass().isEnum()) {
				throw cannot(type, "its constants are not written as texts or numbers");
			}
			if (type instanceof ResolvedRecursiveType) {
				throw containsItself(type);
			}
			if (type.isReferenceType()) {
				return nullable(schema(declared.content()));
			}
			if (type.isArrayType() || type.isCollectionLikeType()) {
				DeclaredType content = declared.content();
				Map<String, Object> items = nested(content);
				return Map.of("type", "array", "items", content.isNullable() ? nullable(items) : items);
			}
			if (type.isMapLikeType()) {
				// additionalProperties is not accepted
				return Map.of("type", "object");
			}
			return object(type);
		}

		private Map<String, Object> nested(DeclaredType type) {
			this.depth++;
			try {
				return schema(type);
			}
			finally {
				this.depth--;
			}
		}

		private Map<String, Object> object(JavaType type) {
			if (this.open.contains(type)) {
				throw containsItself(type);
			}
			AnnotatedClass annotated = this.introspection.annotated(type);
			requireReadable(type, annotated);
			this.open.push(type);
			try {
				Map<String, Object> schema = object(type, this.introspection.properties(type, annotated));
				// when all that it refers to is known to be finite
				requireInstantiable(type);
				return schema;
			}
			finally {
				this.open.pop();
			}
		}

		private void requireReadable(JavaType type, AnnotatedClass annotated) {
			if (type.isAbstract() || type.isInterface()) {
				throw cannot(type, "it is abstract, and no result can be read as an abstract type");
			}
			if (KotlinProperties.isUnreadable(type.getRawClass())) {
				throw cannot(type, "it is a Kotlin class, and jackson-module-kotlin or kotlin-reflect, with which it"
						+ " would be read, is missing on the class path");
			}
			if (type.getRawClass().getName().startsWith("java.")) {
				throw cannot(type, "its form in JSON is not known");
			}
			if (this.annotations.findDeserializer(this.config, annotated) != null
					|| this.annotations.findDeserializationConverter(this.config, annotated) != null) {
				throw cannot(type, "it has a deserializer of its own");
			}
			if (isArray(this.annotations.findFormat(this.config, annotated))) {
				throw cannot(type, "it is written as an array");
			}
			if (this.annotations.findPolymorphicTypeInfo(this.config, annotated) != null) {
				throw cannot(type, "it has type information of its own");
			}
		}

		/**
		 * Better now than when the run has been paid for.
		 */
		private void requireInstantiable(JavaType type) {
			BeanDeserializerBase deserializer;
			try {
				deserializer = this.introspection.deserializer(type);
			}
			catch (DatabindException ex) {
				throw cannot(type, "no result can be read as it (" + ex.getOriginalMessage() + ")");
			}
			if (deserializer == null) {
				throw cannot(type, "it is not read property by property");
			}
			ValueInstantiator instantiator = deserializer.getValueInstantiator();
			if (!instantiator.canCreateUsingDefault() && !instantiator.canCreateFromObjectWith()) {
				throw cannot(type, "it has no constructor that a result could be read with: make it a record, or mark"
						+ " one with @JsonCreator");
			}
		}

		private Map<String, Object> object(JavaType type, List<BeanPropertyDefinition> readable) {
			Map<String, Object> properties = new LinkedHashMap<>();
			List<String> required = new ArrayList<>();
			for (BeanPropertyDefinition property : readable) {
				properties.put(property.getName(), property(type, property));
				if (!Nullness.mayBeAbsent(property)) {
					required.add(property.getName());
				}
			}
			if (properties.isEmpty()) {
				throw cannot(type,
						"it has no properties that could be read: make it a record, or mark a constructor with @JsonCreator");
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
			if (this.introspection.isUnwrapped(property)) {
				throw cannot(owner, "its property " + property.getInternalName() + " is unwrapped");
			}
			this.path.push(owner.getRawClass().getSimpleName() + "." + property.getInternalName());
			Map<String, Object> schema = nested(DeclaredType.of(property));
			this.path.pop();
			JsonFormat.Value format = this.annotations.findFormat(this.config, property.getPrimaryMember());
			if (isArray(format) && "object".equals(schema.get("type"))) {
				throw cannot(owner, "its property " + property.getName() + " is written as an array");
			}
			if (Nullness.isNullable(property)) {
				schema = nullable(schema);
			}
			// a text that is read in a form of its own, which no keyword could say
			return (format != null && format.hasPattern()) ? without(schema, "format") : schema;
		}

		private static boolean isArray(JsonFormat.@Nullable Value format) {
			return format != null && format.getShape() == JsonFormat.Shape.ARRAY;
		}

		private static Map<String, Object> without(Map<String, Object> schema, String name) {
			Map<String, Object> changed = new LinkedHashMap<>(schema);
			changed.remove(name);
			return Collections.unmodifiableMap(changed);
		}

		private static Map<String, Object> nullable(Map<String, Object> schema) {
			Map<String, Object> nullable = new LinkedHashMap<>(schema);
			nullable.put("nullable", true);
			return Collections.unmodifiableMap(nullable);
		}

		private IllegalArgumentException containsItself(JavaType type) {
			return cannot(type, "it contains itself, and the service accepts no recursive schema");
		}

		private IllegalArgumentException cannot(JavaType type, String why) {
			String place = this.path.isEmpty() ? "" : " at " + this.path.peek();
			return new IllegalArgumentException("No output schema can be created for " + type.toCanonical() + place
					+ ": " + why + ". Set a schema of your own with outputSchema(Map)");
		}

	}

}
