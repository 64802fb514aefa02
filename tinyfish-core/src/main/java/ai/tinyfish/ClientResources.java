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

package ai.tinyfish;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.internal.delivery.EventExecutor;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.ClientThreads;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.internal.settings.ConnectionSettings;
import ai.tinyfish.internal.stream.OpenStreams;
import ai.tinyfish.internal.wire.Transport;
import reactor.core.publisher.Mono;

/**
 * The connections and threads of a client, shared by those that are derived from it.
 */
final class ClientResources {

	private static final int FUTURE_THREADS = 8;

	private final ClientLifecycle lifecycle;

	private final Transport transport;

	private final OpenStreams openStreams;

	private final EventExecutor eventExecutor;

	private final ClientThreads futureThreads;

	private final boolean derived;

	/** The registries of this client and of derived ones, which need not be closed. */
	private final Set<SharedRuns> registries;

	private final AtomicBoolean ended = new AtomicBoolean();

	/**
	 * Create the resources of a client; there are no connections and no threads before
	 * they are used.
	 * @param settings how to connect
	 * @param eventExecutor calls listeners
	 */
	ClientResources(ConnectionSettings settings, EventExecutor eventExecutor) {
		this.lifecycle = new ClientLifecycle();
		this.transport = new Transport(settings, this.lifecycle);
		this.openStreams = new OpenStreams(settings.maxOpenStreams(), this.lifecycle);
		this.eventExecutor = eventExecutor;
		this.futureThreads = new ClientThreads("tinyfish-futures", FUTURE_THREADS);
		this.derived = false;
		this.registries = Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));
	}

	private ClientResources(ClientResources parent) {
		this.lifecycle = parent.lifecycle.derive();
		this.transport = parent.transport;
		this.openStreams = parent.openStreams.derive(this.lifecycle);
		this.eventExecutor = parent.eventExecutor;
		this.futureThreads = parent.futureThreads;
		this.derived = true;
		this.registries = parent.registries;
	}

	/**
	 * The same connections and threads for a derived client.
	 * @return resources whose closing leaves these open
	 */
	ClientResources derive() {
		return new ClientResources(this);
	}

	/**
	 * Return the lifecycle of the client.
	 * @return the lifecycle
	 */
	ClientLifecycle lifecycle() {
		return this.lifecycle;
	}

	/**
	 * The connections.
	 * @return the transport
	 */
	Transport transport() {
		return this.transport;
	}

	/**
	 * The streams of this client that are open.
	 * @return the streams
	 */
	OpenStreams openStreams() {
		return this.openStreams;
	}

	/**
	 * Calls listeners.
	 * @return the executor
	 */
	EventExecutor eventExecutor() {
		return this.eventExecutor;
	}

	/**
	 * The threads that run what follows on futures.
	 * @return the threads
	 */
	ClientThreads futureThreads() {
		return this.futureThreads;
	}

	/**
	 * Let {@link #close} cancel runs of a registry too.
	 * @param runs the runs of a client that uses these resources
	 */
	void add(SharedRuns runs) {
		this.registries.add(runs);
	}

	/**
	 * Cancel what is to be cancelled, end everything that waits, and close connections
	 * and threads. Does not wait on a thread that must not.
	 * @param runs the runs that are shared with other clients, which may be stopping
	 */
	void close(SharedRuns runs) {
		CloseBudget budget = runs.drainOfClient();
		this.lifecycle.drain();
		List<Mono<Void>> cancels = List.copyOf(this.registries)
			.stream()
			.flatMap((registry) -> registry.cancelOnClose(this.lifecycle).stream())
			.toList();
		if (cancels.isEmpty()) {
			end(budget);
			return;
		}
		Mono<Void> drained = Mono.when(cancels);
		if (CloseBudget.mayWait()) {
			CloseBudget.await(drained.toFuture(), budget.leftToCancel());
			end(budget);
		}
		else {
			drained.timeout(budget.leftToCancel(), Mono.empty()).doOnTerminate(() -> end(budget)).subscribe();
		}
	}

	private void end(CloseBudget budget) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		// the streams first, so that their listeners are notified before the threads end
		this.lifecycle.close();
		if (this.derived) {
			return;
		}
		long begin = System.nanoTime();
		CompletableFuture<Void> connections = this.transport.beginClose();
		this.futureThreads.close();
		this.eventExecutor.close(budget);
		if (connections != null) {
			CloseBudget.await(connections, CloseBudget.CONNECTIONS.minusNanos(System.nanoTime() - begin));
		}
	}

}
