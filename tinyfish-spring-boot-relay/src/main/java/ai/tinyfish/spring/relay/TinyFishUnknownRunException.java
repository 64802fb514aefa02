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

import java.io.Serial;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Exception for a run that the relay does not know: no run of this application has the
 * id, it was queued and has not ended yet, or it has been forgotten. Spring MVC and
 * WebFlux respond with 404.
 *
 * @since 0.1.0
 */
public final class TinyFishUnknownRunException extends ResponseStatusException {

	@Serial
	private static final long serialVersionUID = 1L;

	private final String runId;

	/**
	 * Create a new exception, such as for a test or for another relay.
	 * @param runId the id that was requested
	 */
	public TinyFishUnknownRunException(String runId) {
		super(HttpStatus.NOT_FOUND, "This application does not know the run");
		this.runId = runId;
	}

	/**
	 * Return the id that was requested.
	 * @return the run id as it was given, which may be any text
	 */
	public String runId() {
		return this.runId;
	}

}
