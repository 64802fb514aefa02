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

import java.net.URI;
import java.util.function.Consumer;

import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.settings.RequestOptions;
import ai.tinyfish.settings.ResponseMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpHeaders;

/**
 * An answer that has arrived as a whole.
 *
 * @param status the HTTP status
 * @param headers the headers
 * @param body the body, possibly cut; empty if there is no body
 * @param uri the URI of the request
 */
record ApiResponse(int status, HttpHeaders headers, byte[] body, URI uri) {

	private static final Logger logger = LoggerFactory.getLogger(ApiResponse.class);

	/**
	 * Create an answer, unless its body is larger than a client reads.
	 * @param body the body, of which one byte more than the maximum is enough
	 * @throws DataBufferLimitException if it is larger
	 */
	static ApiResponse limited(int status, HttpHeaders headers, byte[] body, URI uri) {
		if (body.length > ClientSettings.MAX_ANSWER_SIZE) {
			throw new DataBufferLimitException(
					"The response is larger than " + ClientSettings.MAX_ANSWER_SIZE + " bytes");
		}
		return new ApiResponse(status, headers, body, uri);
	}

	/**
	 * Notify the listener of {@link RequestOptions#onResponse()} of the metadata of a
	 * response, whose body may not have arrived.
	 */
	static void notifyListener(RequestOptions options, ApiCall<?> call, int status, HttpHeaders headers) {
		Consumer<ResponseMetadata> listener = options.onResponse();
		if (listener == null) {
			return;
		}
		try {
			listener.accept(new ResponseMetadata(call.operation(), status, headers));
		}
		catch (Throwable ex) {
			logger.warn("A listener failed on the response to {}", call.operation(), ex);
		}
	}

	ApiResponse withoutKey(Secrets secrets) {
		byte[] redacted = secrets.withoutKey(this.body, 0, this.body.length);
		return (redacted != null) ? new ApiResponse(this.status, this.headers, redacted, this.uri) : this;
	}

	boolean isSuccess() {
		return this.status >= 200 && this.status < 300;
	}

}
