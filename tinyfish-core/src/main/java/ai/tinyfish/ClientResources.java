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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.ClientThreads;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.listener.EventExecutor;
import ai.tinyfish.internal.listener.ListenerDelivery;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.internal.settings.ClientSettings;
import ai.tinyfish.internal.stream.OpenStreams;
import ai.tinyfish.internal.wire.Transport;
import reactor.core.publisher.Mono;

/**
 * The connections and threads of a client, shared by those that are derived from it.
 *
 * @param lifecycle the lifecycle of the client
 * @param transport the connections
 * @param openStreams the streams of this client that are open
 * @param eventExecutor calls listeners
 * @param futureThreads the threads that run continuations of futures
 * @param registries the registries of this client and of derived ones, which need not be
 * closed
 * @param ended whether the client is closed
 */
record ClientResources(ClientLifecycle lifecycle, Transport transport, OpenStreams openStreams,
		EventExecutor eventExecutor, ClientThreads futureThreads, Set<SharedRuns> registries, AtomicBoolean ended) {

	private static final int FUTURE_THREADS = 8;

	/**
	 * Create the resources of a client; there are no connections and no threads before
	 * they are used.
	 * @param settings the settings of the client
	 */
	static ClientResources of(ClientSettings settings) {
		ClientLifecycle lifecycle = new ClientLifecycle();
		return new ClientResources(lifecycle, new Transport(settings.connection(), lifecycle),
				new OpenStreams(settings.connection().maxOpenStreams(), lifecycle),
				new EventExecutor(settings.events().executor(), settings.events().threads()),
				new ClientThreads("tinyfish-futures", FUTURE_THREADS),
				Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())), new AtomicBoolean());
	}

	/**
	 * Return the same connections and threads for a derived client.
	 * @return resources that do not close these
	 */
	ClientResources derive() {
		ClientLifecycle own = this.lifecycle.derive();
		return new ClientResources(own, this.transport, this.openStreams.derive(own), this.eventExecutor,
				this.futureThreads, this.registries, new AtomicBoolean());
	}

	/**
	 * Add a registry whose runs {@link #close} cancels, too.
	 * @param runs the runs of a client that uses these resources
	 */
	void add(SharedRuns runs) {
		this.registries.add(runs);
	}

	/**
	 * Cancel runs according to their policy, end browser sessions and all waits, and
	 * close connections and threads. Does not wait on a thread that must not. An
	 * interrupt does not end its waits.
	 * @param runs the runs that are shared with other clients, which may be stopping
	 */
	void close(SharedRuns runs) {
		CloseBudget budget = runs.drainOfClient();
		List<Mono<Void>> ends = this.lifecycle.drain();
		List.copyOf(this.registries).forEach((registry) -> ends.addAll(registry.cancelOnClose(this.lifecycle)));
		if (ends.isEmpty()) {
			end(budget);
			return;
		}
		Mono<Void> drained = Mono.when(ends).timeout(budget.leftToCancel(), Mono.empty());
		if (ListenerDelivery.mayWait()) {
			// also on a thread that is interrupted
			drained.toFuture().join();
			end(budget);
		}
		else {
			drained.doOnTerminate(() -> end(budget)).subscribe();
		}
	}

	private void end(CloseBudget budget) {
		if (!this.ended.compareAndSet(false, true)) {
			return;
		}
		// the streams first, so that their listeners are notified before the threads end
		this.lifecycle.close();
		if (this.lifecycle != this.transport.lifecycle()) {
			// those of the client that this one is derived from
			return;
		}
		long begin = System.nanoTime();
		CompletableFuture<Void> connections = this.transport.beginClose();
		this.futureThreads.close();
		this.eventExecutor.close(budget);
		if (connections != null && ListenerDelivery.mayWait()) {
			long left = CloseBudget.CONNECTIONS.minusNanos(System.nanoTime() - begin).toNanos();
			connections.exceptionally((failure) -> null).completeOnTimeout(null, left, TimeUnit.NANOSECONDS).join();
		}
	}

}
