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

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import jdk.net.ExtendedSocketOptions;

import org.springframework.util.ClassUtils;

/**
 * Probes of idle connections, often enough for NATs and load balancers that drop a silent
 * connection after a few minutes: the system's default is two hours.
 */
final class TcpKeepAlive {

	private static final int IDLE_SECONDS = 60;

	private static final int INTERVAL_SECONDS = 15;

	private static final int COUNT = 4;

	private static final boolean EPOLL = ClassUtils.isPresent("io.netty.channel.epoll.EpollSocketChannel",
			TcpKeepAlive.class.getClassLoader());

	private TcpKeepAlive() {
	}

	static void configure(Channel channel) {
		channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
		if (channel instanceof NioSocketChannel) {
			Nio.configure(channel);
		}
		else if (EPOLL) {
			Epoll.configure(channel);
		}
	}

	private static final class Epoll {

		static void configure(Channel channel) {
			if (channel instanceof EpollSocketChannel) {
				channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS);
				channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, INTERVAL_SECONDS);
				channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, COUNT);
			}
		}

	}

	private static final class Nio {

		static void configure(Channel channel) {
			// if the system does not know an option, its own values remain
			channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), IDLE_SECONDS);
			channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), INTERVAL_SECONDS);
			channel.config().setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), COUNT);
		}

	}

}
