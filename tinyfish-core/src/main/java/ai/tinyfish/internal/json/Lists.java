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

package ai.tinyfish.internal.json;

import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Lists that the service may send: absent, or with nulls in them.
 */
public final class Lists {

	private Lists() {
	}

	/**
	 * Return the items of a list without nulls.
	 * @param <T> the type of the items
	 * @param list the list, or null
	 * @return an unmodifiable copy without nulls, empty for null
	 */
	public static <T> List<T> copyOf(@Nullable List<T> list) {
		return (list != null) ? list.stream().filter(Objects::nonNull).toList() : List.of();
	}

}
