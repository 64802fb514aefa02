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

package ai.tinyfish.spring.relay;

import org.jspecify.annotations.Nullable;

/**
 * Request for the events of a run.
 *
 * @since 0.1.0
 */
public final class RelayRequest {

	private final String runId;

	private final @Nullable String lastEventId;

	private final @Nullable String viewer;

	private RelayRequest(String runId, @Nullable String lastEventId, @Nullable String viewer) {
		this.runId = runId;
		this.lastEventId = lastEventId;
		this.viewer = viewer;
	}

	/**
	 * Create a request for all events of a run.
	 * @param runId the run, which may not have published an event yet if this application
	 * has just started it
	 * @return the request, without a viewer
	 */
	public static RelayRequest of(String runId) {
		return new RelayRequest(runId, null, null);
	}

	/**
	 * Return a request for the events after the last one that the browser has.
	 * @param lastEventId the header {@code Last-Event-ID} of the browser's request. If it
	 * is null or not the id of an event of this run, the browser receives all stored
	 * events.
	 * @return a new request
	 */
	public RelayRequest withLastEventId(@Nullable String lastEventId) {
		return new RelayRequest(this.runId, lastEventId, this.viewer);
	}

	/**
	 * Return a request on behalf of a viewer. When the maximum number of streams is open,
	 * the viewer with the most streams loses its oldest one. All streams without a viewer
	 * share one share.
	 * @param viewer the name of the viewer, such as that of a user or the id of a session
	 * @return a new request
	 */
	public RelayRequest withViewer(@Nullable String viewer) {
		return new RelayRequest(this.runId, this.lastEventId, viewer);
	}

	/**
	 * Return the run.
	 * @return the run id
	 */
	public String runId() {
		return this.runId;
	}

	/**
	 * Return the last event that the browser has.
	 * @return the id, which may be any text, or null
	 */
	public @Nullable String lastEventId() {
		return this.lastEventId;
	}

	/**
	 * Return the viewer.
	 * @return the name, or null if the application does not name viewers
	 */
	public @Nullable String viewer() {
		return this.viewer;
	}

}
