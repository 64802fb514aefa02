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

package ai.tinyfish.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Numbers from the command line, each {@code name=value} or {@code name=value,value,...}.
 */
final class Options {

	private final Map<String, List<Integer>> values = new HashMap<>();

	/**
	 * Read the options.
	 * @param arguments as typed
	 * @param defaults each known option with its values
	 */
	Options(List<String> arguments, Map<String, List<Integer>> defaults) {
		this.values.putAll(defaults);
		for (String argument : arguments) {
			String[] parts = argument.split("=", 2);
			if (parts.length != 2 || !defaults.containsKey(parts[0])) {
				throw new IllegalArgumentException("'" + argument + "' is not one of " + defaults.keySet());
			}
			this.values.put(parts[0], Arrays.stream(parts[1].split(",")).map(Integer::valueOf).toList());
		}
	}

	List<Integer> all(String name) {
		return this.values.getOrDefault(name, List.of());
	}

	int one(String name) {
		return all(name).get(0);
	}

}
