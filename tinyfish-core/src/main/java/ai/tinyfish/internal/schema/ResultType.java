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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

import ai.tinyfish.internal.json.Json;
import com.fasterxml.jackson.annotation.JsonFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.AnnotationIntrospector.ReferenceProperty;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.util.IgnorePropertiesUtil;

/**
 * Target type of results of {@link Json#resultMapper()}, or the type of a property or an
 * element inside it, with the nullness of its declaration. Both output schemas and checks
 * of results use it, so that they are consistent. Not thread-safe.
 */
public final class ResultType {

	static final DeserializationConfig CONFIG = Json.resultMapper().deserializationConfig();

	static final AnnotationIntrospector ANNOTATIONS = CONFIG.getAnnotationIntrospector();

	private final JavaType type;

	private final @Nullable ResultType parent;

	private final @Nullable BeanPropertyDefinition property;

	private final @Nullable AnnotatedType declaration;

	private final boolean nullable;

	private final boolean required;

	private final boolean opaque;

	private @Nullable ResultType content;

	private @Nullable List<ResultType> properties;

	private @Nullable Map<String, ResultType> names;

	private ResultType(JavaType type, @Nullable ResultType parent, @Nullable BeanPropertyDefinition property,
			@Nullable AnnotatedType declaration, boolean nullable) {
		this.type = type;
		this.parent = parent;
		this.property = property;
		this.declaration = declaration;
		this.nullable = nullable;
		this.required = (property != null) ? !Nullness.mayBeAbsent(property) && !isUnwrapped() : !nullable;
		this.opaque = property != null && isReadInItsOwnWay(property);
	}

	/**
	 * Create a type without a declaration.
	 * @param type the type
	 * @return the type
	 */
	public static ResultType of(JavaType type) {
		return new ResultType(type, null, null, null, false);
	}

	private ResultType property(BeanPropertyDefinition definition) {
		return new ResultType(definition.getPrimaryType(), this, definition, Nullness.declaredType(definition),
				Nullness.isNullable(definition));
	}

	/**
	 * Return the type itself.
	 * @return the type
	 */
	public JavaType type() {
		return this.type;
	}

	boolean isNullable() {
		return this.nullable;
	}

	/**
	 * Return whether a property or element is required.
	 * @return false if a property may be absent, or an element may be null
	 */
	public boolean isRequired() {
		return this.required;
	}

	/**
	 * Return whether annotations of a property change how its type is read.
	 * @return true if the names in its JSON do not follow from the type
	 */
	public boolean isOpaque() {
		return this.opaque;
	}

	/**
	 * Return the name of a property in JSON.
	 * @return the name, empty if this is not a property
	 */
	public String name() {
		return (this.property != null) ? this.property.getName() : "";
	}

	String internalName() {
		return (this.property != null) ? this.property.getInternalName() : "";
	}

	/**
	 * Return whether JSON has the properties of this property instead of it.
	 */
	boolean isUnwrapped() {
		return this.property != null
				&& ANNOTATIONS.findUnwrappingNameTransformer(CONFIG, this.property.getPrimaryMember()) != null;
	}

	JsonFormat.@Nullable Value format() {
		return (this.property != null) ? ANNOTATIONS.findFormat(CONFIG, this.property.getPrimaryMember()) : null;
	}

	/**
	 * Return whether a single value is read as an array or collection of one element. The
	 * setting of a property also applies to its elements.
	 * @return true if a value that is not an array is read as an element
	 */
	public boolean acceptsSingleValue() {
		JsonFormat.Value format = format();
		return (format != null)
				? Boolean.TRUE.equals(format.getFeature(JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY))
				: this.property == null && this.parent != null && this.parent.acceptsSingleValue();
	}

	/**
	 * Return where the type was found, such as {@code " at Job.employer"}.
	 */
	String place() {
		return (this.parent == null) ? "" : (this.property == null) ? this.parent.place()
				: " at " + this.parent.type.getRawClass().getSimpleName() + "." + internalName();
	}

	boolean isInsideItself() {
		return sameAround() != null;
	}

	/**
	 * Return the nearest type around this one that is equal. It has the same properties,
	 * which are then read once, even for deep or wide results.
	 */
	private @Nullable ResultType sameAround() {
		ResultType outer = this.parent;
		while (outer != null && !outer.type.equals(this.type)) {
			outer = outer.parent;
		}
		return outer;
	}

	/**
	 * Return the type of the elements of an array or collection, the values of a map, or
	 * the value of an {@code Optional}.
	 * @return the type
	 */
	public ResultType content() {
		ResultType current = this.content;
		if (current == null) {
			AnnotatedType inner = contentDeclaration();
			boolean mayBeNull = Nullness.isNullable(inner)
					|| (this.property != null && Nullness.hasNullableContent(this.property));
			current = new ResultType(this.type.getContentType(), this, null, inner, mayBeNull);
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

	/**
	 * Return the properties of a type that is read from a JSON object.
	 * @return the properties, in the order of the schema
	 */
	public List<ResultType> properties() {
		List<ResultType> current = this.properties;
		if (current == null) {
			ResultType same = sameAround();
			current = (same != null) ? same.properties() : definitions().map(this::property).toList();
			this.properties = current;
		}
		return current;
	}

	/**
	 * Return the properties by their names in JSON and their aliases.
	 * @return the properties, empty if the type is not read property by property
	 */
	public Map<String, ResultType> names() {
		Map<String, ResultType> current = this.names;
		if (current == null) {
			ResultType same = sameAround();
			current = (same != null) ? same.names() : readNames();
			this.names = current;
		}
		return current;
	}

	private Map<String, ResultType> readNames() {
		BeanDeserializerBase deserializer = deserializer();
		Map<String, ResultType> all = (deserializer != null && deserializer.isCaseInsensitive())
				? new TreeMap<>(String.CASE_INSENSITIVE_ORDER) : new HashMap<>();
		for (ResultType property : (deserializer != null) ? properties() : List.<ResultType>of()) {
			property.addNames(all);
		}
		return all;
	}

	private void addNames(Map<String, ResultType> all) {
		if (this.property != null && !isUnwrapped()) {
			all.put(name(), this);
			this.property.findAliases().forEach((alias) -> all.putIfAbsent(alias.getSimpleName(), this));
		}
	}

	/**
	 * Return whether a JSON object may have other names than those of the properties.
	 * @return true if it may, or if the type is not read property by property
	 */
	public boolean isOpen() {
		BeanDeserializerBase deserializer = deserializer();
		return deserializer == null || deserializer.hasAnySetter() || properties().isEmpty()
				|| properties().stream().anyMatch(ResultType::isUnwrapped);
	}

	/**
	 * Return the deserializer of a type that is read property by property.
	 * @return the deserializer, or null for any other type
	 * @throws DatabindException if nothing can be read as the type
	 */
	@Nullable BeanDeserializerBase deserializer() {
		ValueDeserializer<?> found = Json.resultMapper()._deserializationContext().findRootValueDeserializer(this.type);
		return (found instanceof BeanDeserializerBase bean && !bean.getValueInstantiator().canCreateUsingDelegate()
				&& !bean.getValueInstantiator().canCreateUsingArrayDelegate()) ? bean : null;
	}

	AnnotatedClass annotated() {
		return introspector().introspectClassAnnotations(this.type);
	}

	private static ClassIntrospector introspector() {
		return CONFIG.classIntrospectorInstance().forOperation(CONFIG);
	}

	/**
	 * Return the properties that a type is read from: those of its builder, if it has
	 * one, without ignored ones and those without a name in JSON.
	 */
	private Stream<BeanPropertyDefinition> definitions() {
		ClassIntrospector introspector = introspector();
		AnnotatedClass annotated = introspector.introspectClassAnnotations(this.type);
		BeanDescription own = introspector.introspectForDeserialization(this.type, annotated);
		Class<?> builder = ANNOTATIONS.findPOJOBuilder(CONFIG, annotated);
		BeanDescription bean = (builder != null)
				? introspector.introspectForDeserializationWithBuilder(CONFIG.constructType(builder), own) : own;
		Set<String> ignored = CONFIG.getDefaultPropertyIgnorals(bean.getBeanClass(), bean.getClassInfo())
			.findIgnoredForDeserialization();
		Set<String> included = CONFIG.getDefaultPropertyInclusions(bean.getBeanClass(), bean.getClassInfo())
			.getIncluded();
		return bean.findProperties()
			.stream()
			.filter((property) -> property.couldDeserialize()
					&& !bean.getIgnoredPropertyNames().contains(property.getName())
					&& !IgnorePropertiesUtil.shouldIgnore(property.getName(), ignored, included) && isNamed(property));
	}

	/**
	 * Return whether JSON names a property. It does not if the property refers back to
	 * the object around, or takes all other names.
	 */
	private static boolean isNamed(BeanPropertyDefinition property) {
		ReferenceProperty reference = property.findReferenceType();
		return (reference == null || !reference.isBackReference())
				&& !Boolean.TRUE.equals(ANNOTATIONS.hasAnySetter(CONFIG, property.getPrimaryMember()));
	}

	private static boolean isReadInItsOwnWay(BeanPropertyDefinition property) {
		AnnotatedMember member = property.getPrimaryMember();
		return Stream
			.of(ANNOTATIONS.findDeserializer(CONFIG, member), ANNOTATIONS.findContentDeserializer(CONFIG, member),
					ANNOTATIONS.findDeserializationConverter(CONFIG, member),
					ANNOTATIONS.findDeserializationContentConverter(CONFIG, member),
					ANNOTATIONS.findPolymorphicTypeInfo(CONFIG, member),
					ANNOTATIONS.findPropertyInclusionByName(CONFIG, member).getIncluded())
			.anyMatch(Objects::nonNull) || !ANNOTATIONS.findPropertyIgnoralByName(CONFIG, member).getIgnored().isEmpty()
				|| !ANNOTATIONS.refineDeserializationType(CONFIG, member, property.getPrimaryType())
					.equals(property.getPrimaryType());
	}

}
