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

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.session.PublishedOutcomes.Account;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link UnnamedRuns}.
 */
class UnnamedRunsTests {

	private static final Account ACCOUNT = new PublishedOutcomes().of("https://api.example", "key",
			Secrets.of(List.of(), "key", List.of()));

	private final UnnamedRuns runs = new UnnamedRuns();

	private final List<String> calls = new ArrayList<>();

	@Test
	void waitsForAllRunsThatThereWereAndForNoLaterOne() {
		CompletableFuture<String> first = unnamed();
		CompletableFuture<String> second = unnamed();
		assertThat(this.runs.await(ACCOUNT::equals, () -> this.calls.add("over"))).isNotNull();
		unnamed();
		first.complete("run-1");
		assertThat(this.calls).isEmpty();
		second.completeExceptionally(new IllegalStateException());
		assertThat(this.calls).containsExactly("over");
	}

	@Test
	void waitsForNothingWithoutARunOfTheAccounts() {
		unnamed();
		assertThat(this.runs.await((account) -> false, () -> this.calls.add("over"))).isNull();
		assertThat(this.calls).isEmpty();
	}

	@Test
	void keepsNothingOfAWaitThatWasGivenUp() {
		CompletableFuture<String> run = unnamed();
		Object[] outcome = { new Object() };
		WeakReference<Object> kept = new WeakReference<>(outcome[0]);
		giveUp(outcome[0]);
		outcome[0] = null;
		await().atMost(Duration.ofSeconds(20)).until(() -> {
			System.gc();
			return kept.get() == null;
		});
		run.complete("run-1");
		assertThat(this.calls).isEmpty();
	}

	private void giveUp(Object outcome) {
		Runnable wait = this.runs.await(ACCOUNT::equals, () -> this.calls.add(outcome.toString()));
		assertThat(wait).isNotNull();
		wait.run();
	}

	private CompletableFuture<String> unnamed() {
		CompletableFuture<String> run = new CompletableFuture<>();
		this.runs.add(ACCOUNT, run);
		return run;
	}

}
