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

import java.util.Map;

import org.springframework.web.util.DefaultUriBuilderFactory;
import org.springframework.web.util.UriBuilder;

/**
 * Resolves the paths of calls, some areas of which may be at a base of their own. The one
 * place that knows where the API is.
 */
final class ServiceUris extends DefaultUriBuilderFactory {

	private final Map<String, String> areas;

	/**
	 * Create a new factory.
	 * @param baseUrl where the API is
	 * @param areas where areas are that are elsewhere, by the path that they have below
	 * the base otherwise
	 */
	ServiceUris(String baseUrl, Map<String, String> areas) {
		super(baseUrl);
		this.areas = areas;
	}

	@Override
	public UriBuilder uriString(String uriTemplate) {
		for (Map.Entry<String, String> area : this.areas.entrySet()) {
			if (uriTemplate.startsWith(area.getKey())) {
				String rest = uriTemplate.substring(area.getKey().length());
				if (rest.isEmpty() || rest.startsWith("?")) {
					return super.uriString(area.getValue() + "/" + rest);
				}
				if (rest.startsWith("/")) {
					return super.uriString(area.getValue() + rest);
				}
			}
		}
		return super.uriString(uriTemplate);
	}

}
