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

package ai.tinyfish.simulator.internal;

import ai.tinyfish.simulator.internal.Strike.Ending;
import ai.tinyfish.simulator.internal.Strike.Insert;
import ai.tinyfish.simulator.internal.Strike.Interim;
import ai.tinyfish.simulator.internal.Strike.MediaType;
import ai.tinyfish.simulator.internal.Strike.Page;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * An answer that a fault has struck before its first byte.
 */
final class StruckAnswer implements Answer {

	private final Strike strike;

	private final Answer right;

	StruckAnswer(Strike strike, Answer right) {
		this.strike = strike;
		this.right = right;
	}

	@Override
	public Publisher<Void> send(HttpServerResponse response) {
		if (this.strike instanceof MediaType type) {
			Publisher<Void> sending = this.right.send(response);
			response.header(HttpHeaderNames.CONTENT_TYPE, type.value());
			return sending;
		}
		if (this.strike instanceof Interim interim) {
			return Wire.ahead(response, interim.bytes()).then(Mono.defer(() -> Mono.from(this.right.send(response))));
		}
		if (this.strike.keepsAnswer()) {
			return this.right.send(response);
		}
		if (this.strike instanceof Page page) {
			return response.status(page.status())
				.header(HttpHeaderNames.CONTENT_TYPE, page.contentType())
				.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(page.body().length))
				.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(page.body())));
		}
		if (this.strike instanceof Insert insert) {
			return Wire.raw(response, insert.bytes());
		}
		if (this.strike == Ending.DISCONNECT) {
			return Wire.disconnect(response);
		}
		return (this.strike == Ending.RESET) ? Wire.reset(response) : Mono.never();
	}

}
