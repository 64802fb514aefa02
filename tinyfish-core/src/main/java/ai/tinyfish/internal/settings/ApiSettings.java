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

package ai.tinyfish.internal.settings;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import ai.tinyfish.internal.request.Checks;
import org.jspecify.annotations.Nullable;

/**
 * Address of the API, and the values that requests of a client carry. A part of the
 * webhook URL is secret.
 *
 * @param baseUrl the URL that the paths are appended to
 * @param areaBaseUrls the URLs of areas of the API that are elsewhere, by the path that
 * they have below the base URL otherwise, such as {@code /v1/search}
 * @param integration the integration tag that requests carry, or null
 * @param webhookUrl the URL that the service reports the outcomes of runs to whose
 * request has none, or null
 */
public record ApiSettings(String baseUrl, Map<String, String> areaBaseUrls, @Nullable String integration,
		@Nullable String webhookUrl) {

	public ApiSettings {
		baseUrl = Checks.baseUrl("baseUrl", baseUrl);
		Map<String, String> areas = new LinkedHashMap<>();
		areaBaseUrls.forEach((path, url) -> areas.put(path, Checks.baseUrl("base URL of " + path, url)));
		areaBaseUrls = Collections.unmodifiableMap(areas);
		integration = (integration != null && !integration.isBlank()) ? integration.strip() : null;
		Checks.optionalHttpsUrl("webhookUrl", webhookUrl);
	}

	/**
	 * Return whether TLS is needed.
	 * @return true if one of the URLs begins with {@code https}
	 */
	public boolean isSecure() {
		return Checks.isHttpsUrl(this.baseUrl) || this.areaBaseUrls.values().stream().anyMatch(Checks::isHttpsUrl);
	}

	/**
	 * Return a description without secrets.
	 */
	@Override
	public String toString() {
		return "ApiSettings[" + this.baseUrl + "]";
	}

}
