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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.MultiValueMap;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Removal of the application's default credentials from its HTTP client builders. They
 * are meant for other services. Interceptors and filters stay, since they can decide by
 * the URL of each request.
 */
final class ApplicationCredentials {

	private static final List<String> HEADERS = List.of(HttpHeaders.AUTHORIZATION, HttpHeaders.PROXY_AUTHORIZATION,
			HttpHeaders.COOKIE);

	private ApplicationCredentials() {
	}

	/**
	 * Return a copy of a builder without the credentials.
	 * @param builder the application's builder, which is not changed, or null
	 */
	static RestClient.@Nullable Builder removeFrom(RestClient.@Nullable Builder builder) {
		if (builder == null) {
			return null;
		}
		return builder.clone()
			.defaultHeaders(ApplicationCredentials::remove)
			.defaultCookies(MultiValueMap::clear)
			.requestInitializer((request) -> remove(request.getHeaders()))
			// called before the client sets the headers of a request
			.defaultRequest((request) -> request.headers(ApplicationCredentials::remove).cookies(MultiValueMap::clear));
	}

	/**
	 * Return a copy of a builder without the credentials.
	 * @param builder the application's builder, which is not changed, or null
	 */
	static WebClient.@Nullable Builder removeFrom(WebClient.@Nullable Builder builder) {
		if (builder == null) {
			return null;
		}
		return builder.clone()
			.defaultHeaders(ApplicationCredentials::remove)
			.defaultCookies(MultiValueMap::clear)
			// called before the client sets the headers of a request
			.defaultRequest((request) -> request.headers(ApplicationCredentials::remove).cookies(MultiValueMap::clear));
	}

	private static void remove(HttpHeaders headers) {
		HEADERS.forEach(headers::remove);
	}

}
