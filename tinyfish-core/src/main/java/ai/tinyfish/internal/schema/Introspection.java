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

import java.util.List;
import java.util.Set;

import ai.tinyfish.internal.json.Json;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.AnnotationIntrospector.ReferenceProperty;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.util.IgnorePropertiesUtil;

/**
 * Introspection of Java types by {@link Json#resultMapper()}. Schemas and the check of
 * results share it, so that they agree about names and about what may be null.
 */
final class Introspection {

	private final DeserializationConfig config = Json.resultMapper().deserializationConfig();

	private final ClassIntrospector introspector = this.config.classIntrospectorInstance().forOperation(this.config);

	private final AnnotationIntrospector annotations = this.config.getAnnotationIntrospector();

	DeserializationConfig config() {
		return this.config;
	}

	AnnotationIntrospector annotations() {
		return this.annotations;
	}

	AnnotatedClass annotated(JavaType type) {
		return this.introspector.introspectClassAnnotations(type);
	}

	/**
	 * Return the properties that a type is read from: its builder's, if it has one. What
	 * JSON does not have under the name of a property is none: what is ignored, what
	 * refers back to the object around, and what takes all other names.
	 */
	List<BeanPropertyDefinition> properties(JavaType type, AnnotatedClass annotated) {
		BeanDescription own = this.introspector.introspectForDeserialization(type, annotated);
		Class<?> builder = this.annotations.findPOJOBuilder(this.config, annotated);
		BeanDescription bean = (builder != null)
				? this.introspector.introspectForDeserializationWithBuilder(this.config.constructType(builder), own)
				: own;
		Set<String> ignored = this.config.getDefaultPropertyIgnorals(bean.getBeanClass(), bean.getClassInfo())
			.findIgnoredForDeserialization();
		Set<String> included = this.config.getDefaultPropertyInclusions(bean.getBeanClass(), bean.getClassInfo())
			.getIncluded();
		return bean.findProperties()
			.stream()
			.filter((property) -> property.couldDeserialize()
					&& !bean.getIgnoredPropertyNames().contains(property.getName())
					&& !IgnorePropertiesUtil.shouldIgnore(property.getName(), ignored, included)
					&& !isBackReference(property) && !takesOtherNames(property))
			.toList();
	}

	private static boolean isBackReference(BeanPropertyDefinition property) {
		ReferenceProperty reference = property.findReferenceType();
		return reference != null && reference.isBackReference();
	}

	private boolean takesOtherNames(BeanPropertyDefinition property) {
		AnnotatedMember member = property.getPrimaryMember();
		return member != null && Boolean.TRUE.equals(this.annotations.hasAnySetter(this.config, member));
	}

	/**
	 * Return the deserializer of a type that is read property by property.
	 * @return the deserializer, or null for any other type
	 * @throws DatabindException if nothing can be read as the type
	 */
	@Nullable BeanDeserializerBase deserializer(JavaType type) {
		if (!(Json.resultMapper()
			._deserializationContext()
			.findRootValueDeserializer(type) instanceof BeanDeserializerBase bean)) {
			return null;
		}
		ValueInstantiator instantiator = bean.getValueInstantiator();
		return (instantiator.canCreateUsingDelegate() || instantiator.canCreateUsingArrayDelegate()) ? null : bean;
	}

	boolean isUnwrapped(BeanPropertyDefinition property) {
		AnnotatedMember member = property.getPrimaryMember();
		return member != null && this.annotations.findUnwrappingNameTransformer(this.config, member) != null;
	}

	/**
	 * Return whether a property is read in a way of its own, which its type does not say.
	 */
	boolean isReadInItsOwnWay(BeanPropertyDefinition property) {
		AnnotatedMember member = property.getPrimaryMember();
		return member != null && (this.annotations.findDeserializer(this.config, member) != null
				|| this.annotations.findContentDeserializer(this.config, member) != null
				|| this.annotations.findDeserializationConverter(this.config, member) != null
				|| this.annotations.findDeserializationContentConverter(this.config, member) != null
				|| this.annotations.findPolymorphicTypeInfo(this.config, member) != null
				|| namesOtherProperties(property, member));
	}

	/**
	 * Return whether an annotation of the property changes which names its type has.
	 */
	private boolean namesOtherProperties(BeanPropertyDefinition property, AnnotatedMember member) {
		return !this.annotations.findPropertyIgnoralByName(this.config, member).getIgnored().isEmpty()
				|| this.annotations.findPropertyInclusionByName(this.config, member).getIncluded() != null
				|| !this.annotations.refineDeserializationType(this.config, member, property.getPrimaryType())
					.equals(property.getPrimaryType());
	}

}
