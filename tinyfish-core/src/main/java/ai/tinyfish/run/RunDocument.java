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

package ai.tinyfish.run;

import java.util.Map;

import ai.tinyfish.internal.json.JsonFields;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import org.jspecify.annotations.Nullable;

/**
 * Object backed by the fields of its JSON. A field consists of an accessor with a JSON
 * name and a method of the builder.
 */
@JsonAutoDetect(fieldVisibility = Visibility.NONE, getterVisibility = Visibility.NONE,
		isGetterVisibility = Visibility.NONE)
abstract class RunDocument {

	static {
		JsonFields.register((owner) -> (owner instanceof RunDocument run) ? run.fields : ((Builder<?>) owner).fields);
	}

	final JsonFields fields;

	RunDocument(JsonFields fields) {
		this.fields = fields;
	}

	/**
	 * Return the properties without an accessor: those that this version does not know,
	 * and times that cannot be parsed. In JSON they are next to the other fields.
	 * <p>
	 * Each value is parsed when it is read from the map. A number with an exponent beyond
	 * 9,999 is a text.
	 * @return an unmodifiable map of plain JSON values (maps, lists, texts, numbers,
	 * booleans and null), keyed by JSON name; never null
	 */
	@JsonAnyGetter
	public Map<String, @Nullable Object> additionalProperties() {
		return this.fields.additional(getClass());
	}

	@Nullable String text(String name) {
		return this.fields.get(name, String.class);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof RunDocument that && getClass() == other.getClass()
				&& JsonFields.valuesOf(this).equals(JsonFields.valuesOf(that)));
	}

	@Override
	public int hashCode() {
		return JsonFields.valuesOf(this).hashCode();
	}

	/**
	 * Return a description with only the names of additional properties.
	 * @return the description
	 */
	@Override
	public String toString() {
		return Descriptions.of(getClass().getSimpleName(), JsonFields.valuesOf(this));
	}

	/**
	 * Base class of builders.
	 *
	 * @param <B> the builder
	 */
	abstract static class Builder<B> {

		final JsonFields fields;

		Builder(JsonFields fields) {
			this.fields = fields;
		}

		/**
		 * Set the properties without an accessor, which replace those that were set
		 * before. Properties of a field with a value are ignored. A time that is not set
		 * is read from them.
		 * @param properties plain JSON values, keyed by JSON name
		 * @return this builder
		 */
		@SuppressWarnings("unchecked")
		public B additionalProperties(Map<String, ? extends @Nullable Object> properties) {
			this.fields.setAdditional(getClass().getEnclosingClass(), properties);
			return (B) this;
		}

		@SuppressWarnings("unchecked")
		B set(String name, @Nullable Object value) {
			return this.fields.set((B) this, name, value);
		}

	}

}
