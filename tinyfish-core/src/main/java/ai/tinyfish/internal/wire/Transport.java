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

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.internal.lifecycle.ClientClosedException;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.settings.ConnectionSettings;
import ai.tinyfish.settings.HttpProxy;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.proxy.ProxyHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;
import reactor.netty.transport.ProxyProvider;

/**
 * The connections of one client. Nothing connects, resolves a host or starts a thread
 * before the first request; {@link #close()} leaves no connection and no thread behind.
 */
public final class Transport {

	private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(10);

	private static final int MAX_CONNECTIONS = 500;

	private final ConnectionSettings settings;

	private final ClientLifecycle lifecycle;

	private final Object lock = new Object();

	private volatile @Nullable Clients clients;

	/**
	 * Create a new transport.
	 * @param settings the settings of the connections
	 * @param lifecycle the lifecycle of the client that the connections belong to
	 */
	public Transport(ConnectionSettings settings, ClientLifecycle lifecycle) {
		this.settings = settings;
		this.lifecycle = lifecycle;
	}

	/**
	 * Return the lifecycle that ends the exchanges over these connections.
	 * @return the lifecycle of the client that the connections belong to
	 */
	public ClientLifecycle lifecycle() {
		return this.lifecycle;
	}

	/**
	 * Return the HTTP client of a pool.
	 * @param pool the pool
	 * @return the client
	 * @throws ClientClosedException if the client is closed
	 */
	HttpClient client(Pool pool) {
		return Objects.requireNonNull(clients().byPool.get(pool));
	}

	/**
	 * Return whether {@link #client(Pool)} returns a client at once; the first time it
	 * may load the trust material of the JVM.
	 */
	boolean isPrepared() {
		return this.clients != null;
	}

	private Clients clients() {
		Clients current = this.clients;
		if (current == null) {
			synchronized (this.lock) {
				if (this.lifecycle.isClosed()) {
					throw new ClientClosedException();
				}
				current = this.clients;
				if (current == null) {
					current = new Clients(this.settings);
					this.clients = current;
				}
			}
		}
		return current;
	}

	/**
	 * Begin to close the connections, after the lifecycle was closed.
	 * @return completes when they are closed; null if nothing was ever connected
	 */
	public @Nullable CompletableFuture<Void> beginClose() {
		Clients current;
		synchronized (this.lock) {
			current = this.clients;
			this.clients = null;
		}
		return (current != null) ? current.close() : null;
	}

	private static final class Clients {

		private final ConnectionSettings settings;

		private final LoopResources loop = LoopResources.create("tinyfish", LoopResources.DEFAULT_IO_WORKER_COUNT,
				true);

		/** Also closes channels that connect after it was closed. */
		private final ChannelGroup channels = new DefaultChannelGroup("tinyfish", ImmediateEventExecutor.INSTANCE,
				true);

		private final Map<Pool, HttpClient> byPool = new EnumMap<>(Pool.class);

		Clients(ConnectionSettings settings) {
			this.settings = settings;
			SslProvider sslProvider = Tls.provider(settings);
			for (Pool pool : Pool.values()) {
				// a proxy that compresses a stream may hold its events back
				this.byPool.put(pool, client(connections(pool), sslProvider).compress(pool != Pool.STREAMS));
			}
		}

		private ConnectionProvider connections(Pool pool) {
			return ConnectionProvider.builder("tinyfish-" + pool.name().toLowerCase(Locale.ROOT))
				.maxConnections((pool != Pool.STREAMS) ? MAX_CONNECTIONS : streamConnections())
				.pendingAcquireTimeout(ACQUIRE_TIMEOUT)
				.maxIdleTime(pool.idleTime())
				.evictInBackground(pool.idleTime(), Schedulers.parallel())
				.lifo()
				.build();
		}

		/**
		 * Return the maximum number of connections: a stream that has ended releases its
		 * permit slightly before its connection.
		 */
		private int streamConnections() {
			return (int) Math.min(Integer.MAX_VALUE, 2L * this.settings.maxOpenStreams());
		}

		private HttpClient client(ConnectionProvider connections, @Nullable SslProvider sslProvider) {
			HttpClient client = HttpClient.create(connections)
				// first, since otherwise runOn(...) sets a resolver, which a proxy does
				// not replace
				.resolver(NoopAddressResolverGroup.INSTANCE)
				.runOn(this.loop)
				.protocol(HttpProtocol.HTTP11)
				.disableRetry(true)
				.followRedirect(false)
				.doOnRequest(ExchangeProgress::begins)
				.doOnResponse(Clients::answered)
				.doOnChannelInit((observer, channel, address) -> configure(channel))
				.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectTimeoutMillis());
			HttpClient connected = resolve(proxy(client));
			return (sslProvider != null) ? connected.secure(sslProvider) : connected;
		}

		/**
		 * Close the connection after an answer with an impossible status, which Spring
		 * cannot release, or of another protocol.
		 */
		private static void answered(HttpClientResponse response, Connection connection) {
			ExchangeProgress.answered(response, connection);
			int status = response.status().code();
			if (status < 200 || status > 999) {
				connection.dispose();
			}
		}

		private void configure(Channel channel) {
			TcpKeepAlive.configure(channel);
			channel.pipeline().replace(NettyPipeline.HttpCodec, NettyPipeline.HttpCodec, new AnswerCodec());
			channel.pipeline().addAfter(NettyPipeline.HttpCodec, null, AnswerCodec.DecodingFailures.INSTANCE);
			// closes it if the transport has been closed
			this.channels.add(channel);
			// no other method applies the proxy of the system properties
			if (channel.pipeline().get(NettyPipeline.ProxyHandler) instanceof ProxyHandler handler) {
				handler.setConnectTimeoutMillis(connectTimeoutMillis());
			}
		}

		private HttpClient proxy(HttpClient client) {
			HttpProxy proxy = this.settings.proxy();
			if (proxy == null) {
				return client.proxyWithSystemProperties();
			}
			return client.proxy((spec) -> {
				ProxyProvider.Builder builder = spec.type(ProxyProvider.Proxy.HTTP)
					.host(proxy.host())
					.port(proxy.port());
				String username = proxy.username();
				String password = proxy.password();
				if (username != null && password != null) {
					builder.username(username).password((user) -> password);
				}
			});
		}

		private HttpClient resolve(HttpClient client) {
			// the proxy resolves host names itself
			return client.configuration().hasProxy() ? client : client.resolver((spec) -> spec.runOn(this.loop));
		}

		private int connectTimeoutMillis() {
			return Math.toIntExact(Math.min(Integer.MAX_VALUE, this.settings.connectTimeout().toMillis()));
		}

		private CompletableFuture<Void> close() {
			this.byPool.values().forEach((client) -> client.configuration().connectionProvider().dispose());
			// first, since a loop that ends loses a channel that is about to connect
			CompletableFuture<Void> channelsClosed = new CompletableFuture<>();
			this.channels.close().addListener((future) -> channelsClosed.complete(null));
			// the threads are daemons and end on their own if this takes longer
			return channelsClosed
				.thenCompose((none) -> this.loop.disposeLater(Duration.ZERO, CloseBudget.CONNECTIONS).toFuture());
		}

	}

	/**
	 * Connection pool of a client that a request uses.
	 */
	public enum Pool {

		/** Connections for calls that may be repeated. */
		CALLS(Duration.ofSeconds(30)),

		/**
		 * Connections for calls that start a run. A submission over a connection that the
		 * server has just closed would be reported as a run with an unknown outcome, so
		 * it only uses connections that were used a moment ago.
		 */
		SUBMISSIONS(Duration.ofSeconds(1)),

		/**
		 * Connections for streams, each of which uses one for its whole life. They are
		 * used again like those for submissions, since a stream begins with a submission.
		 */
		STREAMS(Duration.ofSeconds(1));

		private final Duration idleTime;

		Pool(Duration idleTime) {
			this.idleTime = idleTime;
		}

		/**
		 * Return how long a connection may be idle before it is used again.
		 */
		Duration idleTime() {
			return this.idleTime;
		}

		/**
		 * Return the pool for a call.
		 * @param submission whether the call starts a run
		 * @return the pool
		 */
		public static Pool forCall(boolean submission) {
			return submission ? SUBMISSIONS : CALLS;
		}

	}

}
