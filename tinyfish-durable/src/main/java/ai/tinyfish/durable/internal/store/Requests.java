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

import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunSecretsCodec;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import ai.tinyfish.spring.boot.webhook.WebhookRunFollower;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.util.Assert;

/**
 * Reads stored requests with their secrets and their webhook URLs.
 */
public record Requests(@Nullable DurableRunSecretsCodec codec, TinyFishProperties.Webhook webhook) {

	private static final String MASK = "masked-secret";

	private static final Set<String> VISIBLE = Set.of("country_code", "type", "mode", "max_steps",
			"max_duration_seconds");

	private static final Pattern USER_INFO = Pattern.compile("//[^/?#]*@");

	/**
	 * Encode the secrets of a request.
	 */
	public @Nullable String encode(@Nullable String secrets) {
		return (secrets != null && this.codec != null) ? this.codec.encode(secrets) : secrets;
	}

	private @Nullable String decode(@Nullable String stored) {
		return (stored != null && this.codec != null) ? this.codec.decode(stored) : stored;
	}

	/**
	 * Return a request whose secrets are masked.
	 * @param json the request without its secrets
	 * @param stored its secrets as they are stored, or null
	 */
	public AgentRequest masked(String json, @Nullable String stored) {
		String secrets = decode(stored);
		return new AgentRequestJson(json, (secrets != null) ? mask("", Json.read(secrets)).toString() : null)
			.toAgentRequest();
	}

	/**
	 * Mask all but what a request must have to be read.
	 */
	private static JsonNode mask(String name, JsonNode value) {
		if (value instanceof ObjectNode object) {
			ObjectNode masked = object.objectNode();
			object.forEachEntry((part, each) -> masked.set(part, mask(part, each)));
			return masked;
		}
		if (value.isNull() || value.isBoolean() || VISIBLE.contains(name)) {
			return value;
		}
		String text = value.asString("");
		String url = USER_INFO.matcher(text).replaceFirst("//" + MASK + "@");
		return JsonNodeFactory.instance.stringNode((name.equals("url") && !url.equals(text)) ? url
				: name.endsWith("webhook_url") ? "https://" + MASK : MASK);
	}

	/**
	 * Encode the secrets of a request, in which masks stand for stored secrets. A field
	 * with masks is kept as a whole: the password of a proxy must not go to another
	 * proxy.
	 * @param stored the secrets that may be kept as they are stored, or null
	 * @throws IllegalArgumentException naming the field that is not the masked stored one
	 */
	public @Nullable String unmasked(@Nullable String secrets, @Nullable String stored) {
		if (secrets == null || !secrets.contains(MASK)) {
			return encode(secrets);
		}
		JsonNode kept = Json.read(Objects.requireNonNullElse(decode(stored), "{}"));
		ObjectNode unmasked = JsonNodeFactory.instance.objectNode();
		Json.read(secrets).forEachEntry((name, value) -> {
			boolean masked = value.toString().contains(MASK);
			Assert.isTrue(!masked || (kept.has(name) && mask(name, kept.get(name)).equals(value)),
					() -> "request has a mask in " + name
							+ ", which stands for the secret of the same account, URL and field alone. Set it anew");
			unmasked.set(name, masked ? kept.get(name) : value);
		});
		return encode(unmasked.toString());
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
			String secrets = decode(stored);
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
