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

package ai.tinyfish.internal.wire;

import java.io.IOException;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;

/**
 * Channel handler that replaces the exceptions of Netty's HTTP decoder. They quote the
 * status line or header that cannot be decoded, which may repeat the API key. Here nobody
 * has seen them yet, neither an observation nor a log.
 */
@Sharable
final class DecodingFailures extends ChannelInboundHandlerAdapter {

	static final DecodingFailures INSTANCE = new DecodingFailures();

	private DecodingFailures() {
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
		if (message instanceof DecoderResultProvider part && part.decoderResult().isFailure()) {
			part.setDecoderResult(DecoderResult.failure(new InvalidHttpException(part.decoderResult().cause())));
		}
		super.channelRead(context, message);
	}

	/**
	 * Has no stack trace: Reactor Netty logs it at WARN, and its frames are Netty's
	 * alone.
	 */
	private static final class InvalidHttpException extends IOException {

		InvalidHttpException(Throwable cause) {
			super("The response is not valid HTTP (" + cause.getClass().getSimpleName() + ")");
		}

		@Override
		public Throwable fillInStackTrace() {
			return this;
		}

	}

}
