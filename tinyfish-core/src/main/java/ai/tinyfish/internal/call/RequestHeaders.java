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

import java.util.function.Consumer;

import ai.tinyfish.settings.RequestOptions;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * The headers of every request. The one place that sends the key.
 */
final class RequestHeaders {

	// in lower case, as in HTTP/2: Spring would convert them for each of its copies

	private static final String API_KEY = "x-api-key";

	private static final String REQUEST_ORIGIN = "x-tf-request-origin";

	private static final String CLIENT_NAME = "x-tf-client-name";

	private static final String CLIENT_VERSION = "x-tf-client-version";

	private static final String USER_AGENT = "user-agent";

	private static final String ACCEPT = "accept";

	private static final String PRODUCT = "tinyfish-java";

	private static final String VERSION = version();

	private static final String PRODUCT_AND_VERSION = PRODUCT + "/" + VERSION;

	private RequestHeaders() {
	}

	static Consumer<HttpHeaders> forCall(ApiCall<?> call, String apiKey, RequestOptions options) {
		return (headers) -> {
			set(headers, call, apiKey, options);
			headers.set(ACCEPT, MediaType.APPLICATION_JSON_VALUE);
		};
	}

	static Consumer<HttpHeaders> forStream(ApiCall<?> call, String apiKey, RequestOptions options) {
		return (headers) -> {
			set(headers, call, apiKey, options);
			headers.set(ACCEPT, "text/event-stream, application/json;q=0.5");
			headers.set("cache-control", "no-cache");
		};
	}

	private static void set(HttpHeaders headers, ApiCall<?> call, String apiKey, RequestOptions options) {
		headers.set(USER_AGENT, PRODUCT_AND_VERSION);
		headers.set(REQUEST_ORIGIN, PRODUCT);
		headers.set(CLIENT_NAME, PRODUCT);
		headers.set(CLIENT_VERSION, VERSION);
		options.headers().forEach(headers::set);
		headers.set(API_KEY, apiKey);
		byte[] body = call.body();
		if (body != null) {
			headers.set("content-type", MediaType.APPLICATION_JSON_VALUE);
			// with this spelling, a connector of the application sends it only once
			headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
		}
	}

	private static String version() {
		@Nullable String version = RequestHeaders.class.getPackage().getImplementationVersion();
		return (version != null) ? version : "dev";
	}

}
