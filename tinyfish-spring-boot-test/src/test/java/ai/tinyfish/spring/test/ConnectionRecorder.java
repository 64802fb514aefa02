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

package ai.tinyfish.spring.test;

import java.lang.instrument.Instrumentation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy.DiscoveryStrategy;
import net.bytebuddy.agent.builder.ResettableClassFileTransformer;
import net.bytebuddy.asm.Advice;

import static net.bytebuddy.matcher.ElementMatchers.is;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.none;
import static net.bytebuddy.matcher.ElementMatchers.takesArguments;

/**
 * Records the address of each connection that this JVM opens or tries to open, by any
 * client. All sockets of the JDK connect in one method, and the native ones of Netty in
 * another. Lookups of host names are not recorded.
 */
public final class ConnectionRecorder implements AutoCloseable {

	/**
	 * System property that has the consumer of addresses: methods of the JDK see no class
	 * of a test.
	 */
	private static final String CONSUMER = "ai.tinyfish.spring.test.ConnectionRecorder";

	private final List<InetSocketAddress> addresses = new CopyOnWriteArrayList<>();

	private final Instrumentation instrumentation = ByteBuddyAgent.install();

	private final DiscoveryStrategy types;

	private final ResettableClassFileTransformer transformer;

	private ConnectionRecorder(Class<?> jdk, Class<?> netty) {
		this.types = new DiscoveryStrategy.Explicit(jdk, netty);
		Consumer<SocketAddress> consumer = this::record;
		System.getProperties().put(CONSUMER, consumer);
		this.transformer = new AgentBuilder.Default().disableClassFormatChanges()
			.ignore(none())
			.with(RedefinitionStrategy.RETRANSFORMATION)
			.with(this.types)
			.with(AgentBuilder.Listener.StreamWriting.toSystemError().withErrorsOnly())
			.type(is(jdk))
			.transform((builder, type, loader, module, domain) -> builder
				.visit(Advice.to(JdkConnect.class).on(named("connect").and(takesArguments(4)))))
			.type(is(netty))
			.transform((builder, type, loader, module, domain) -> builder
				.visit(Advice.to(NettyConnect.class).on(named("connect").and(takesArguments(1)))))
			.installOn(this.instrumentation);
	}

	public static ConnectionRecorder start() {
		try {
			return new ConnectionRecorder(Class.forName("sun.nio.ch.Net"), io.netty.channel.unix.Socket.class);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void record(SocketAddress address) {
		// others are of files
		if (address instanceof InetSocketAddress remote) {
			this.addresses.add(remote);
		}
	}

	/**
	 * Return the remote addresses in the order of the connections.
	 */
	public List<InetSocketAddress> addresses() {
		return List.copyOf(this.addresses);
	}

	@Override
	public void close() {
		this.transformer.reset(this.instrumentation, RedefinitionStrategy.RETRANSFORMATION, this.types);
		System.getProperties().remove(CONSUMER);
	}

	/** Begins {@code sun.nio.ch.Net.connect(family, descriptor, address, port)}. */
	private static final class JdkConnect {

		@Advice.OnMethodEnter
		@SuppressWarnings("unchecked")
		static void enter(@Advice.Argument(2) InetAddress address, @Advice.Argument(3) int port) {
			if (System.getProperties().get(CONSUMER) instanceof Consumer<?> consumer) {
				((Consumer<SocketAddress>) consumer).accept(new InetSocketAddress(address, port));
			}
		}

	}

	/** Begins {@code io.netty.channel.unix.Socket.connect(address)}. */
	private static final class NettyConnect {

		@Advice.OnMethodEnter
		@SuppressWarnings("unchecked")
		static void enter(@Advice.Argument(0) SocketAddress address) {
			if (System.getProperties().get(CONSUMER) instanceof Consumer<?> consumer) {
				((Consumer<SocketAddress>) consumer).accept(address);
			}
		}

	}

}
