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

package ai.tinyfish.simulator.internal.injection;

import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.fault.FaultEffect;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Insert;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Interim;
import ai.tinyfish.simulator.internal.fault.FaultEffect.MediaType;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Page;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Answer with a fault that was injected before its first byte.
 */
final class FaultyAnswer implements HttpAnswer {

	private final FaultEffect effect;

	private final HttpAnswer right;

	FaultyAnswer(FaultEffect effect, HttpAnswer right) {
		this.effect = effect;
		this.right = right;
	}

	@Override
	public Publisher<Void> send(HttpServerResponse response) {
		if (this.effect instanceof MediaType type) {
			Publisher<Void> sending = this.right.send(response);
			response.header(HttpHeaderNames.CONTENT_TYPE, type.value());
			return sending;
		}
		if (this.effect instanceof Interim interim) {
			return Wire.raw(response, interim.bytes()).then(Mono.defer(() -> Mono.from(this.right.send(response))));
		}
		if (this.effect.keepsAnswer()) {
			return this.right.send(response);
		}
		if (this.effect instanceof Page page) {
			response.status(page.status())
				.header(HttpHeaderNames.CONTENT_TYPE, page.contentType())
				.header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(page.body().length));
			page.headers().forEach(response::header);
			return response.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(page.body())));
		}
		if (this.effect instanceof Insert insert) {
			Mono<Void> end = (insert.then() != null) ? end(insert.then(), response) : Wire.disconnect(response);
			return Wire.raw(response, insert.bytes()).then(end);
		}
		return end((Termination) this.effect, response);
	}

	private static Mono<Void> end(Termination how, HttpServerResponse response) {
		return switch (how) {
			case DISCONNECT, END -> Wire.disconnect(response);
			case RESET -> Wire.reset(response);
			case SILENCE -> Mono.never();
		};
	}

}
