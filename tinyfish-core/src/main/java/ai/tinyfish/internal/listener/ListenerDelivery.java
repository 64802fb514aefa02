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

package ai.tinyfish.internal.listener;

import ai.tinyfish.internal.lifecycle.Counter;

/**
 * Delivery of events to the listeners of one client.
 *
 * @param executor calls them
 * @param buffer the maximum number of events of a run that wait for its listeners
 * @param underWay the counter of runs with events to deliver
 * @param counters the counters of dropped events and failed calls
 */
public record ListenerDelivery(EventExecutor executor, int buffer, Counter underWay, RunCounters counters) {

}
