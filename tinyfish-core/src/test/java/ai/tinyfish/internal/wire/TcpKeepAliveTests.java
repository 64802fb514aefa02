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

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.local.LocalChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The options of the sockets, for each way of Netty's to have one.
 */
class TcpKeepAliveTests {

	@Test
	void socketsOfTheJdkAreProbed() throws Exception {
		assertOptions(NioIoHandler.newFactory(), NioSocketChannel.class,
				Map.of(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 60,
						NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 15,
						NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 4));
	}

	@Test
	void nativeSocketsOfLinuxAreProbed() throws Exception {
		assumeTrue(Epoll.isAvailable());
		assertOptions(EpollIoHandler.newFactory(), EpollSocketChannel.class, Map.of(EpollChannelOption.TCP_KEEPIDLE, 60,
				EpollChannelOption.TCP_KEEPINTVL, 15, EpollChannelOption.TCP_KEEPCNT, 4));
	}

	@Test
	void otherChannelsThanSocketsAreLeftAlone() {
		assertThatNoException().isThrownBy(() -> TcpKeepAlive.configure(new LocalChannel()));
	}

	private static void assertOptions(IoHandlerFactory io, Class<? extends Channel> type,
			Map<ChannelOption<Integer>, Integer> expected) throws Exception {
		EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io);
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Channel channel = new Bootstrap().group(group).channel(type).handler(new ChannelInboundHandlerAdapter() {
				@Override
				public void handlerAdded(ChannelHandlerContext context) {
					TcpKeepAlive.configure(context.channel());
				}
			}).connect(server.getLocalSocketAddress()).sync().channel();
			assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
			expected.forEach((option, value) -> assertThat(channel.config().getOption(option)).as(option.name())
				.isEqualTo(value));
			channel.close().sync();
		}
		finally {
			group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
		}
	}

}
