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

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Event for a watch whose site or agent seems to have drifted: three misses in a row, or
 * a property that became null in all records of a list, while nothing else changed.
 * Published once, and once more when a result is good again, in the same way as
 * {@link WatchChangedEvent}. Plain data, which reads and writes as JSON.
 *
 * @param watchId the id of the watch
 * @param over whether it is over
 * @param reason a text for people
 * @param slot the slot of the result
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record WatchDriftedEvent(String watchId, boolean over, String reason, Instant slot) {

}
