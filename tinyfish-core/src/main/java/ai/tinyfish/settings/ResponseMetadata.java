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

package ai.tinyfish.settings;

import ai.tinyfish.support.LogText;

import org.springframework.http.HttpHeaders;

/**
 * Metadata of a response of the service: its status and headers, without its body.
 *
 * @param operation the operation of the response, such as {@code runs.get}
 * @param status the HTTP status
 * @param headers the headers, read-only
 * @since 0.1.0
 */
public record ResponseMetadata(String operation, int status, HttpHeaders headers) {

	/**
	 * Create new metadata.
	 * @param operation the operation of the response
	 * @param status the HTTP status
	 * @param headers the headers
	 */
	public ResponseMetadata {
		headers = HttpHeaders.readOnlyHttpHeaders(headers);
	}

	/**
	 * Return a description without the values of headers.
	 * @return operation, status and the names of the headers
	 */
	@Override
	public String toString() {
		return LogText.of("ResponseMetadata[operation=%s, status=%s, headers=%s]".formatted(this.operation, this.status,
				this.headers.headerNames()));
	}

}
