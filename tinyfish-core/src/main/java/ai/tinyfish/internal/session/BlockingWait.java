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

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * Waits on the calling thread.
 */
public final class BlockingWait {

	static final String INTERRUPTED = "Interrupted while waiting for the run to end; it goes on";

	private BlockingWait() {
	}

	/**
	 * Wait for a value.
	 * @param <T> the value
	 * @param future the value
	 * @param onInterrupt returns the value or throws if the thread is interrupted; its
	 * flag is already set
	 * @return the value
	 * @throws RuntimeException the failure of the future, or that of {@code onInterrupt}
	 */
	public static <T> T get(CompletableFuture<T> future, Function<InterruptedException, T> onInterrupt) {
		try {
			return future.get();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return onInterrupt.apply(ex);
		}
		catch (ExecutionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex.getCause());
		}
	}

	/**
	 * Wait for an outcome.
	 * @param outcome the outcome
	 * @param runId the run, for the exception
	 * @return the outcome
	 * @throws TinyFishRunOutcomeUnknownException if the thread is interrupted; its flag
	 * stays set
	 */
	public static AgentRun block(Mono<AgentRun> outcome, @Nullable String runId) {
		CompletableFuture<AgentRun> future = outcome.toFuture();
		return get(future, (interrupted) -> {
			future.cancel(true);
			throw OutcomeExceptions.unknown(INTERRUPTED, interrupted, runId);
		});
	}

	/**
	 * Wait for outcomes as they are iterated.
	 * @return the outcomes, to be closed if they are not read to their end. Iterating
	 * throws {@link TinyFishRunOutcomeUnknownException} if the thread is interrupted; its
	 * flag stays set
	 */
	public static Stream<AgentRun> stream(Flux<AgentRun> outcomes) {
		// as signals, since a failure would overtake the outcome before it
		Stream<Signal<AgentRun>> source = outcomes.materialize().toStream(1);
		Iterator<AgentRun> iterator = new OutcomeIterator(source.iterator());
		return StreamSupport
			.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED | Spliterator.NONNULL), false)
			.onClose(source::close);
	}

	private static final class OutcomeIterator implements Iterator<AgentRun> {

		private final Iterator<Signal<AgentRun>> signals;

		private @Nullable Signal<AgentRun> next;

		OutcomeIterator(Iterator<Signal<AgentRun>> signals) {
			this.signals = signals;
		}

		@Override
		public boolean hasNext() {
			if (this.next == null) {
				this.next = nextSignal();
			}
			Throwable failure = this.next.getThrowable();
			if (failure != null) {
				throw Exceptions.propagate(failure);
			}
			return this.next.hasValue();
		}

		private Signal<AgentRun> nextSignal() {
			try {
				return this.signals.next();
			}
			catch (RuntimeException ex) {
				Throwable cause = Exceptions.unwrap(ex);
				if (!(cause instanceof InterruptedException)) {
					throw ex;
				}
				Thread.currentThread().interrupt();
				return Signal.error(new TinyFishRunOutcomeUnknownException(
						"Interrupted while waiting for runs to end; they go on. Check them with runs().get(id).", cause,
						null));
			}
		}

		@Override
		public AgentRun next() {
			AgentRun run = (hasNext() && this.next != null) ? this.next.get() : null;
			if (run == null) {
				throw new NoSuchElementException("All outcomes were read");
			}
			this.next = null;
			return run;
		}

	}

}
