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

import java.time.Instant;
import java.util.List;

import ai.tinyfish.run.RunResult;
import org.jspecify.annotations.Nullable;

/**
 * Entry of the history of a watch.
 *
 * @param slot when the run was due; the last slot that was skipped
 * @param since the first slot that was skipped, or the slot
 * @param slots how many slots it is about: 1, or how many were skipped in a row
 * @param outcome the outcome
 * @param runId the id that the service gave the run, or null
 * @param result the whole result, possibly empty
 * @param reason why the result was not compared, or null
 * @param changes the changes that were published because of it, possibly none
 * @param delivery the delivery of its events, or null if it has none
 * @since 0.1.0
 */
public record WatchResult(Instant slot, Instant since, int slots, WatchOutcome outcome, @Nullable String runId,
		RunResult result, @Nullable String reason, List<Change<RunResult>> changes, @Nullable WatchDelivery delivery) {

}
