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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.PropertyName;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.BeanPropertyDefinition;

/**
 * The properties of a type that is read from a JSON object, with the names and the
 * nullness that its output schema has. Not for more than one thread.
 */
public final class ObjectProperties {

	private final List<Property> all = new ArrayList<>();

	private final Map<String, Property> byName = new HashMap<>();

	private final boolean anyCase;

	private boolean open;

	private ObjectProperties(Introspection introspection, JavaType type, BeanDeserializerBase deserializer) {
		this.anyCase = deserializer.isCaseInsensitive();
		this.open = deserializer.hasAnySetter();
		for (BeanPropertyDefinition definition : introspection.properties(type, introspection.annotated(type))) {
			if (introspection.isUnwrapped(definition)) {
				this.open = true;
				continue;
			}
			Property property = new Property(this.all.size(), definition.getName(), !Nullness.mayBeAbsent(definition),
					introspection.isReadInItsOwnWay(definition) ? null : DeclaredType.of(definition));
			this.all.add(property);
			this.byName.put(key(property.name()), property);
			for (PropertyName alias : definition.findAliases()) {
				this.byName.putIfAbsent(key(alias.getSimpleName()), property);
			}
		}
	}

	/**
	 * Return the properties of a type.
	 * @param type the type
	 * @return the properties, or null for a type that is not read property by property
	 */
	public static @Nullable ObjectProperties of(JavaType type) {
		Introspection introspection = new Introspection();
		try {
			BeanDeserializerBase deserializer = introspection.deserializer(type);
			return (deserializer != null) ? new ObjectProperties(introspection, type, deserializer) : null;
		}
		catch (DatabindException ex) {
			// reading the result says it better
			return null;
		}
	}

	/**
	 * Return all properties, in the order of the schema.
	 * @return the properties
	 */
	public List<Property> all() {
		return this.all;
	}

	/**
	 * Find the property that a JSON object names.
	 * @param name the name, or an alias
	 * @return the property, or null
	 */
	public @Nullable Property find(String name) {
		return this.byName.get(key(name));
	}

	/**
	 * Return whether the object takes names that are none of its properties.
	 * @return true if it does
	 */
	public boolean isOpen() {
		return this.open;
	}

	private String key(String name) {
		return this.anyCase ? name.toLowerCase(Locale.ROOT) : name;
	}

	/**
	 * One property.
	 *
	 * @param index its place among all
	 * @param name its name in JSON
	 * @param required whether the schema requires it
	 * @param type its type, or null where the type does not say how it is read
	 */
	public record Property(int index, String name, boolean required, @Nullable DeclaredType type) {
	}

}
