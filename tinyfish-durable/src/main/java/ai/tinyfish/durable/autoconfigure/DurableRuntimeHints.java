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

package ai.tinyfish.durable.autoconfigure;

import java.util.List;

import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.internal.store.Page;
import ai.tinyfish.durable.internal.store.WatchEvents;
import ai.tinyfish.durable.internal.store.WatchRow;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.WatchDriftedEvent;
import ai.tinyfish.durable.watch.WatchRun;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * Hints for durable runs and their events, which Jackson reads and writes, and for the
 * scripts of their tables.
 */
final class DurableRuntimeHints implements RuntimeHintsRegistrar {

	private static final List<Class<?>> JSON_TYPES = List.of(DurableRunEvent.class, DurableRunErrorEvent.class,
			DurableRunFinishedEvent.class, DurableRunState.class, DurableRun.class, DurableRun.Builder.class,
			WatchChangedEvent.class, WatchDriftedEvent.class, WatchRun.class, Change.class, WatchRow.Definition.class,
			WatchRow.Progress.class, WatchRow.Pending.class, WatchEvents.class, Tolerance.class, WatchRow.Check.class,
			Page.class);

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		JSON_TYPES.forEach((type) -> hints.reflection()
			.registerType(type, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.INVOKE_DECLARED_METHODS,
					MemberCategory.ACCESS_DECLARED_FIELDS));
		hints.resources().registerPattern("ai/tinyfish/durable/schema/*.sql");
	}

}
