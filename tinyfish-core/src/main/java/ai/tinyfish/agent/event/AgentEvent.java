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

package ai.tinyfish.agent.event;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Event of a run. The API adds types: those that this version does not know are returned
 * as {@link UnknownEvent}.
 *
 * @since 0.1.0
 */
public interface AgentEvent {

	/**
	 * Return the type of the event, as the API names it, such as {@code PROGRESS}.
	 * @return the type; empty if the event has no type
	 */
	String type();

	/**
	 * Return the id of the run.
	 * @return the run id, or null if the event does not contain it (heartbeats never do)
	 */
	@Nullable String runId();

	/**
	 * Return the time of the event.
	 * @return the service's time, or null if the event does not contain it
	 */
	@Nullable Instant timestamp();

}
