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

package ai.tinyfish.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parts of a request as a server reads it.
 *
 * @param method the HTTP method
 * @param path the path
 * @param query the query parameters, decoded
 * @param body the body
 */
public record RequestParts(String method, String path, Map<String, String> query, String body) {

	/**
	 * Take a request apart.
	 * @param request head and body as one text
	 */
	public static RequestParts of(String request) {
		String[] target = target(request).split("\\?", 2);
		Map<String, String> query = new LinkedHashMap<>();
		if (target.length > 1) {
			Arrays.stream(target[1].split("&")).map((pair) -> pair.split("=", 2)).forEach((pair) -> {
				// a plus would be read as a space by many servers
				String value = URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
				if (query.put(pair[0], value) != null) {
					throw new AssertionError(pair[0] + " is there twice");
				}
			});
		}
		String[] headAndBody = request.split("\r\n\r\n", 2);
		return new RequestParts(request.substring(0, request.indexOf(' ')), target[0], query, headAndBody[1]);
	}

	/**
	 * The path and the query, as they are sent.
	 */
	public static String target(String request) {
		return request.split(" ", 3)[1];
	}

}
