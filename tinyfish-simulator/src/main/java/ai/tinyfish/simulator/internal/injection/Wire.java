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

import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import reactor.core.publisher.Mono;
import reactor.netty.FutureMono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Faults of a connection. Earlier writes are flushed first. Methods that end a connection
 * do not complete, as an answer that completes would be finished properly.
 */
final class Wire {

	private Wire() {
	}

	static Mono<Void> disconnect(HttpServerResponse response) {
		return Mono.defer(() -> {
			response.withConnection((connection) -> connection.channel().close());
			return Mono.never();
		});
	}

	static Mono<Void> reset(HttpServerResponse response) {
		return Mono.defer(() -> {
			response.withConnection((connection) -> {
				Channel channel = connection.channel();
				// a close that does not linger is a reset
				channel.config().setOption(ChannelOption.SO_LINGER, 0);
				channel.close();
			});
			return Mono.never();
		});
	}

	/**
	 * Send bytes ahead of an answer or in its place, bypassing the HTTP encoder.
	 */
	static Mono<Void> raw(HttpServerResponse response, byte[] bytes) {
		return Mono.defer(() -> {
			AtomicReference<ChannelFuture> written = new AtomicReference<>();
			response.withConnection((connection) -> written.set(connection.channel()
				.pipeline()
				.context(NettyPipeline.HttpCodec)
				.writeAndFlush(Unpooled.wrappedBuffer(bytes))));
			return FutureMono.from(Objects.requireNonNull(written.get()));
		});
	}

}
