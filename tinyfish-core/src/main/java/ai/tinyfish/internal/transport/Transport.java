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

package ai.tinyfish.internal.transport;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/**
 * The connections of one client. Nothing connects, resolves a host or starts a thread
 * before the first request; {@link #close()} leaves no connection and no thread behind.
 */
public final class Transport implements AutoCloseable {

	private static final Duration ACQUIRE_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration CALL_IDLE_TIME = Duration.ofSeconds(30);

	/**
	 * A submission over a connection that the server has just closed would be reported as
	 * a run with an unknown ending, so that it only takes connections used this recently.
	 */
	private static final Duration SUBMISSION_IDLE_TIME = Duration.ofSeconds(1);

	private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(3);

	private static final int MAX_CONNECTIONS = 500;

	private final Duration connectTimeout;

	private final int maxOpenStreams;

	private final Object lock = new Object();

	private volatile @Nullable Clients clients;

	private volatile boolean closed;

	private final Set<CompletableFuture<?>> inFlight = ConcurrentHashMap.newKeySet();

	/**
	 * Create a new transport.
	 * @param connectTimeout the longest time to establish a connection
	 * @param maxOpenStreams the number of streams that may be open at once
	 */
	public Transport(Duration connectTimeout, int maxOpenStreams) {
		this.connectTimeout = connectTimeout;
		this.maxOpenStreams = maxOpenStreams;
	}

	/**
	 * The client for calls that may be repeated.
	 * @return the client
	 */
	HttpClient calls() {
		return clients().calls;
	}

	/**
	 * The client for calls that start a run.
	 * @return the client
	 */
	HttpClient submissions() {
		return clients().submissions;
	}

	/**
	 * The client for streams.
	 * @return the client
	 */
	HttpClient streams() {
		return clients().streams;
	}

	/**
	 * Whether this transport was closed.
	 * @return true once {@link #close()} was called
	 */
	public boolean isClosed() {
		return this.closed;
	}

	/**
	 * An informational answer is not the last one on its connection, and one with an
	 * impossible status is not what Spring can release: neither may be used again.
	 */
	private static void closeUnlessFinal(HttpClientResponse response, Connection connection) {
		int status = response.status().code();
		if (status < 200 || status > 999) {
			connection.dispose();
		}
	}

	/**
	 * Take note of a request, so that the one who waits for it is told when the client is
	 * closed.
	 * @param answer the future answer
	 */
	void register(CompletableFuture<?> answer) {
		this.inFlight.add(answer);
		if (this.closed) {
			answer.completeExceptionally(new ClientClosedException());
		}
	}

	void unregister(CompletableFuture<?> answer) {
		this.inFlight.remove(answer);
	}

	private Clients clients() {
		Clients current = this.clients;
		if (current == null) {
			synchronized (this.lock) {
				if (this.closed) {
					throw new ClientClosedException();
				}
				current = this.clients;
				if (current == null) {
					current = new Clients();
					this.clients = current;
				}
			}
		}
		return current;
	}

	@Override
	public void close() {
		Clients current;
		synchronized (this.lock) {
			this.closed = true;
			current = this.clients;
			this.clients = null;
		}
		this.inFlight.forEach((answer) -> answer.completeExceptionally(new ClientClosedException()));
		if (current != null) {
			current.close();
		}
	}

	private final class Clients {

		private final LoopResources loop = LoopResources.create("tinyfish", LoopResources.DEFAULT_IO_WORKER_COUNT,
				true);

		private final ConnectionProvider callConnections = connections("tinyfish-calls", MAX_CONNECTIONS,
				CALL_IDLE_TIME);

		private final ConnectionProvider submissionConnections = connections("tinyfish-submissions", MAX_CONNECTIONS,
				SUBMISSION_IDLE_TIME);

		private final ConnectionProvider streamConnections = connections("tinyfish-streams",
				Transport.this.maxOpenStreams, SUBMISSION_IDLE_TIME);

		private final HttpClient calls = client(this.callConnections).compress(true);

		private final HttpClient submissions = client(this.submissionConnections).compress(true);

		// a proxy that compresses a stream may hold its events back
		private final HttpClient streams = client(this.streamConnections);

		private static ConnectionProvider connections(String name, int max, Duration maxIdleTime) {
			return ConnectionProvider.builder(name)
				.maxConnections(max)
				.pendingAcquireTimeout(ACQUIRE_TIMEOUT)
				.maxIdleTime(maxIdleTime)
				.evictInBackground(CALL_IDLE_TIME, Schedulers.parallel())
				.lifo()
				.build();
		}

		private HttpClient client(ConnectionProvider connections) {
			return HttpClient.create(connections)
				.runOn(this.loop)
				.resolver((spec) -> spec.runOn(this.loop))
				.protocol(HttpProtocol.HTTP11)
				.disableRetry(true)
				.followRedirect(false)
				.doOnResponse(Transport::closeUnlessFinal)
				.option(ChannelOption.CONNECT_TIMEOUT_MILLIS,
						Math.toIntExact(Math.min(Integer.MAX_VALUE, Transport.this.connectTimeout.toMillis())))
				.option(ChannelOption.SO_KEEPALIVE, true);
		}

		private void close() {
			this.callConnections.dispose();
			this.submissionConnections.dispose();
			this.streamConnections.dispose();
			var loopClosed = this.loop.disposeLater(Duration.ZERO, SHUTDOWN_TIMEOUT).toFuture();
			if (Schedulers.isInNonBlockingThread()) {
				return;
			}
			try {
				loopClosed.get(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			catch (ExecutionException | TimeoutException ex) {
				// the threads are daemons and end on their own
			}
		}

	}

}
