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

package ai.tinyfish.agent;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.internal.schema.OutputSchemas;
import ai.tinyfish.internal.settings.Timeouts;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Request for a run: the goal of the agent, the URL where it starts, and further
 * settings. Immutable. {@link #toString()} shows no secrets.
 *
 * @since 0.1.0
 */
public final class AgentRequest {

	private static final WireForm EMPTY = WireForm.register(AgentRequest.class, (request) -> request.fields);

	static {
		WireForm.register(Builder.class, (builder) -> builder.fields);
	}

	private final WireForm fields;

	private final @Nullable String tag;

	private final @Nullable Duration runTimeout;

	private AgentRequest(WireForm fields, @Nullable String tag, @Nullable Duration runTimeout) {
		this.fields = fields;
		this.tag = tag;
		this.runTimeout = runTimeout;
	}

	/**
	 * Create a request with the service's defaults.
	 * @param url the URL where the agent starts, an absolute http or https URL
	 * @param goal the goal of the agent, in words
	 * @return the request
	 * @throws IllegalArgumentException if the url is not such a URL or the goal is blank
	 */
	public static AgentRequest of(String url, String goal) {
		return builder().url(url).goal(goal).build();
	}

	/**
	 * Start a new request.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(EMPTY);
	}

	/**
	 * Start a new request from this one.
	 * @return a builder with the settings of this request
	 */
	public Builder toBuilder() {
		return new Builder(this.fields).tag(this.tag).runTimeout(this.runTimeout);
	}

	/**
	 * Return the same request with another tag.
	 * @param tag the tag, or null for none
	 * @return the request
	 */
	public AgentRequest withTag(@Nullable String tag) {
		return new AgentRequest(this.fields, tag, this.runTimeout);
	}

	/**
	 * Return the same request with the output schema of a type. Shorthand for
	 * {@code toBuilder().outputType(type).build()}.
	 * @param type the type that the result will be read as
	 * @return the request
	 * @throws IllegalArgumentException if no schema can be created for the type
	 */
	public AgentRequest withOutputType(Class<?> type) {
		return toBuilder().outputType(type).build();
	}

	/**
	 * Return the same request with the output schema of a generic type. Shorthand for
	 * {@code toBuilder().outputType(type).build()}.
	 * @param type the type that the result will be read as
	 * @return the request
	 * @throws IllegalArgumentException if no schema can be created for the type
	 */
	public AgentRequest withOutputType(ParameterizedTypeReference<?> type) {
		return toBuilder().outputType(type).build();
	}

	/**
	 * Return the URL where the agent starts.
	 * @return an absolute http or https URL
	 */
	public String url() {
		return Objects.requireNonNull(this.fields.text("url"));
	}

	/**
	 * Return the goal of the agent.
	 * @return the goal in words
	 */
	public String goal() {
		return Objects.requireNonNull(this.fields.text("goal"));
	}

	/**
	 * Return the browser that the agent drives.
	 * @return the profile, or null for the service's default
	 */
	public @Nullable BrowserProfile browserProfile() {
		return this.fields.read("browser_profile", BrowserProfile::of);
	}

	/**
	 * Return the proxy of the agent's browser.
	 * @return the proxy, or null if not set
	 */
	public @Nullable ProxyConfig proxy() {
		return this.fields.read("proxy_config", ProxyConfig::new);
	}

	/**
	 * Return the integration that submits the run.
	 * @return the name of the integration, or null for the client's
	 */
	public @Nullable String apiIntegration() {
		return this.fields.text("api_integration");
	}

	/**
	 * Return the configuration of the agent.
	 * @return the configuration, or null if it has no settings
	 */
	public @Nullable AgentConfig agentConfig() {
		return this.fields.read("agent_config", AgentConfig::new);
	}

	/**
	 * Return the data of the run that the service keeps in addition to its result.
	 * @return the configuration, or null if it has no settings
	 */
	public @Nullable CaptureConfig captureConfig() {
		return this.fields.read("capture_config", CaptureConfig::new);
	}

	/**
	 * Return whether the agent may use the credentials of the account's vault.
	 * @return whether it may, or null if not set
	 */
	public @Nullable Boolean useVault() {
		return (Boolean) this.fields.get("use_vault");
	}

	/**
	 * Return the items of the vault that the agent may use.
	 * @return the items, or null for all
	 */
	public @Nullable List<String> credentialItemIds() {
		return this.fields.texts("credential_item_ids");
	}

	/**
	 * Return the output schema of the result.
	 * @return an unmodifiable JSON Schema, or null if not set
	 */
	@SuppressWarnings("unchecked")
	public @Nullable Map<String, Object> outputSchema() {
		return (Map<String, Object>) this.fields.get("output_schema");
	}

	/**
	 * Return whether the browser starts with the cookies and logins of a stored profile.
	 * @return whether it does, or null if not set
	 */
	public @Nullable Boolean useProfile() {
		return (Boolean) this.fields.get("use_profile");
	}

	/**
	 * Return the stored profile that the browser starts with.
	 * @return the profile, or null for the account's default
	 */
	public @Nullable String profileId() {
		return this.fields.text("profile_id");
	}

	/**
	 * Return the caller's own name for this request. Every event of the run has it. It is
	 * never sent.
	 * @return the tag, or null if not set
	 */
	public @Nullable String tag() {
		return this.tag;
	}

	/**
	 * Return the deadline of this run when it is streamed or started, instead of the
	 * client's own limit. It is never sent.
	 * @return a positive duration, or null for the client's
	 */
	public @Nullable Duration runTimeout() {
		return this.runTimeout;
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof AgentRequest that && this.fields.equals(that.fields)
				&& Objects.equals(this.tag, that.tag) && Objects.equals(this.runTimeout, that.runTimeout));
	}

	@Override
	public int hashCode() {
		return Objects.hash(this.fields, this.tag, this.runTimeout);
	}

	/**
	 * Return a short description without secrets.
	 * @return url without user, query and fragment, beginning of the goal, and tag
	 */
	@Override
	public String toString() {
		return LogText.of("AgentRequest[url=%s, goal=%s, tag=%s]".formatted(Descriptions.url(url()),
				Descriptions.text(goal()), this.tag));
	}

	/**
	 * Builder for an {@link AgentRequest}. Only url and goal must be set. Null removes
	 * any other setting, so that the service's default applies.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private @Nullable String tag;

		private @Nullable Duration runTimeout;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set the URL where the agent starts.
		 * @param url an absolute http or https URL
		 * @return this builder
		 */
		public Builder url(String url) {
			return this.fields.set("url", url);
		}

		/**
		 * Set the goal of the agent.
		 * @param goal the goal in words
		 * @return this builder
		 */
		public Builder goal(String goal) {
			return this.fields.set("goal", goal);
		}

		/**
		 * Set the browser that the agent drives.
		 * @param browserProfile the profile, or null for {@link BrowserProfile#LITE}
		 * @return this builder
		 */
		public Builder browserProfile(@Nullable BrowserProfile browserProfile) {
			return this.fields.set("browser_profile", (browserProfile != null) ? browserProfile.toString() : null);
		}

		/**
		 * Set the proxy of the agent's browser.
		 * @param proxy the proxy, or null for none
		 * @return this builder
		 */
		public Builder proxy(@Nullable ProxyConfig proxy) {
			return this.fields.set("proxy_config", RequestPart.sent(proxy));
		}

		/**
		 * Set the integration that submits the run, for the service's statistics.
		 * @param apiIntegration the name of the integration, or null for the client's
		 * @return this builder
		 */
		public Builder apiIntegration(@Nullable String apiIntegration) {
			return this.fields.set("api_integration", apiIntegration);
		}

		/**
		 * Set the configuration of the agent.
		 * @param agentConfig the configuration, or null for the service's defaults
		 * @return this builder
		 */
		public Builder agentConfig(@Nullable AgentConfig agentConfig) {
			return this.fields.set("agent_config", RequestPart.sent(agentConfig));
		}

		/**
		 * Set the data of the run that the service keeps in addition to its result.
		 * @param captureConfig the configuration, or null for the service's defaults
		 * @return this builder
		 */
		public Builder captureConfig(@Nullable CaptureConfig captureConfig) {
			return this.fields.set("capture_config", RequestPart.sent(captureConfig));
		}

		/**
		 * Set the URL to which the service reports the outcome of the run.
		 * @param webhookUrl an absolute https URL, or null for the client's
		 * @return this builder
		 */
		public Builder webhookUrl(@Nullable String webhookUrl) {
			return this.fields.set("webhook_url", webhookUrl);
		}

		/**
		 * Set whether the agent may use the credentials of the account's vault.
		 * @param useVault whether it may, or null for the service's default
		 * @return this builder
		 */
		public Builder useVault(@Nullable Boolean useVault) {
			return this.fields.set("use_vault", useVault);
		}

		/**
		 * Set the items of the vault that the agent may use.
		 * @param credentialItemIds at least one item, or null for all; needs
		 * {@link #useVault(Boolean) useVault}
		 * @return this builder
		 */
		public Builder credentialItemIds(@Nullable List<String> credentialItemIds) {
			return this.fields.setJson("credential_item_ids", "credentialItemIds", credentialItemIds);
		}

		/**
		 * Set the output schema of the result.
		 * @param outputSchema a JSON Schema for an object, copied deeply, or null for
		 * none
		 * @return this builder
		 * @throws IllegalArgumentException if the map holds a value that is not JSON
		 */
		public Builder outputSchema(@Nullable Map<String, ?> outputSchema) {
			return this.fields.setJson("output_schema", "outputSchema", outputSchema);
		}

		/**
		 * Set the output schema to that of a type, so that the result can be read as it.
		 * Record components and properties are required unless they are {@code Optional}
		 * or {@code Nullable}, and the elements of lists may be null only if they are.
		 * Parameters of a Kotlin class that are nullable or have a default are not
		 * required. The service accepts no descriptions in a schema: put them into the
		 * goal. The schema of a list, an array or a single value is an object that
		 * contains it; the conversions of the result remove that object.
		 * @param type the type that the result will be read as
		 * @return this builder
		 * @throws IllegalArgumentException if no schema can be created for the type: if
		 * it contains itself, is abstract, has its own deserializer, or has no
		 * constructor that a result could be read with, or for a Kotlin class without
		 * {@code jackson-module-kotlin} and {@code kotlin-reflect} on the class path
		 */
		public Builder outputType(Class<?> type) {
			Checks.that(type != null, "outputType must not be null");
			return outputSchema(OutputSchemas.of(type));
		}

		/**
		 * Set the output schema to that of a generic type, so that the result can be read
		 * as it.
		 * @param type the type that the result will be read as
		 * @return this builder
		 * @throws IllegalArgumentException if no schema can be created for the type
		 */
		public Builder outputType(ParameterizedTypeReference<?> type) {
			Checks.that(type != null, "outputType must not be null");
			return outputSchema(OutputSchemas.of(type.getType()));
		}

		/**
		 * Set whether the browser starts with the cookies and logins of a stored profile.
		 * @param useProfile whether it does, or null for the service's default
		 * @return this builder
		 */
		public Builder useProfile(@Nullable Boolean useProfile) {
			return this.fields.set("use_profile", useProfile);
		}

		/**
		 * Set the stored profile that the browser starts with.
		 * @param profileId the profile, or null for the account's default; needs
		 * {@link #useProfile(Boolean) useProfile}
		 * @return this builder
		 */
		public Builder profileId(@Nullable String profileId) {
			return this.fields.set("profile_id", profileId);
		}

		/**
		 * Set the caller's own name for this request. Every event of the run has it. It
		 * is never sent.
		 * @param tag the tag, or null for none
		 * @return this builder
		 */
		public Builder tag(@Nullable String tag) {
			this.tag = tag;
			return this;
		}

		/**
		 * Set the deadline of this run when it is streamed or started, instead of the
		 * client's own limit. At the deadline, the client's policy applies. It is never
		 * sent.
		 * @param runTimeout a positive duration, or null for the client's
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is not positive
		 */
		public Builder runTimeout(@Nullable Duration runTimeout) {
			this.runTimeout = (runTimeout != null) ? Timeouts.check("runTimeout", runTimeout) : null;
			return this;
		}

		/**
		 * Set a field that this version has no method for, such as {@code feature_flags}
		 * with {@code enable_agent_memory}.
		 * @param name the name on the wire
		 * @param value a text, number, boolean, map or collection, copied deeply
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or has its own method, or
		 * the value is null or not JSON
		 */
		public Builder additionalProperty(String name, Object value) {
			return this.fields.setAdditional(AgentRequestFields.NAMES, name, value);
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException naming the field that is missing or not valid
		 */
		public AgentRequest build() {
			return new AgentRequest(AgentRequestFields.checked(this.fields), this.tag, this.runTimeout);
		}

	}

}
