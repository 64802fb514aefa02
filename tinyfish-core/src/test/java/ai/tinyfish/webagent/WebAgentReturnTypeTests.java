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

package ai.tinyfish.webagent;

import java.net.URL;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.TypedRun;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for return types that are refused.
 */
class WebAgentReturnTypeTests extends AbstractWebAgentDeclarationTests {

	@ParameterizedTest
	@MethodSource
	void invalidReturnTypeIsRefusedWithMethodReasonAndCure(Class<?> type, String reason) {
		assertRefused(type, reason);
	}

	static Stream<Object> invalidReturnTypeIsRefusedWithMethodReasonAndCure() {
		return Stream.of(
				arguments(AcceptingTypedRun.class, "acceptMissed has no effect on a method that returns TypedRun"),
				arguments(AcceptingHandle.class, "acceptMissed has no effect on a method that returns RunHandle"),
				arguments(AcceptingQueued.class, "acceptMissed has no effect on a method that returns QueuedRun"),
				arguments(AcceptingFlux.class, "acceptMissed has no effect on a method that returns Flux"),
				arguments(ReturnsVoid.class, "not supported"), arguments(ReturnsObject.class, "not supported"),
				arguments(ReturnsRun.class, "not supported"), arguments(ReturnsStage.class, "not supported"),
				arguments(ReturnsStream.class, "not supported"), arguments(ReturnsRawOptional.class, "not supported"),
				arguments(ReturnsNested.class, "not supported"),
				arguments(ReturnsFluxOfResults.class, "a Flux is one of events"),
				arguments(ReturnsVariable.class,
						"it has the return type T, whose type variable T of the method itself"),
				arguments(ReturnsRecursive.class, "Node.children: it contains itself"),
				arguments(ReturnsHidden.class, "is public, and its return type"),
				arguments(ReturnsMono.class, "needs a ReactiveTinyFishClient"));
	}

	@Test
	void methodsThatBlockNeedTheBlockingClient() {
		WebAgents none = WebAgents.builder().build();
		assertThatExceptionOfType(InvalidWebAgentException.class).isThrownBy(() -> none.create(Valid.class))
			.withMessageContaining("needs a TinyFishClient, which is missing");
	}

	record Node(String name, List<Node> children) {

	}

	@WebAgent(url = URL)
	interface Valid {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = URL)
	interface AcceptingTypedRun {

		@Goal(value = "Read", acceptMissed = true)
		TypedRun<Price> read();

	}

	@WebAgent(url = URL)
	interface AcceptingHandle {

		@Goal(value = "Read", acceptMissed = true)
		RunHandle read();

	}

	@WebAgent(url = URL)
	interface AcceptingQueued {

		@Goal(value = "Read", acceptMissed = true)
		QueuedRun read();

	}

	@WebAgent(url = URL)
	interface AcceptingFlux {

		@Goal(value = "Read", acceptMissed = true)
		Flux<AgentEvent> read();

	}

	@WebAgent(url = URL)
	interface ReturnsVoid {

		@Goal("Read")
		void read();

	}

	@WebAgent(url = URL)
	interface ReturnsObject {

		@Goal("Read")
		Object read();

	}

	@WebAgent(url = URL)
	interface ReturnsRun {

		@Goal("Read")
		Run read();

	}

	@WebAgent(url = URL)
	interface ReturnsStage {

		@Goal("Read")
		CompletionStage<Price> read();

	}

	@WebAgent(url = URL)
	interface ReturnsStream {

		@Goal("Read")
		Stream<Price> read();

	}

	@WebAgent(url = URL)
	interface ReturnsRawOptional {

		@Goal("Read")
		@SuppressWarnings("rawtypes")
		Optional read();

	}

	@WebAgent(url = URL)
	interface ReturnsNested {

		@Goal("Read")
		CompletableFuture<Mono<Price>> read();

	}

	@WebAgent(url = URL)
	interface ReturnsFluxOfResults {

		@Goal("Read")
		Flux<Price> read();

	}

	@WebAgent(url = URL)
	interface ReturnsVariable {

		@Goal("Read")
		<T> T read();

	}

	@WebAgent(url = URL)
	interface ReturnsRecursive {

		@Goal("Read")
		Node read();

		@Goal("Read")
		QueuedRun queued();

	}

	@WebAgent(url = URL)
	public interface ReturnsHidden {

		@Goal("Read")
		Price read();

	}

	@WebAgent(url = URL)
	interface ReturnsMono {

		@Goal("Read")
		Mono<Price> read();

	}

}
