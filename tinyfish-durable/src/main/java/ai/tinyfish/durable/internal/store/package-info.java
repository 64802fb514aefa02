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
 * Tables of durable runs. Not part of the API.
 */
@NullMarked
package ai.tinyfish.durable.internal.store;

import org.jspecify.annotations.NullMarked;

// To change
// - the tables: the script of each database. Until 0.1.0 is released, change its tables.
// From then on, append a change set, and let Tables ask for its additions
// - the order of states: Transition, from which RunTable makes its updates
