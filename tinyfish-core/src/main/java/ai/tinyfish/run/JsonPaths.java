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

import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * JSON paths.
 */
final class JsonPaths {

	private static final Pattern SERVICE_PATH = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z0-9_]+|\\[[0-9]+])*");

	private static final Pattern INDEX = Pattern.compile("\\.([0-9]+)(?![A-Za-z0-9_])");

	private JsonPaths() {
	}

	/**
	 * Return the steps to a place.
	 * @return a JSON path without its root
	 */
	static String of(List<JacksonException.Reference> steps) {
		StringBuilder path = new StringBuilder();
		for (JacksonException.Reference step : steps) {
			String name = step.getPropertyName();
			path.append((name != null) ? property(name) : "[" + step.getIndex() + "]");
		}
		return path.toString();
	}

	static String property(String name) {
		return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? "." + name : "['" + name.replace("'", "\\'") + "']";
	}

	/**
	 * Return the path of a place that the service names: names and indexes with dots
	 * between them, as far as is known.
	 * @return the path, or that of the whole document if the text has another form
	 */
	static String ofService(@Nullable String place) {
		String steps = (place != null) ? place.replaceFirst("^\\$?\\.?", "") : "";
		return SERVICE_PATH.matcher(steps).matches() ? "$." + INDEX.matcher(steps).replaceAll("[$1]") : "$";
	}

}
