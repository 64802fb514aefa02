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

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * That {@code docs/api.md} says what the code does.
 */
class ApiReferenceTests {

	private static final Path PAGE = Path.of("../docs/api.md");

	private static final Pattern ROW = Pattern
		.compile("(?m)^\\| `([a-zA-Z.]+)` \\| `([^`]+)` \\| ([^|]*) \\| (\\w+) \\| ([A-Za-z ]+) \\|$");

	private static final Pattern SIGNATURE = Pattern.compile("`([^`]+\\))`");

	@Test
	void everyMethodOfTheBlockingClientStandsInTheTable() throws IOException {
		assertThat(signatures()).isEqualTo(methods(TinyFishClient.class));
	}

	@Test
	void methodsOfTheReactiveClientAreThoseOfTheTableAsThePageSays() throws IOException {
		TreeSet<String> reactive = signatures().stream()
			.filter((signature) -> !signature.equals("AgentStream agent().stream(AgentRequest, TinyFishRunListener)"))
			.map(ApiReferenceTests::reactive)
			.collect(Collectors.toCollection(TreeSet::new));
		String use = "use(BrowserSessionRequest, Function<? super RemoteBrowser, ? extends Publisher<T>>)";
		assertThat(Files.readString(PAGE)).contains("`Flux<T> " + use + "`");
		reactive.add("Flux<T> browser()." + use);
		assertThat(reactive).isEqualTo(methods(ReactiveTinyFishClient.class));
	}

	@Test
	void everyRowOfTheTableSaysHowSureItIs() throws IOException {
		assertThat(rows())
			.hasSameSizeAs(Files.readAllLines(PAGE).stream().filter((line) -> line.startsWith("| `")).toList());
		Map<String, Set<String>> marks = rows().stream()
			.collect(Collectors.groupingBy((row) -> row.group(1),
					Collectors.mapping((row) -> row.group(5), Collectors.toSet())));
		// all rows of an operation are about one request
		assertThat(marks.values()).allSatisfy((mark) -> assertThat(mark).hasSize(1));
		// an await has no request of its own: it is one of polls
		assertThat(marks.keySet()).hasSameElementsAs(
				Stream.concat(Arrays.stream(Operation.values()).map(Operation::method), Stream.of("runs.await"))
					.collect(Collectors.toSet()));
		String page = Files.readString(PAGE);
		assertThat(marks.values().stream().flatMap(Set::stream)).containsOnly("SDK", "description", "documentation",
				"third parties");
		assertThat(marks.values().stream().flatMap(Set::stream).distinct())
			.allSatisfy((mark) -> assertThat(page).contains("\n| " + mark + " | "));
	}

	@ParameterizedTest
	@EnumSource(Operation.class)
	void requestAndKindAreThoseOfTheWire(Operation operation) throws IOException {
		Map<String, Boolean> names = new ConcurrentHashMap<>();
		ObservationRegistry registry = ObservationRegistry.create();
		registry.observationConfig().observationHandler(new ObservationHandler<Observation.Context>() {
			@Override
			public void onStop(Observation.Context context) {
				var name = context.getLowCardinalityKeyValue("operation");
				if (name != null) {
					names.put(name.getValue(), true);
				}
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}
		});
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
				TinyFishClient client = Samples.client(server.baseUrl()).observationRegistry(registry).build()) {
			operation.call(client);
			String request = server.requests().get(0);
			String line = Operation.requestLine(request);
			assertThat(line).isEqualTo(operation.requestLine());
			String kind = operation.isSubmission() ? "submission" : "repeatable";
			assertThat(names).hasSize(1);
			String name = names.keySet().iterator().next();
			assertThat(name).isEqualTo(operation.method());
			assertThat(rows()).filteredOn((row) -> row.group(1).equals(name)).isNotEmpty().allSatisfy((row) -> {
				assertThat(row.group(2)).isEqualTo(line);
				assertThat(row.group(4)).isEqualTo(kind);
			});
		}
	}

	private static List<MatchResult> rows() throws IOException {
		String page = Files.readString(PAGE);
		List<MatchResult> rows = ROW.matcher(page).results().toList();
		assertThat(rows).isNotEmpty();
		return rows;
	}

	private static TreeSet<String> signatures() throws IOException {
		return rows().stream()
			.flatMap((row) -> SIGNATURE.matcher(row.group(3)).results())
			.map((match) -> match.group(1))
			.collect(Collectors.toCollection(TreeSet::new));
	}

	private static String reactive(String signature) {
		int space = signature.lastIndexOf(' ', signature.indexOf("()."));
		String type = signature.substring(0, space);
		String publisher = switch (type) {
			case "void" -> "Mono<Void>";
			case "AgentStream" -> "Flux<AgentEvent>";
			case "RunHandle" -> "Mono<ReactiveRunHandle>";
			default -> type.startsWith("Stream<") ? type.replace("Stream<", "Flux<") : "Mono<" + type + ">";
		};
		return publisher + signature.substring(space);
	}

	private static TreeSet<String> methods(Class<?> client) {
		TreeSet<String> signatures = new TreeSet<>();
		for (Method area : client.getMethods()) {
			if (area.getReturnType().getSimpleName().endsWith("Operations")) {
				Stream.of(area.getReturnType().getMethods())
					.filter((method) -> !Modifier.isStatic(method.getModifiers()))
					.forEach((method) -> signatures.add(signature(area.getName(), method)));
			}
		}
		return signatures;
	}

	private static String signature(String area, Method method) {
		String parameters = Arrays.stream(method.getGenericParameterTypes())
			.map(ApiReferenceTests::name)
			.collect(Collectors.joining(", "));
		return name(method.getGenericReturnType()) + " " + area + "()." + method.getName() + "(" + parameters + ")";
	}

	private static String name(Type type) {
		if (type instanceof ParameterizedType generic) {
			return name(generic.getRawType()) + Arrays.stream(generic.getActualTypeArguments())
				.map(ApiReferenceTests::name)
				.collect(Collectors.joining(", ", "<", ">"));
		}
		return (type instanceof Class<?> raw) ? raw.getSimpleName() : type.getTypeName().replaceAll("([a-z]+\\.)+", "");
	}

}
