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

package ai.tinyfish.spring.relay;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.spring.relay.autoconfigure.TinyFishRelayProperties;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Properties of a relay.
 */
public final class RelayProperties {

	private RelayProperties() {
	}

	/**
	 * Bind properties.
	 * @param properties those that are set, as {@code name=value}, without the prefix
	 */
	public static TinyFishRelayProperties of(String... properties) {
		Map<String, String> values = Stream.of(properties)
			.map((property) -> property.split("=", 2))
			.collect(Collectors.toMap((property) -> "tinyfish.relay." + property[0], (property) -> property[1]));
		return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("tinyfish.relay",
				TinyFishRelayProperties.class);
	}

}
