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

package ai.tinyfish.durable.internal.store;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Events of a result of a watch, in the form in which they are stored.
 *
 * @param hidden reports a change that the check of the page has missed
 */
public record WatchEvents(@Nullable WatchChangedEvent changed, @Nullable WatchDriftedEvent drifted,
		@Nullable WatchDriftedEvent hidden) {

	/**
	 * Return the events in the order in which they are published.
	 */
	public List<Object> all() {
		return Stream.<@Nullable Object>of(this.changed, this.drifted, this.hidden).filter(Objects::nonNull).toList();
	}

}
