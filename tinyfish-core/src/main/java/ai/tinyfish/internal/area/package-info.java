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
 * Implementations of the operations of each area, and the descriptions of their calls.
 */
@NullMarked
package ai.tinyfish.internal.area;

import org.jspecify.annotations.NullMarked;

// To change
// - the secrets of a request: RequestSecrets in RequestBodies, ProfileCalls;
// AgentRequestJson for stored ones
// - the allowed hosts of URLs other than a run's: the executors of operations, for the
// URLs of a call
// - the life of a browser session: OpenBrowser, which has its states
