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

import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.internal.json.JsonMap;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.settings.ProxyCountryCode;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.annotation.JsonDeserialize;

import org.springframework.util.StringUtils;

/**
 * A stored browser profile: cookies and logins that a run may start with.
 *
 * @param id the profile, for the {@code profileId} of a run; empty if the response lacks
 * it
 * @param name its name for people, or null if the service does not say
 * @param proxyCountryText the country that its browser is seen to come from, as received,
 * or null if there is no proxy
 * @param fingerprintSeed the value that the fingerprint of its browser is made from, or
 * null if the service does not say
 * @param domainCount the number of sites with cookies or other data in it, or null if the
 * service does not say
 * @param createdAt when it was created, or null if the service does not say
 * @param updatedAt when it last changed, or null if the service does not say
 * @param defaultProfile whether it is the default profile of runs, or null if the service
 * does not say
 * @param signedInSites the sites that were named as signed in when it was saved; may be
 * empty
 * @param additionalProperties all other fields: plain JSON values, keyed by JSON name,
 * each parsed when it is read
 * @since 0.1.0
 */
public record Profile(@JsonProperty("id") String id, @JsonProperty("name") @Nullable String name,
		@JsonProperty("proxy_country_code") @Nullable String proxyCountryText,
		@JsonProperty("fingerprint_seed") @Nullable String fingerprintSeed,
		@JsonProperty("domain_count") @Nullable Integer domainCount,
		@JsonProperty("created_at") @Nullable Instant createdAt,
		@JsonProperty("updated_at") @Nullable Instant updatedAt,
		@JsonProperty("is_default") @Nullable Boolean defaultProfile,
		@JsonProperty("signed_in_sites") List<String> signedInSites, @JsonAnySetter @JsonAnyGetter @JsonDeserialize(
				contentUsing = JsonMap.ValueDeserializer.class) Map<String, @Nullable Object> additionalProperties) {

	/**
	 * Create a new profile.
	 * @param id the profile; null is read as an empty text
	 * @param name its name for people, or null if the service does not say
	 * @param proxyCountryText the country that its browser is seen to come from, or null
	 * @param fingerprintSeed the value that its fingerprint is made from, or null
	 * @param domainCount the number of sites with data in it, or null
	 * @param createdAt when it was created, or null if the service does not say
	 * @param updatedAt when it last changed, or null if the service does not say
	 * @param defaultProfile whether it is the default profile of runs, or null
	 * @param signedInSites the sites that were named as signed in; null is read as none
	 * @param additionalProperties all other fields; null is read as none
	 */
	public Profile {
		id = (id != null) ? id : "";
		signedInSites = Lists.copyOf(signedInSites);
		additionalProperties = JsonMap.copyOf(additionalProperties);
	}

	/**
	 * Return the country that the browser is seen to come from.
	 * @return the country, or null if the profile has no proxy
	 */
	public @Nullable ProxyCountryCode proxyCountry() {
		return StringUtils.hasText(this.proxyCountryText) ? ProxyCountryCode.of(this.proxyCountryText) : null;
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

}
