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

package ai.tinyfish.internal.follow;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;

import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Calls for single runs in place of one for all of a batch, a limited number at a time
 * for each account.
 */
final class SingleCalls {

	/** Many, so that those that are not answered are one round of waiting. */
	private static final int CONCURRENT = 64;

	// the batches take turns: one with few runs does not wait for all of the others
	private final Queue<Turn> waiting = new PriorityQueue<>(Comparator.comparingLong(Turn::place));

	private int inFlight;

	/**
	 * Make a call when its turn comes.
	 * @param place which of its batch it is
	 * @param call the call
	 */
	Mono<Void> inTurn(long place, Mono<Void> call) {
		return Mono.defer(() -> {
			Turn turn = new Turn(place, Sinks.empty());
			// elsewhere, or each call would be made on the stack of the one before it
			Mono<Void> come = turn.come().asMono().publishOn(Schedulers.parallel());
			enter(turn);
			return come.then(call).doFinally((signal) -> leave(turn));
		});
	}

	private void enter(Turn turn) {
		synchronized (this) {
			if (this.inFlight == CONCURRENT) {
				this.waiting.add(turn);
				return;
			}
			this.inFlight++;
		}
		turn.come().tryEmitEmpty();
	}

	private void leave(Turn turn) {
		Turn next;
		synchronized (this) {
			if (this.waiting.remove(turn)) {
				return;
			}
			next = this.waiting.poll();
			if (next == null) {
				this.inFlight--;
			}
		}
		if (next != null) {
			next.come().tryEmitEmpty();
		}
	}

	private record Turn(long place, Sinks.Empty<Void> come) {

	}

}
