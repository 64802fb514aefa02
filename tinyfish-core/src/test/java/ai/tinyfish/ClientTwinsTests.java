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

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.ReactiveAgentOperations;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.ReactiveRunOperations;
import ai.tinyfish.run.RunOperations;
import ai.tinyfish.testing.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each operation of one client exists on the other, and the tests of both clients call
 * it.
 */
class ClientTwinsTests {

	@Test
	void everyOperationOfTheAgentHasItsTwin() {
		// a Flux needs no listener of its own
		Map<String, String> expected = methods(AgentOperations.class)
			.filter((method) -> method.getReturnType() != AgentStream.class
					|| !List.of(method.getParameterTypes()).contains(TinyFishRunListener.class))
			.collect(Collectors.toMap(ClientTwinsTests::signature, ClientTwinsTests::published));
		assertThat(expected).hasSize(8).isEqualTo(returned(ReactiveAgentOperations.class));
	}

	@Test
	void aRunInTheBackgroundHasItsTwin() {
		// the reactive handle is there once the run has started, and waits by subscribing
		assertThat(names(ReactiveRunHandle.class)).containsExactlyInAnyOrderElementsOf(
				names(RunHandle.class).filter((name) -> !name.equals("started") && !name.equals("await")).toList());
	}

	@Test
	void everyOperationOnRunsHasItsTwin() {
		Map<String, String> expected = methods(RunOperations.class)
			.collect(Collectors.toMap(ClientTwinsTests::signature, ClientTwinsTests::published));
		assertThat(expected).hasSize(11).isEqualTo(returned(ReactiveRunOperations.class));
	}

	@ParameterizedTest
	@CsvSource({ "search, 4", "fetch, 4", "browser, 5", "vault, 5", "profiles, 7", "wallet, 1" })
	void everyOperationOfTheOtherAreasHasItsTwin(String area, int count) throws Exception {
		Class<?> blocking = TinyFishClient.class.getMethod(area).getReturnType();
		Class<?> reactive = ReactiveTinyFishClient.class.getMethod(area).getReturnType();
		Map<String, String> expected = methods(blocking)
			.collect(Collectors.toMap(ClientTwinsTests::signature, ClientTwinsTests::published));
		Map<String, String> returned = returned(reactive);
		// takes the place of try-with-resources
		returned.keySet().removeIf((signature) -> signature.startsWith("use["));
		assertThat(expected).hasSize(count).isEqualTo(returned);
	}

	@Test
	void everyAreaAndEverySettingHasItsTwin() {
		assertThat(names(ReactiveTinyFishClient.class))
			.containsExactlyInAnyOrderElementsOf(names(TinyFishClient.class).toList());
		assertThat(names(TinyFishClient.Builder.class).distinct()).containsExactlyInAnyOrderElementsOf(Stream
			.concat(names(ReactiveTinyFishClient.Builder.class), Stream.of("restClientBuilder", "customizeRestClient"))
			.collect(Collectors.toSet()));
	}

	@Test
	void everyOperationIsCalledByTheTestsOfBothClients() {
		Set<String> tested = Arrays.stream(Operation.values()).map(Operation::method).collect(Collectors.toSet());
		// awaiting and walking pages make no calls of their own kind, and have their own
		// tests
		assertThat(areas().flatMap((area) -> names(area.getReturnType()).map((name) -> area.getName() + "." + name))
			.filter((name) -> !name.startsWith("runs.await") && !name.equals("runs.stream"))).hasSameElementsAs(tested);
	}

	/**
	 * The methods of the client that give the operations of an area.
	 */
	private static Stream<Method> areas() {
		return methods(TinyFishClient.class)
			.filter((method) -> method.getReturnType().getSimpleName().endsWith("Operations"));
	}

	private static Map<String, String> returned(Class<?> type) {
		return methods(type).collect(
				Collectors.toMap(ClientTwinsTests::signature, (method) -> method.getGenericReturnType().getTypeName()));
	}

	private static String signature(Method method) {
		return method.getName() + Arrays.toString(method.getParameterTypes());
	}

	/**
	 * The return type of the twin of a blocking operation.
	 */
	private static String published(Method method) {
		if (method.getReturnType() == AgentStream.class) {
			return Flux.class.getName() + "<" + AgentEvent.class.getName() + ">";
		}
		if (method.getReturnType() == RunHandle.class) {
			return Mono.class.getName() + "<" + ReactiveRunHandle.class.getName() + ">";
		}
		if (method.getReturnType() == void.class) {
			return Mono.class.getName() + "<" + Void.class.getName() + ">";
		}
		String type = method.getGenericReturnType().getTypeName();
		return (method.getReturnType() == Stream.class) ? type.replace(Stream.class.getName(), Flux.class.getName())
				: Mono.class.getName() + "<" + type + ">";
	}

	private static Stream<String> names(Class<?> type) {
		return methods(type).map(Method::getName);
	}

	private static Stream<Method> methods(Class<?> type) {
		return Arrays.stream(type.getMethods()).filter((method) -> !Modifier.isStatic(method.getModifiers()));
	}

}
