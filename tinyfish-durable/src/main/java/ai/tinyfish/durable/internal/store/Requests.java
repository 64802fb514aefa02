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

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;

/**
 * Reads stored requests with their secrets and their webhook URLs.
 */
public record Requests(@Nullable DurableRunSecretsCodec codec, TinyFishProperties.Webhook webhook) {

	/**
	 * Encode the secrets of a request.
	 */
	public @Nullable String encode(@Nullable String secrets) {
		return (secrets != null && this.codec != null) ? this.codec.encode(secrets) : secrets;
	}

	/**
	 * Return a request to be sent.
	 * @param json the request without its secrets
	 * @param stored its secrets as they are stored, or null
	 * @param token the token of this submission, or null to add no webhook
	 * @throws UnreadableRequestException if it cannot be read
	 */
	public AgentRequest read(String json, @Nullable String stored, @Nullable String token) {
		try {
			String secrets = (stored != null && this.codec != null) ? this.codec.decode(stored) : stored;
			AgentRequest request = new AgentRequestJson(json, secrets).toAgentRequest();
			String webhookUrl = this.webhook.receiverUrl();
			if (token == null || webhookUrl == null || (secrets != null && Json.read(secrets).has("webhook_url"))) {
				return request;
			}
			// in the query, not in the path: a receiver that ignores the token must still
			// be found
			return request.toBuilder()
				.webhookUrl(webhookUrl + "?" + WebhookRunFollower.TOKEN_PARAMETER + "=" + token)
				.build();
		}
		catch (RuntimeException ex) {
			throw new UnreadableRequestException(ex);
		}
	}

	/**
	 * Return the request of a run without its secrets.
	 */
	public static AgentRequest withoutSecrets(String request) {
		return new AgentRequestJson(request, null).toAgentRequest();
	}

	/**
	 * Exception for a stored request that cannot be read. It has no cause, since that may
	 * quote secrets.
	 */
	public static final class UnreadableRequestException extends RuntimeException {

		UnreadableRequestException(RuntimeException failure) {
			super("The request could not be read: " + failure.getClass().getSimpleName());
		}

	}

}
