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

package ai.tinyfish.spring.boot.autoconfigure.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Web extension of {@link TinyFishEndpoint}, with a status for runs and browser sessions
 * that do not exist.
 */
@EndpointWebExtension(endpoint = TinyFishEndpoint.class)
final class TinyFishEndpointWebExtension {

	private static final int CONFLICT = 409;

	private final TinyFishEndpoint endpoint;

	TinyFishEndpointWebExtension(TinyFishEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Carry out an action of a contributor.
	 * @param id the id of the object
	 * @param action the name of the action
	 * @return the object and the action with 200, 404 if there is no such object, or 409
	 * with the reason if the action was refused
	 */
	@WriteOperation
	WebEndpointResponse<OperationResponseBody> act(@Selector String id, String action) {
		OperationResponseBody answer;
		try {
			answer = this.endpoint.act(id, action);
		}
		catch (IllegalStateException ex) {
			return new WebEndpointResponse<>(new RefusedActionDescriptor(String.valueOf(ex.getMessage())), CONFLICT);
		}
		return (answer != null) ? new WebEndpointResponse<>(answer)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/**
	 * Cancel a run or end a browser session, and wait for the response of the service.
	 * @param id the run or session
	 * @return the run or session with 200, or 404 if there is neither
	 */
	@DeleteOperation
	WebEndpointResponse<OperationResponseBody> cancel(@Selector String id) {
		OperationResponseBody cancelled = this.endpoint.cancel(id);
		return (cancelled != null) ? new WebEndpointResponse<>(cancelled)
				: new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/**
	 * Description of an action that was refused.
	 *
	 * @param reason the reason
	 */
	record RefusedActionDescriptor(String reason) implements OperationResponseBody {

	}

}
