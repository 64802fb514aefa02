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

import ai.tinyfish.run.RunResult;

/**
 * Value of a property in a result of a watch.
 *
 * @param key the values of the key of its record, separated by commas; empty for a single
 * object
 * @param time the slot of the result
 * @param value the value, such as for {@code to(BigDecimal.class)}; empty if the record
 * does not have it
 * @since 0.1.0
 */
public record WatchValue(String key, Instant time, RunResult value) {

}
