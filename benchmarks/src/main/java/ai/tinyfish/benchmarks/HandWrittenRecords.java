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

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Records of runs that have ended, to read with Jackson, as written by hand.
 *
 * @param data the records
 */
record HandWrittenRecords(@JsonProperty("data") List<HandWrittenRecord> data) {

	/**
	 * Record with the values that the last event of a stream lacks.
	 *
	 * @param runId the run
	 * @param status its status
	 * @param startedAt when it started
	 * @param finishedAt when it ended
	 * @param numOfSteps the number of its steps
	 * @param result the result, or null
	 */
	record HandWrittenRecord(@JsonProperty("run_id") String runId, @JsonProperty("status") String status,
			@JsonProperty("started_at") Instant startedAt, @JsonProperty("finished_at") Instant finishedAt,
			@JsonProperty("num_of_steps") int numOfSteps,
			@JsonProperty("result") @Nullable Map<String, Object> result) {

	}

}
