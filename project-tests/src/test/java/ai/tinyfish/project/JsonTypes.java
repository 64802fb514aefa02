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

package ai.tinyfish.project;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.core.domain.ReferencedClassObject;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.SerializationConfig;
import tools.jackson.databind.annotation.JsonDeserialize;
import tools.jackson.databind.annotation.JsonSerialize;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.ClassUtils;

/**
 * Types of this project that Jackson reads or writes, collected from bytecode. These are
 * types with an annotation of Jackson, types that an annotation of Jackson names, class
 * literals in methods that call a mapper, arguments of type references, and the types of
 * the properties of all of them, as Jackson finds them.
 */
final class JsonTypes {

	private final JsonMapper mapper = JsonMapper.shared();

	private final Set<String> found = new TreeSet<>();

	private final Deque<Class<?>> waiting = new ArrayDeque<>();

	private JsonTypes() {
	}

	/**
	 * Collect the types.
	 * @param classes the classes to search
	 * @return the names of the types
	 */
	static Set<String> of(JavaClasses classes) {
		JsonTypes types = new JsonTypes();
		classes.forEach(types::addNamedIn);
		while (!types.waiting.isEmpty()) {
			types.addPropertiesOf(types.waiting.pop());
		}
		return types.found;
	}

	private void addNamedIn(JavaClass type) {
		annotations(type).filter(JsonTypes::isOfJackson).forEach((annotation) -> {
			add(type);
			annotation.getProperties().values().stream().filter(JavaClass.class::isInstance).forEach(this::add);
		});
		type.getCodeUnits()
			.stream()
			.filter(JsonTypes::callsMapper)
			.flatMap((unit) -> unit.getReferencedClassObjects().stream())
			.filter((literal) -> !isOfLogger(literal))
			.map(ReferencedClassObject::getRawType)
			.forEach(this::add);
		type.getSuperclass()
			.filter((superclass) -> superclass.toErasure().isEquivalentTo(TypeReference.class))
			.ifPresent((reference) -> reference.getAllInvolvedRawTypes().forEach(this::add));
	}

	private static Stream<JavaAnnotation<?>> annotations(JavaClass type) {
		return Stream
			.of(Stream.of(type), type.getMembers().stream(),
					type.getCodeUnits().stream().flatMap((unit) -> unit.getParameters().stream()))
			.flatMap((elements) -> elements)
			.flatMap((element) -> element.getAnnotations().stream());
	}

	private static boolean isOfJackson(JavaAnnotation<?> annotation) {
		return annotation.getRawType().getName().matches("(com\\.fasterxml|tools)\\.jackson\\..*");
	}

	private static boolean callsMapper(JavaCodeUnit unit) {
		return unit.getCallsFromSelf()
			.stream()
			.map((call) -> call.getTargetOwner().getName())
			.anyMatch((owner) -> owner.startsWith("tools.jackson.") || owner.matches("ai\\.tinyfish\\..*\\.Json"));
	}

	private static boolean isOfLogger(ReferencedClassObject literal) {
		return literal.getOwner().getName().equals(JavaStaticInitializer.STATIC_INITIALIZER_NAME)
				&& literal.getRawType().equals(literal.getOwner().getOwner());
	}

	private void addPropertiesOf(Class<?> type) {
		if (type.getSuperclass() != null) {
			add(type.getSuperclass());
		}
		JavaType javaType = this.mapper.constructType(type);
		if (!type.isAnnotationPresent(JsonSerialize.class)) {
			SerializationConfig config = this.mapper.serializationConfig();
			ClassIntrospector introspector = config.classIntrospectorInstance().forOperation(config);
			addPropertiesOf(introspector.introspectForSerialization(javaType,
					introspector.introspectClassAnnotations(javaType)));
		}
		if (!type.isAnnotationPresent(JsonDeserialize.class)) {
			DeserializationConfig config = this.mapper.deserializationConfig();
			ClassIntrospector introspector = config.classIntrospectorInstance().forOperation(config);
			addPropertiesOf(introspector.introspectForDeserialization(javaType,
					introspector.introspectClassAnnotations(javaType)));
		}
	}

	private void addPropertiesOf(BeanDescription bean) {
		for (BeanPropertyDefinition property : bean.findProperties()) {
			add(property.getPrimaryType());
		}
	}

	private void add(JavaType type) {
		add(type.getRawClass());
		for (int i = 0; i < type.containedTypeCount(); i++) {
			add(type.containedType(i));
		}
		if (type.getContentType() != null) {
			add(type.getContentType());
		}
	}

	private void add(Object type) {
		if (type instanceof JavaClass javaClass && javaClass.getName().startsWith("ai.tinyfish.")) {
			add(ClassUtils.resolveClassName(javaClass.getName(), null));
		}
	}

	private void add(Class<?> type) {
		if (type.getName().startsWith("ai.tinyfish.") && this.found.add(type.getName())) {
			this.waiting.push(type);
		}
	}

}
