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

package ai.tinyfish.durable.watch;

import java.util.List;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunResult;

/**
 * Result of a watch that was not compared.
 *
 * @param run the run
 * @param records the records of its result, as the type of the watch reads them
 * @param problems why the result would be a miss, such as the path of a key that is
 * missing or occurs twice; empty if it would be compared
 * @since 0.1.0
 */
public record WatchPreview(AgentRun run, List<RunResult> records, List<String> problems) {

	/**
	 * Return the records.
	 * @param <T> the type of a record
	 * @param type the type of a record
	 * @return the records
	 * @throws ai.tinyfish.run.TinyFishResultMappingException if one does not fit
	 */
	public <T> List<T> records(Class<T> type) {
		return this.records.stream()
			.map((record) -> AgentRun.completed(String.valueOf(this.run.runId()), record).typed(type).value())
			.toList();
	}

}
