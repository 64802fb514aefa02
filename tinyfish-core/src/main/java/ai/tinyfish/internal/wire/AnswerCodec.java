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
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.Connection;

/**
 * HTTP/1.1 codec of our connections, which replaces Reactor Netty's. It skips interim
 * answers, as RFC 9110 (section 15.2) requires, and ends a connection that receives more
 * than the requested answer: the next request would read this as its own answer. It does
 * not support HEAD, CONNECT and pipelining, which we do not use.
 */
final class AnswerCodec extends CombinedChannelDuplexHandler<AnswerCodec.Decoder, HttpRequestEncoder> {

	AnswerCodec() {
		super(new Decoder(), new HttpRequestEncoder());
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
		if (message instanceof HttpRequest) {
			inboundHandler().awaiting = true;
		}
		super.write(context, message, promise);
	}

	/**
	 * Reads one answer for each request.
	 */
	static final class Decoder extends HttpResponseDecoder {

		private static final int MAX_INTERIM_ANSWERS = 16;

		/**
		 * The size of a read from the socket. With Netty's pieces of 8 KB, the reader of
		 * a blocking stream would be woken for each.
		 */
		private static final int MAX_CHUNK_SIZE = 64 * 1024;

		private final List<Object> decoded = new ArrayList<>();

		private boolean awaiting;

		private boolean interim;

		private int interimAnswers;

		Decoder() {
			super(new HttpDecoderConfig().setMaxChunkSize(MAX_CHUNK_SIZE));
		}

		@Override
		protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
			if (!this.awaiting) {
				end(context, buffer);
				context.close();
				return;
			}
			super.decode(context, buffer, this.decoded);
			this.decoded.forEach((message) -> take(message, out));
			this.decoded.clear();
			if (this.interimAnswers > MAX_INTERIM_ANSWERS) {
				end(context, buffer);
				context.fireExceptionCaught(new IOException("More than " + MAX_INTERIM_ANSWERS + " interim responses"));
				context.close();
			}
			else if (!this.awaiting && buffer.isReadable()) {
				end(context, buffer);
			}
		}

		private void take(Object message, List<Object> out) {
			if (message instanceof HttpResponse response) {
				this.interim = isInterim(response.status());
				this.interimAnswers = this.interim ? this.interimAnswers + 1 : 0;
			}
			if (this.interim) {
				ReferenceCountUtil.release(message);
				return;
			}
			out.add(message);
			if (message instanceof LastHttpContent) {
				this.awaiting = false;
			}
		}

		private static boolean isInterim(HttpResponseStatus status) {
			return status.code() >= 100 && status.code() < 200
					&& !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
		}

		/**
		 * Stop reading from the connection. It is closed after its answer instead of
		 * being used again.
		 */
		private void end(ChannelHandlerContext context, ByteBuf buffer) {
			this.awaiting = false;
			buffer.skipBytes(buffer.readableBytes());
			Connection.from(context.channel()).markPersistent(false);
		}

	}

	/**
	 * Channel handler that replaces the exceptions of Netty's HTTP decoder. They quote
	 * the status line or header that cannot be decoded, which may repeat the API key.
	 * They are replaced before observations and logs see them.
	 */
	@Sharable
	static final class DecodingFailures extends ChannelInboundHandlerAdapter {

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
		 * Exception without a stack trace: Reactor Netty logs it at WARN, and all frames
		 * would be Netty's.
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

}
