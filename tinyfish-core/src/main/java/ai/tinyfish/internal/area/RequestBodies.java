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

package ai.tinyfish.internal.area;

import java.util.Map;
import java.util.Objects;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.json.Json;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.internal.settings.ClientSettings;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of the requests of one client, with the values that it sends where a request
 * does not set them.
 *
 * @param integration the name of the integration, or null
 * @param webhookUrl the URL that the service reports outcomes to, or null
 */
public record RequestBodies(@Nullable String integration, @Nullable String webhookUrl) {

	/**
	 * Create the bodies of the requests of a client.
	 * @param settings the settings of the client
	 * @return the bodies
	 */
	public static RequestBodies of(ClientSettings settings) {
		return new RequestBodies(settings.api().integration(), settings.api().webhookUrl());
	}

	/**
	 * Return the body of a request for a run.
	 * @param request the request
	 * @return the fields of the body
	 */
	Map<String, Object> of(AgentRequest request) {
		Map<String, Object> body = integrated(request);
		if (this.webhookUrl != null) {
			body.putIfAbsent(RequestSecrets.WEBHOOK_URL, this.webhookUrl);
		}
		return body;
	}

	/**
	 * Write the body of a call, and have its secrets redacted in answers.
	 * @param <T> the result of the call
	 * @param call the call
	 * @param request the request
	 * @return the call
	 */
	public <T> ApiCall.Builder<T> write(ApiCall.Builder<T> call, Object request) {
		Objects.requireNonNull(request, "request must not be null");
		Map<String, Object> body = (request instanceof AgentRequest agentRequest) ? of(agentRequest)
				: integrated(request);
		RequestSecrets.of(body).forEach(call::secret);
		return call.body(Json.write(body));
	}

	private Map<String, Object> integrated(Object request) {
		Map<String, Object> body = WireForm.of(request);
		if (this.integration != null) {
			body.putIfAbsent("api_integration", this.integration);
		}
		return body;
	}

	/**
	 * Return a description without the URL, of which a part may be secret.
	 */
	@Override
	public String toString() {
		return "RequestBodies[integration=" + this.integration + "]";
	}

}
