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

import org.jspecify.annotations.Nullable;

/**
 * A watch as it is stored.
 *
 * @param id the id
 * @param account the account, or null for the client's own
 * @param state the state
 * @param cron the schedule
 * @param zone the time zone of the schedule
 * @param nextAt when it runs next, or null if it is paused or has no schedule
 * @param openRun the durable id of its last run; null once that was compared
 * @param goodAt when the last result was compared, or the watch was created
 * @param misses how many results in a row were missed
 * @param drift why site or agent seem to have drifted, or null
 * @param skipped how many runs were saved, since the page had not changed
 * @param checkOff why the page is no longer checked, or null
 * @since 0.1.0
 */
public record WatchStatus(String id, @Nullable String account, WatchState state, String cron, String zone,
		@Nullable Instant nextAt, @Nullable String openRun, Instant goodAt, int misses, @Nullable String drift,
		long skipped, @Nullable String checkOff) {

}
