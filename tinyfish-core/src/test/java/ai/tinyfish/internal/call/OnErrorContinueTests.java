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

package ai.tinyfish.internal.call;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.error.TinyFishBadRequestException;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An {@code onErrorContinue} of a subscriber reaches all operators above it by their
 * context. It is not for those of the client: failures would vanish, and some operations
 * never end.
 */
class OnErrorContinueTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private final List<Throwable> continued = new CopyOnWriteArrayList<>();

	@ParameterizedTest
	@EnumSource(Operation.class)
	void aRefusalReachesTheSubscriber(Operation operation) {
		try (TinyFishSimulator simulator = operation.simulator(Fault.refusal(400, "INVALID_INPUT", "Not like this"));
				ReactiveTinyFishClient client = Samples.reactiveClient(simulator.baseUrl()).build()) {
			Mono<?> publisher = operation.publish(client).onErrorContinue((ex, value) -> this.continued.add(ex));
			assertThatExceptionOfType(TinyFishBadRequestException.class).isThrownBy(() -> publisher.block(SOON));
		}
		assertThat(this.continued).isEmpty();
	}

	@Test
	void anUnknownOutcomeReachesTheSubscriber() {
		try (TinyFishSimulator simulator = Samples.simulator()
			.start()
			.fault(FaultPoint.afterEvent(2), Fault.reset())
			.fault(FaultPoint.poll(), Fault.refusal(401, "INVALID_API_KEY", "No"));
				ReactiveTinyFishClient client = Samples.reactiveClient(simulator.baseUrl()).build()) {
			List<Flux<?>> publishers = List.of(client.agent().stream(Samples.request()),
					client.runs().await("run-1", SOON).flux(),
					client.runs().awaitAll(List.of(QueuedRun.of("run-1"), QueuedRun.of("run-2")), SOON));
			for (Flux<?> publisher : publishers) {
				Flux<?> continuing = publisher.onErrorContinue((ex, value) -> this.continued.add(ex));
				assertThatExceptionOfType(TinyFishRunOutcomeUnknownException.class)
					.isThrownBy(() -> continuing.blockLast(SOON));
			}
		}
		assertThat(this.continued).isEmpty();
	}

}
