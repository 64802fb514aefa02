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

package ai.tinyfish.simulator.internal.server;

import java.io.ByteArrayOutputStream;

import ai.tinyfish.simulator.internal.api.ApiException;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Reader of a request body up to a bound.
 */
final class RequestBody {

	static final int MAX_BYTES = 1024 * 1024;

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private boolean tooLong;

	private RequestBody() {
	}

	/**
	 * Read to the end even if the body is too long, since a client that is still writing
	 * would see a broken connection and not the answer. The excess is not kept.
	 */
	static Mono<byte[]> read(HttpServerRequest request) {
		return request.receive().asByteArray().collect(RequestBody::new, RequestBody::add).map(RequestBody::content);
	}

	private void add(byte[] part) {
		if (this.bytes.size() + part.length > MAX_BYTES) {
			this.tooLong = true;
		}
		if (!this.tooLong) {
			this.bytes.writeBytes(part);
		}
	}

	private byte[] content() {
		if (this.tooLong) {
			throw new ApiException(413, "INVALID_INPUT", "The request body must have at most " + MAX_BYTES + " bytes");
		}
		return this.bytes.toByteArray();
	}

}
