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

package ai.tinyfish.internal.session;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.internal.delivery.EventExecutor;
import ai.tinyfish.internal.lifecycle.ClientThreads;
import ai.tinyfish.internal.stream.OpenStreams;
import ai.tinyfish.internal.wire.ConnectionSettings;
import ai.tinyfish.internal.wire.Transport;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The connections and threads of a client, shared by those that are derived from it.
 */
public final class ClientResources implements AutoCloseable {

	private static final Duration FAREWELL_TIMEOUT = Duration.ofSeconds(5);

	private static final int FUTURE_THREADS = 8;

	private final Transport transport;

	private final OpenStreams openStreams;

	private final EventExecutor eventExecutor;

	private final ClientThreads futureThreads;

	private final boolean derived;

	private final AtomicBoolean ended = new AtomicBoolean();

	/**
	 * Create the resources of a client; there are no connections and no threads before
	 * they are used.
	 * @param settings how to connect
	 * @param eventExecutor calls listeners
	 */
	public ClientResources(ConnectionSettings settings, EventExecutor eventExecutor) {
		this(new Transport(settings), new OpenStreams(settings.maxOpenStreams()), eventExecutor,
				new ClientThreads("tinyfish-futures", FUTURE_THREADS), false);
	}

	private ClientResources(Transport transport, OpenStreams openStreams, EventExecutor eventExecutor,
			ClientThreads futureThreads, boolean derived) {
		this.transport = transport;
		this.openStreams = openStreams;
		this.eventExecutor = eventExecutor;
		this.futureThreads = futureThreads;
		this.derived = derived;
	}

	/**
	 * The same connections and threads for a derived client.
	 * @return resources whose closing leaves these open
	 */
	public ClientResources derive() {
		return new ClientResources(this.transport, this.openStreams.derive(), this.eventExecutor, this.futureThreads,
				true);
	}

	/**
	 * The connections.
	 * @return the transport
	 */
	public Transport transport() {
		return this.transport;
	}

	/**
	 * The streams of this client that are open.
	 * @return the streams
	 */
	public OpenStreams openStreams() {
		return this.openStreams;
	}

	/**
	 * Calls listeners.
	 * @return the executor
	 */
	public EventExecutor eventExecutor() {
		return this.eventExecutor;
	}

	/**
	 * The threads that run what follows on futures.
	 * @return the threads
	 */
	public ClientThreads futureThreads() {
		return this.futureThreads;
	}

	/**
	 * Do what is to be done before the end, for some seconds at most, and end. Does not
	 * wait on a thread that must not.
	 */
	@Override
	public void close() {
		Mono<Void> farewells = this.openStreams.prepareToClose().timeout(FAREWELL_TIMEOUT, Mono.empty());
		if (Schedulers.isInNonBlockingThread()) {
			farewells.doOnTerminate(this::end).subscribe();
			return;
		}
		try {
			farewells.toFuture().get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException ex) {
			// what could not be done has told those whom it concerns
		}
		end();
	}

	private void end() {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		// the streams first, so that their listeners are told before the threads end
		this.openStreams.close();
		if (this.derived) {
			return;
		}
		this.transport.close();
		this.eventExecutor.close();
		this.futureThreads.close();
	}

}
