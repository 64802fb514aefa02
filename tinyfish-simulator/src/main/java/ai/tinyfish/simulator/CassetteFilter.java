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

package ai.tinyfish.simulator;

import java.util.Map;

/**
 * Strategy interface for removing more from recorded runs than their secrets.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface CassetteFilter {

	/**
	 * Change a request, before it is written and before it is compared with those of the
	 * file: a date in a goal can be made constant. Also change what became of a run,
	 * before it is written. Called on any thread; must not block.
	 * @param fields the fields of the file, which can be changed: {@code url},
	 * {@code goal} and the settings of a request, or {@code status}, {@code result},
	 * {@code error}, {@code events}, {@code steps} and what else the service said of a
	 * run
	 */
	void filter(Map<String, Object> fields);

}
