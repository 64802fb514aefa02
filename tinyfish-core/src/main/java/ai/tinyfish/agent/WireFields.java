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

package ai.tinyfish.agent;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The fields of an object to send, by their names on the wire. A field that is null is
 * absent.
 */
final class WireFields {

	private final Map<String, Object> fields = new LinkedHashMap<>();

	void set(String name, @Nullable Object value) {
		if (value != null) {
			this.fields.put(name, value);
		}
		else {
			this.fields.remove(name);
		}
	}

	void setAll(Map<String, Object> values) {
		this.fields.putAll(values);
	}

	@Nullable Object get(String name) {
		return this.fields.get(name);
	}

	@Nullable String getText(String name) {
		return (String) this.fields.get(name);
	}

	boolean isTrue(String name) {
		return Boolean.TRUE.equals(this.fields.get(name));
	}

	Map<String, Object> toMap() {
		return Collections.unmodifiableMap(new LinkedHashMap<>(this.fields));
	}

}
