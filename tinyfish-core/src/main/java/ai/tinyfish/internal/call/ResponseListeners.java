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
import ai.tinyfish.settings.ResponseMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;

/**
 * Notification of {@link RequestOptions#onResponse()} listeners about the metadata of a
 * response.
 */
final class ResponseListeners {

	private static final Logger logger = LoggerFactory.getLogger(ResponseListeners.class);

	private ResponseListeners() {
	}

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

}
