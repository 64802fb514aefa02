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

package ai.tinyfish.run;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Results as types of the caller's: the request, and the result of the response.
 */
@BothClients
class TypedRunTests {

	private static final String SCHEMA = "\"output_schema\":{\"type\":\"object\",\"properties\":{\"amount\":"
			+ "{\"type\":\"number\"},\"currency\":{\"type\":\"string\"}},\"required\":[\"amount\",\"currency\"]}";

	private static final String RESULT = "{\"amount\":1.50,\"currency\":\"EUR\"}";

	private static final Price PRICE = new Price(new BigDecimal("1.50"), "EUR");

	@Parameter
	ClientKind kind;

	private final AtomicReference<String> submitted = new AtomicReference<>("");

	@Test
	void theSchemaOfTheTypeIsSentAndTheValueComesBack() {
		try (ScriptedServer server = answering(RESULT, "null"); TinyFishClient client = client(server)) {
			TypedRun<Price> run = client.agent().run(Samples.request(), Price.class);
			assertThat(run.value()).isEqualTo(PRICE).isSameAs(run.value());
			assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
			assertThat(this.submitted.get()).contains(SCHEMA);
			assertThat(run).asString().contains("run-1", "COMPLETED", "Price").doesNotContain("EUR");
		}
	}

	@Test
	void streamedStartedAndQueuedRunsAreAskedForTheSame() {
		AgentRequest request = Samples.request().withOutputType(Price.class);
		try (ScriptedServer server = answering(RESULT, "null"); TinyFishClient client = client(server)) {
			assertThat(client.agent().stream(request).await().typed(Price.class).value()).isEqualTo(PRICE);
			assertThat(this.submitted.getAndSet("")).contains(SCHEMA);
			assertThat(client.agent().start(request).await().typed(Price.class).value()).isEqualTo(PRICE);
			assertThat(this.submitted.getAndSet("")).contains(SCHEMA);
			QueuedRun queued = client.agent().queue(request);
			assertThat(this.submitted.getAndSet("")).contains(SCHEMA);
			assertThat(client.runs().await(queued, Duration.ofSeconds(20)).typed(Price.class).value()).isEqualTo(PRICE);
		}
	}

	@Test
	void aListIsAskedForInsideAnObject() {
		try (ScriptedServer server = answering("{\"items\":[" + RESULT + "]}", "null");
				TinyFishClient client = client(server)) {
			TypedRun<List<Price>> run = client.agent()
				.run(Samples.request(), new ParameterizedTypeReference<List<Price>>() {
				});
			assertThat(run.value()).containsExactly(PRICE);
			assertThat(this.submitted.get())
				.contains("\"output_schema\":{\"type\":\"object\",\"properties\":{\"items\":{");
		}
	}

	@Test
	void aSchemaOfTheCallersOwnIsKept() {
		AgentRequest request = Samples.request().toBuilder().outputSchema(Map.of("type", "object")).build();
		try (ScriptedServer server = answering(RESULT, "null"); TinyFishClient client = client(server)) {
			assertThat(client.agent().run(request, Price.class).value()).isEqualTo(PRICE);
			assertThat(this.submitted.get()).contains("\"output_schema\":{\"type\":\"object\"}").doesNotContain(SCHEMA);
		}
		try (ScriptedServer server = answering("{\"amount\":1}", "null"); TinyFishClient client = client(server)) {
			TypedRun<Price> run = client.agent().run(request, Price.class);
			assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(run::value)
				.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.currency"));
			assertThat(run.run().result().to(Price.class)).isEqualTo(new Price(BigDecimal.ONE, null));
		}
	}

	@Test
	void aResultThatLacksARequiredPropertyHasNoValue() {
		Map<String, String> paths = new LinkedHashMap<>();
		paths.put("{\"success\":false,\"reason\":\"captcha\"}", "$.amount");
		paths.put("{}", "$.amount");
		paths.put("{\"amount\":1}", "$.currency");
		paths.put("{\"amount\":null,\"currency\":\"EUR\"}", "$.amount");
		paths.put("{\"amount\":\"\",\"currency\":\"EUR\"}", "$.amount");
		paths.put("\"```json\\n{\\\"amount\\\":1}\\n```\"", "$.currency");
		paths.forEach((result, path) -> {
			try (ScriptedServer server = answering(result, "null"); TinyFishClient client = client(server)) {
				TypedRun<Price> run = client.agent().run(Samples.request(), Price.class);
				assertThatExceptionOfType(TinyFishResultMappingException.class).as(result)
					.isThrownBy(run::value)
					.satisfies((ex) -> {
						assertThat(ex.path()).isEqualTo(path);
						assertThat(ex.violations().get(0).path()).isEqualTo(path);
						assertThat(ex.expectedType()).isEqualTo(Price.class);
						assertThat(ex.rawText()).isEqualTo(result);
						assertThat(ex.runId()).isEqualTo("run-1");
					});
				assertThat(run.run().result().json()).isEqualTo(result);
			}
		});
	}

	@Test
	void streamedStartedAndQueuedRunsAreHeldToTheTypeWithoutAWordOfTheService() {
		AgentRequest request = Samples.request().withOutputType(new ParameterizedTypeReference<List<Price>>() {
		});
		String result = "{\"items\":[" + RESULT + "," + RESULT + ",{\"currency\":\"EUR\"}]}";
		try (ScriptedServer server = answering(result, "null"); TinyFishClient client = client(server)) {
			List<AgentRun> runs = List.of(client.agent().stream(request).await(), client.agent().start(request).await(),
					client.runs().await(client.agent().queue(request), Duration.ofSeconds(20)));
			assertThat(runs).allSatisfy((run) -> {
				TypedRun<List<Price>> typed = run.typed(new ParameterizedTypeReference<List<Price>>() {
				});
				assertThatExceptionOfType(TinyFishResultMappingException.class).isThrownBy(typed::value)
					.satisfies((ex) -> assertThat(ex.path()).isEqualTo("$.items[2].amount"));
				assertThat(run.result().toList(Price.class)).endsWith(new Price(null, "EUR"));
			});
		}
	}

	@Test
	void aResultThatTheServiceFoundNotToMatchHasNoValueThoughItFits() {
		String validation = "{\"valid\":false,\"re_prompt_attempts\":2,\"errors\":[{\"path\":\"amount\","
				+ "\"expected\":\"number\",\"received\":\"string\",\"message\":\"Expected number\"}]}";
		for (String amount : List.of("\"1.50\"", "\"free\"", "null")) {
			String result = "{\"amount\":" + amount + ",\"currency\":\"EUR\"}";
			try (ScriptedServer server = answering(result, validation); TinyFishClient client = client(server)) {
				TypedRun<Price> run = client.agent().run(Samples.request(), Price.class);
				assertThatExceptionOfType(TinyFishResultMappingException.class).as(amount)
					.isThrownBy(run::value)
					.satisfies((ex) -> {
						assertThat(ex.path()).isEqualTo("$.amount");
						assertThat(ex.violations()).isEqualTo(run.run().schemaValidation().errors()).hasSize(1);
						assertThat(ex.expectedType()).isEqualTo(Price.class);
						assertThat(ex.rawText()).isEqualTo(result);
						assertThat(ex.runId()).isEqualTo("run-1");
					});
				assertThat(run.run().result().toMap()).containsEntry("currency", "EUR");
			}
		}
	}

	@Test
	void aFailedRunIsReturnedAndHasNoValue() {
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":{\"message\":\"Blocked\"}}"));
				TinyFishClient client = client(server)) {
			TypedRun<Price> run = client.agent().run(Samples.request(), Price.class);
			assertThat(run.run().error().message()).isEqualTo("Blocked");
			assertThatExceptionOfType(TinyFishRunFailedException.class).isThrownBy(run::value);
		}
	}

	@Test
	void aTypeThatCannotBeDescribedIsRefusedBeforeAnythingIsSent() {
		try (ScriptedServer server = answering(RESULT, "null"); TinyFishClient client = client(server)) {
			assertThatIllegalArgumentException().isThrownBy(() -> client.agent().run(Samples.request(), Node.class))
				.withMessageContaining("Node");
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	void theValueOfAnyRunCanBeTaken() {
		AgentRun run = AgentRun.completed("run-1", ai.tinyfish.run.RunResult.ofJson("[" + RESULT + "]"));
		assertThat(run.typed(new ParameterizedTypeReference<List<Price>>() {
		}).value()).containsExactly(PRICE);
	}

	@Test
	void resultsOfTheSimulatorFitUnlessAScenarioSaysOtherwise() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(1)).start();
				TinyFishClient client = this.kind.client(simulator.baseUrl()).apiKey(simulator.apiKey()).build()) {
			ParameterizedTypeReference<List<Offer>> type = new ParameterizedTypeReference<>() {
			};
			AgentRequest request = AgentRequest.of("https://shop.example/", "List the 2 cheapest books")
				.withOutputType(type);
			assertThat(client.agent().run(request, type).value()).hasSize(2)
				.allSatisfy((offer) -> assertThat(offer.prices()).singleElement()
					.satisfies((cost) -> assertThat(cost.amount()).isLessThan(BigDecimal.TEN)));
			assertThat(client.agent().start(request).await().typed(type).value()).hasSize(2);
			AgentRequest misfit = AgentRequest.of("https://shop.example/", "Look [misfit]");
			assertThatExceptionOfType(TinyFishResultMappingException.class)
				.isThrownBy(() -> client.agent().run(misfit, Offer.class).value())
				.satisfies((ex) -> assertThat(ex.violations()).extracting(SchemaValidation.Violation::path)
					.contains("name"));
			AgentRun streamed = client.agent().start(misfit.withOutputType(Offer.class)).await();
			assertThatExceptionOfType(TinyFishResultMappingException.class)
				.isThrownBy(() -> streamed.typed(Offer.class).value());
		}
	}

	private ScriptedServer answering(String result, String validation) {
		String run = "{\"run_id\":\"run-1\",\"status\":\"COMPLETED\",\"result\":" + result + ",\"schema_validation\":"
				+ validation + "}";
		return new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST ")) {
				this.submitted.set(exchange.request());
			}
			if (exchange.request().contains("/run-sse ")) {
				exchange.startStream();
				exchange.event(Samples.STARTED);
				exchange.event(run.replaceFirst("\\{", "{\"type\":\"COMPLETE\","));
			}
			else {
				exchange.answer(200, "application/json",
						exchange.request().contains("/run-async ") ? "{\"run_id\":\"run-1\",\"error\":null}" : run);
			}
		});
	}

	private TinyFishClient client(ScriptedServer server) {
		return this.kind.client(server.baseUrl()).pollTolerance(Duration.ofSeconds(20)).build();
	}

	record Price(BigDecimal amount, String currency) {
	}

	record Offer(String name, List<Cost> prices, Optional<LocalDate> until, Map<String, String> more) {
	}

	record Cost(BigDecimal amount, boolean reduced) {
	}

	record Node(List<Node> children) {
	}

}
