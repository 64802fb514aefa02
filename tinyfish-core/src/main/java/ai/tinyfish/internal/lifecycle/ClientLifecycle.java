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

package ai.tinyfish.internal.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lifecycle of a client: open, draining or closed. It only moves forwards. A derived
 * client has its own lifecycle, which also ends with that of its parent.
 */
public final class ClientLifecycle {

	private final @Nullable ClientLifecycle parent;

	private final Set<Member> members = ConcurrentHashMap.newKeySet();

	private final Set<Runnable> waits = ConcurrentHashMap.newKeySet();

	private volatile State state = State.OPEN;

	/**
	 * Create the lifecycle of a client that is not derived.
	 */
	public ClientLifecycle() {
		this(null);
	}

	private ClientLifecycle(@Nullable ClientLifecycle parent) {
		this.parent = parent;
	}

	/**
	 * Create the lifecycle of a derived client. It is not registered here, so that it
	 * need not be closed; its members are members here as well.
	 * @return a lifecycle that ends with this one
	 */
	public ClientLifecycle derive() {
		return new ClientLifecycle(this);
	}

	/**
	 * Return whether this is the lifecycle of a client, or of one that is derived from
	 * it.
	 * @param client the lifecycle of the client
	 * @return true if this one ends with it
	 */
	public boolean isPartOf(ClientLifecycle client) {
		return this == client || (this.parent != null && this.parent.isPartOf(client));
	}

	/**
	 * Return whether the client accepts new work.
	 * @return false once it drains
	 */
	public boolean isOpen() {
		return !isAtLeast(State.DRAINING);
	}

	/**
	 * Return whether the client is closed, so that calls no longer work.
	 * @return true if it is
	 */
	public boolean isClosed() {
		return isAtLeast(State.CLOSED);
	}

	/**
	 * Check that the client accepts new work.
	 * @throws ClientClosedException if it does not
	 */
	public void requireOpen() {
		if (!isOpen()) {
			throw new ClientClosedException();
		}
	}

	/**
	 * Register a member, which is closed at once if the client is closed already.
	 * @param member the member
	 */
	public void add(Member member) {
		each((lifecycle) -> lifecycle.members.add(member));
		if (isClosed()) {
			member.clientClosed();
		}
	}

	/**
	 * Remove a member.
	 * @param member the member
	 * @return whether it was registered
	 */
	public boolean remove(Member member) {
		boolean removed = this.members.remove(member);
		each((lifecycle) -> lifecycle.members.remove(member));
		return removed;
	}

	/**
	 * End a wait or a call when the client is closed.
	 * @param <T> the type of the result
	 * @param source the source of the result
	 * @param onClosed creates the failure
	 * @return the same, failing if the client is closed, or has been
	 */
	public <T> Mono<T> untilClosed(Mono<T> source, Supplier<? extends Throwable> onClosed) {
		return Mono.defer(() -> {
			if (isClosed()) {
				return Mono.error(onClosed.get());
			}
			Sinks.Empty<Void> closed = Sinks.empty();
			Runnable wait = closed::tryEmitEmpty;
			begin(wait);
			// a completion, since takeUntilOther does not cancel its source on an error
			return source.takeUntilOther(closed.asMono())
				.switchIfEmpty(Mono.defer(() -> isClosed() ? Mono.error(onClosed.get()) : Mono.empty()))
				.doFinally((signal) -> end(wait));
		});
	}

	/**
	 * Wait on the calling thread, no longer than until the client is closed.
	 * @param time the longest wait
	 * @param end ends the wait as well
	 * @throws InterruptedException if the thread is interrupted
	 */
	public void pause(Duration time, CompletableFuture<?> end) throws InterruptedException {
		CompletableFuture<Void> closed = new CompletableFuture<>();
		Runnable wait = () -> closed.complete(null);
		begin(wait);
		try {
			CompletableFuture.anyOf(closed, end).get(time.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException | ExecutionException ex) {
			// either way there is no more to wait for
		}
		finally {
			end(wait);
		}
	}

	private void begin(Runnable wait) {
		each((lifecycle) -> lifecycle.waits.add(wait));
		if (isClosed()) {
			wait.run();
		}
	}

	private void end(Runnable wait) {
		each((lifecycle) -> lifecycle.waits.remove(wait));
	}

	private boolean isAtLeast(State other) {
		return this.state.compareTo(other) >= 0 || (this.parent != null && this.parent.isAtLeast(other));
	}

	private void each(Consumer<ClientLifecycle> action) {
		for (ClientLifecycle current = this; current != null; current = current.parent) {
			action.accept(current);
		}
	}

	/**
	 * Stop accepting new work.
	 * @return the remaining work before the client is closed; none fails
	 */
	public List<Mono<Void>> drain() {
		moveTo(State.DRAINING);
		List<Mono<Void>> ends = new ArrayList<>();
		this.members.forEach((member) -> ends.addAll(member.clientDraining()));
		return ends;
	}

	/**
	 * End all waits: first those of the members, since their outcomes count, and then the
	 * waits and calls that they may have begun.
	 */
	public void close() {
		moveTo(State.CLOSED);
		this.members.forEach(Member::clientClosed);
		this.waits.forEach(Runnable::run);
	}

	private synchronized void moveTo(State next) {
		if (this.state.compareTo(next) < 0) {
			this.state = next;
		}
	}

	private enum State {

		OPEN, DRAINING, CLOSED

	}

	/**
	 * Part of clients that ends with them.
	 */
	@FunctionalInterface
	public interface Member {

		/**
		 * Begin to end this member with calls, which still work.
		 * @return the ends to wait for; each completes, also if it has failed
		 */
		default List<Mono<Void>> clientDraining() {
			return List.of();
		}

		/**
		 * End this member. May be called repeatedly.
		 */
		void clientClosed();

	}

}
