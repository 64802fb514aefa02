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

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.internal.json.PlainJson;
import ai.tinyfish.internal.json.ReceivedTime;
import org.jspecify.annotations.Nullable;

/**
 * Properties of a run beside those that its record has components for. In JSON they stand
 * beside the components, and none twice.
 */
final class AdditionalProperties {

	// most records have none
	private Map<String, @Nullable Object> properties = Collections.emptyMap();

	AdditionalProperties(@Nullable Map<String, ? extends @Nullable Object> properties) {
		if (properties != null && !properties.isEmpty()) {
			this.properties = new LinkedHashMap<>(properties);
		}
	}

	/**
	 * Create the properties of a document, without those for which there was no room.
	 */
	static AdditionalProperties read(@Nullable Map<String, ? extends @Nullable Object> properties) {
		AdditionalProperties read = new AdditionalProperties(properties);
		read.properties.values().removeIf((value) -> value == PlainJson.LEFT_OUT);
		return read;
	}

	/**
	 * Leave out what components hold.
	 * @param names their names, in all spellings
	 */
	AdditionalProperties without(Set<String> names) {
		if (!this.properties.isEmpty()) {
			this.properties.keySet().removeAll(names);
		}
		return this;
	}

	/**
	 * Leave out a time unless its component lacks it.
	 */
	AdditionalProperties time(String name, @Nullable Instant value) {
		if (!this.properties.isEmpty() && (value != null || this.properties.get(name) == null)) {
			this.properties.remove(name);
		}
		return this;
	}

	/**
	 * Add a time as it was received if it cannot be parsed.
	 */
	AdditionalProperties received(String name, @Nullable ReceivedTime time) {
		if (time != null && time.raw() != null) {
			this.properties = new LinkedHashMap<>(this.properties);
			this.properties.put(name, time.raw());
		}
		return this;
	}

	/**
	 * Return the properties.
	 * @return an unmodifiable map
	 */
	Map<String, @Nullable Object> toMap() {
		return this.properties.isEmpty() ? Collections.emptyMap() : Collections.unmodifiableMap(this.properties);
	}

	static @Nullable Instant value(@Nullable ReceivedTime time) {
		return (time != null) ? time.value() : null;
	}

	static @Nullable String text(Map<?, ?> properties, String name) {
		return (properties.get(name) instanceof String text) ? text : null;
	}

	static @Nullable Boolean flag(Map<?, ?> properties, String name) {
		return (properties.get(name) instanceof Boolean flag) ? flag : null;
	}

	static @Nullable ProfileHint profileHint(Map<?, ?> properties) {
		return (properties.get("profile_hint") instanceof Map<?, ?> hint)
				? new ProfileHint(text(hint, "message"), text(hint, "setup_url"), text(hint, "reason")) : null;
	}

}
