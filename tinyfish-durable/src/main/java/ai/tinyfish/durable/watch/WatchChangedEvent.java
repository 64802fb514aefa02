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
import java.util.stream.Stream;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunResult;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Event for changes of the result of a watch. All listeners are called in one
 * transaction, on its thread: if one throws, it is rolled back, and the event is
 * published again later. The events of a watch come one after the other. Plain data,
 * which reads and writes as JSON.
 *
 * @param watchId the id of the watch
 * @param run the run that confirmed the changes
 * @param changes the records that are new, gone or different, with the values that were
 * published before, or those of the first result. The old record of a new one is empty,
 * and so is the new record of one that is gone
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WatchChangedEvent(String watchId, WatchRun run, List<Change<RunResult>> changes) {

	/**
	 * Return the records that are new.
	 * @param <T> the type of a record
	 * @param type the type of a record
	 * @return the records
	 * @throws ai.tinyfish.run.TinyFishResultMappingException if one does not fit
	 */
	public <T> List<T> added(Class<T> type) {
		return select(true, false).map((change) -> convert(change.after(), type)).toList();
	}

	/**
	 * Return the records that are gone, as they were in the baseline.
	 * @param <T> the type of a record
	 * @param type the type of a record
	 * @return the records
	 * @throws ai.tinyfish.run.TinyFishResultMappingException if one does not fit
	 */
	public <T> List<T> removed(Class<T> type) {
		return select(false, true).map((change) -> convert(change.before(), type)).toList();
	}

	/**
	 * Return the records that differ.
	 * @param <T> the type of a record
	 * @param type the type of a record
	 * @return the changes
	 * @throws ai.tinyfish.run.TinyFishResultMappingException if one does not fit
	 */
	public <T> List<Change<T>> changed(Class<T> type) {
		return select(false, false)
			.map((change) -> new Change<>(convert(change.before(), type), convert(change.after(), type)))
			.toList();
	}

	private Stream<Change<RunResult>> select(boolean added, boolean removed) {
		return this.changes.stream()
			.filter((change) -> change.before().isEmpty() == added && change.after().isEmpty() == removed);
	}

	private <T> T convert(RunResult record, Class<T> type) {
		return AgentRun.completed(this.run.runId(), record).typed(type).value();
	}

}
