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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * The states of a client, and the end of its waits.
 */
class ClientLifecycleTests {

	private final ClientLifecycle root = new ClientLifecycle();

	private final ClientLifecycle derived = this.root.derive();

	@Test
	void aDrainingClientIsNeitherOpenNorClosed() {
		assertThatNoException().isThrownBy(this.root::requireOpen);
		this.root.drain();
		assertThat(this.root.isClosed()).isFalse();
		assertThatExceptionOfType(ClientClosedException.class).isThrownBy(this.root::requireOpen);
		this.root.close();
		this.root.drain();
		assertThat(this.root.isClosed()).isTrue();
	}

	@Test
	void aDerivedClientEndsWithItsParentAndNotTheOtherWayRound() {
		ClientLifecycle sibling = this.root.derive();
		sibling.close();
		assertThat(this.root.isOpen()).isTrue();
		assertThat(this.derived.isOpen()).isTrue();
		this.root.close();
		assertThat(this.derived.isOpen()).isFalse();
		assertThat(this.derived.isClosed()).isTrue();
	}

	@Test
	void membersOfADerivedClientAreClosedWithItsParent() {
		assertThat(this.derived.isPartOf(this.root)).isTrue();
		assertThat(this.root.isPartOf(this.derived)).isFalse();
		Recording member = new Recording();
		this.derived.add(member);
		this.root.drain();
		assertThat(member.calls).isEmpty();
		this.root.close();
		assertThat(member.calls).containsExactly("close");
		assertThat(this.derived.remove(member)).isTrue();
		assertThat(this.derived.remove(member)).isFalse();
	}

	@Test
	void aMemberThatComesTooLateIsClosedAtOnce() {
		Recording member = new Recording();
		this.root.close();
		this.derived.add(member);
		assertThat(member.calls).containsExactly("close");
	}

	@Test
	void aWaitEndsWithTheClient() {
		CompletableFuture<Object> wait = this.derived.untilClosed(Mono.never(), ClientClosedException::new).toFuture();
		this.root.drain();
		assertThat(wait).isNotDone();
		this.root.close();
		assertThat(wait).failsWithin(Duration.ofSeconds(20))
			.withThrowableThat()
			.withCauseInstanceOf(ClientClosedException.class);
		assertThat(this.derived.untilClosed(Mono.just("late"), ClientClosedException::new).toFuture())
			.isCompletedExceptionally();
	}

	@Test
	void aPauseEndsWithTheClientOrEarlier() throws Exception {
		this.root.pause(Duration.ofMinutes(5), CompletableFuture.completedFuture(null));
		this.root.pause(Duration.ofMillis(1), new CompletableFuture<>());
		CompletableFuture<Void> paused = CompletableFuture.runAsync(() -> {
			try {
				this.derived.pause(Duration.ofMinutes(5), new CompletableFuture<>());
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		});
		this.root.close();
		paused.get(20, TimeUnit.SECONDS);
	}

	private static final class Recording implements ClientLifecycle.Member {

		private final List<String> calls = new ArrayList<>();

		@Override
		public void clientClosed() {
			this.calls.add("close");
		}

	}

}
