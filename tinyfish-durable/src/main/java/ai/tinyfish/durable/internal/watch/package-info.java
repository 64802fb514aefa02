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

/**
 * Schedule of watches, and the comparison of their results. Not part of the API.
 */
@NullMarked
package ai.tinyfish.durable.internal.watch;

import org.jspecify.annotations.NullMarked;

// To change
// - how a value is read: SchemaReader; which results are read: Shape
// - what counts as a change: Shape.isSame, Snapshot
// - what follows from a result: WatchOutcomes; how events are delivered:
// WatchDeliveryTask
// - when a run is started: WatchTask
// - the declarations that are allowed: Watch, Shape.check, DeclaredWatches
