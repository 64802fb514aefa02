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

package ai.tinyfish.profile;

import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * The parts of a set-up session that were saved in its profile.
 *
 * @param domainsUpdated the sites whose data was saved
 * @param domainsFailed the sites whose data could not be saved
 * @param cookieCount number of the cookies that were saved, or null if the service does
 * not say
 * @param pagesCaptured number of the pages whose storage was read, or null if the service
 * does not say
 * @param additionalProperties all other fields: plain JSON values, keyed by JSON name,
 * each parsed when it is read
 * @since 0.1.0
 */
public record SavedProfile(@JsonProperty("domains_updated") List<String> domainsUpdated,
		@JsonProperty("domains_failed") List<String> domainsFailed,
		@JsonProperty("cookie_count") @Nullable Integer cookieCount,
		@JsonProperty("pages_captured") @Nullable Integer pagesCaptured, @JsonAnySetter @JsonAnyGetter @JsonDeserialize(
				contentUsing = JsonMap.ValueDeserializer.class) Map<String, @Nullable Object> additionalProperties) {

	/**
	 * Create a new response.
	 * @param domainsUpdated the sites whose data was saved; null is read as none
	 * @param domainsFailed the sites whose data could not be saved; null is read as none
	 * @param cookieCount number of the cookies that were saved, or null
	 * @param pagesCaptured number of the pages whose storage was read, or null
	 * @param additionalProperties all other fields; null is read as none
	 */
	public SavedProfile {
		domainsUpdated = Lists.copyOf(domainsUpdated);
		domainsFailed = Lists.copyOf(domainsFailed);
		additionalProperties = JsonMap.copyOf(additionalProperties);
	}

	/**
	 * Return the advice of the service on the next step (property {@code next_step}).
	 * @return the advice, or null if it is absent or not a text
	 */
	public @Nullable String nextStep() {
		return (this.additionalProperties.get("next_step") instanceof String text) ? text : null;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
