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

package ai.tinyfish.internal.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Address of the API, and the values that requests of a client carry. Key and webhook URL
 * are secret, or a part of them is.
 *
 * @param baseUrl the URL that the paths are appended to
 * @param areaBaseUrls the URLs of areas of the API that are elsewhere, by the path that
 * they have below the base URL otherwise, such as {@code /v1/search}
 * @param apiKey the key of all operations, or null for the provider or the environment
 * variable
 * @param apiKeyProvider gives the key of each operation, or null for the key
 * @param integration the integration tag that requests carry, or null
 * @param webhookUrl the URL that the service reports the outcomes of runs to whose
 * request has none, or null
 */
public record ApiSettings(String baseUrl, Map<String, String> areaBaseUrls, @Nullable String apiKey,
		@Nullable Supplier<@Nullable String> apiKeyProvider, @Nullable String integration,
		@Nullable String webhookUrl) {

	private static final String INTEGRATION_VARIABLE = "TF_API_INTEGRATION";

	static ApiSettings defaults(String baseUrl) {
		return new ApiSettings(baseUrl, Map.of(), null, null, System.getenv(INTEGRATION_VARIABLE), null);
	}

	ApiSettings checked() {
		Map<String, String> areas = new LinkedHashMap<>();
		this.areaBaseUrls.forEach((path, url) -> areas.put(path, Checks.baseUrl("base URL of " + path, url)));
		Checks.optionalHttpsUrl("webhookUrl", this.webhookUrl);
		String tag = (this.integration != null && !this.integration.isBlank()) ? this.integration.strip() : null;
		return new ApiSettings(Checks.baseUrl("baseUrl", this.baseUrl), Collections.unmodifiableMap(areas), this.apiKey,
				this.apiKeyProvider, tag, this.webhookUrl);
	}

	boolean isSecure() {
		return Checks.isHttpsUrl(this.baseUrl) || this.areaBaseUrls.values().stream().anyMatch(Checks::isHttpsUrl);
	}

	public ApiSettings withBaseUrl(String baseUrl) {
		return new ApiSettings(baseUrl, this.areaBaseUrls, this.apiKey, this.apiKeyProvider, this.integration,
				this.webhookUrl);
	}

	/**
	 * Replace the base URL of one area.
	 * @param path the path that the area has below the base URL otherwise
	 * @param baseUrl the URL, or null for none of its own
	 * @return the changed settings
	 */
	public ApiSettings withAreaBaseUrl(String path, @Nullable String baseUrl) {
		Map<String, String> areas = new LinkedHashMap<>(this.areaBaseUrls);
		if (baseUrl != null) {
			areas.put(path, baseUrl);
		}
		else {
			areas.remove(path);
		}
		return new ApiSettings(this.baseUrl, Collections.unmodifiableMap(areas), this.apiKey, this.apiKeyProvider,
				this.integration, this.webhookUrl);
	}

	/**
	 * Replace the key, and drop the provider.
	 * @param apiKey the key, or null for the environment variable
	 * @return the changed settings
	 */
	public ApiSettings withApiKey(@Nullable String apiKey) {
		return new ApiSettings(this.baseUrl, this.areaBaseUrls, apiKey, null, this.integration, this.webhookUrl);
	}

	/**
	 * Replace the provider, and drop the key.
	 * @param apiKeyProvider the provider, or null for the environment variable
	 * @return the changed settings
	 */
	public ApiSettings withApiKeyProvider(@Nullable Supplier<@Nullable String> apiKeyProvider) {
		return new ApiSettings(this.baseUrl, this.areaBaseUrls, null, apiKeyProvider, this.integration,
				this.webhookUrl);
	}

	public ApiSettings withIntegration(@Nullable String integration) {
		return new ApiSettings(this.baseUrl, this.areaBaseUrls, this.apiKey, this.apiKeyProvider, integration,
				this.webhookUrl);
	}

	public ApiSettings withWebhookUrl(@Nullable String webhookUrl) {
		return new ApiSettings(this.baseUrl, this.areaBaseUrls, this.apiKey, this.apiKeyProvider, this.integration,
				webhookUrl);
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "ApiSettings[" + this.baseUrl + "]";
	}

}
