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

package ai.tinyfish.spring.test.cassette;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.error.TinyFishStatusException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.RunError;
import ai.tinyfish.run.RunStep;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.test.RunEventRecorder;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * Runs that are recorded with one simulator, which is the service, and replayed by
 * another one.
 */
@Timeout(120)
class CassetteRoundTripTests {

	private static final String SHOP = "https://shop.example/?page=2";

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	@TempDir
	private Path directory;

	@AutoClose
	private final TinyFishSimulator service = TinyFishSimulator.builder()
		.apiKey(CassetteContext.KEY)
		.pace(Duration.ofMillis(5))
		.start();

	@Test
	void replayIsLikeTheRecording() throws Exception {
		this.service
			.given("price",
					Scenario.builder()
						.steps("Open the shop", "Read the price")
						.resultJson("{\"product\": \"Phone\", \"price\": 6.80}")
						.build())
			.given("phones",
					Scenario.completed(List.of(Map.of("product", "A", "price", 1), Map.of("product", "B", "price", 2))))
			.given("blocked", Scenario.failed("SITE_BLOCKED", "Access denied"))
			.given("busy", Scenario.failed("SERVICE_BUSY", "Later"))
			.given("captcha", Scenario.completed(Map.of("status", "failure", "reason", "A captcha")))
			.given("empty", Scenario.completed(null))
			.given("refused",
					Scenario.builder()
						.fault(FaultPoint.beforeHeaders(), Fault.refusal(403, "FORBIDDEN", "Not for this account"))
						.build());
		List<Object> recorded;
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			recorded = observe(context);
		}
		SimulatorJournal journal = this.service.journal();
		assertThat(journal.requests("POST /v1/automation/run-sse")).isEqualTo(15);
		assertThat(journal.runsByGoal()).allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
		assertThat(journal.webhooks()).isEmpty();
		this.service.close();
		byte[] file = Files.readAllBytes(file());
		try (CassetteContext context = CassetteContext.replaying(file())) {
			assertThat(observe(context)).isEqualTo(recorded);
		}
		assertThat(Files.readAllBytes(file())).isEqualTo(file);
		assertThat(Files.list(this.directory)).as("and nothing else").containsExactly(file());
	}

	private List<Object> observe(CassetteContext context) {
		TinyFishClient client = context.client();
		List<Object> observed = new ArrayList<>();
		observed.add(client.agent().run(request("Find the price"), Offer.class).value());
		observed.add(seen(client.runs()
			.get(Objects.requireNonNull(context.simulator().journal().runs().get(0)).id())
			.toAgentRun()));
		observed.add(client.runs()
			.get(context.simulator().journal().runs().get(0).id())
			.steps()
			.stream()
			.map(RunStep::action)
			.toList());
		try (AgentStream stream = client.agent().stream(request("Stream the price"))) {
			for (AgentEvent event : stream) {
				observed.add(event.getClass().getSimpleName());
				if (event instanceof ProgressEvent progress) {
					observed.add(progress.purpose());
				}
			}
		}
		observed.add(seen(client.agent().start(request("Start: is it blocked?")).await()));
		observed.add(seen(client.agent().run(request("Is it busy?"))));
		QueuedRun queued = client.agent()
			.queue(request("Queue the price").toBuilder().webhookUrl("https://hook.example/orders").build());
		observed.add(seen(client.runs().await(queued, TIMEOUT)));
		await().until(() -> !context.simulator().journal().webhooks(queued.runId()).isEmpty());
		observed
			.add(context.simulator().journal().webhooks(queued.runId()).stream().map(WebhookDelivery::event).toList());
		Shop shop = WebAgents.create(Shop.class, client);
		observed.add(shop.phones(2));
		observed.add(seen(client.agent().start(request("Is there a captcha?")).await()));
		observed.add(seen(client.agent().run(request("Is it empty?"))));
		TinyFishStatusException refusal = catchThrowableOfType(TinyFishStatusException.class,
				() -> client.agent().run(request("It is refused")));
		observed.add(List.of(refusal.status(), refusal.code(), refusal.getMessage()));
		observed.addAll(observeReactively(context));
		observed.addAll(observeEvents(context.events()));
		return observed;
	}

	private List<Object> observeReactively(CassetteContext context) {
		ReactiveTinyFishClient client = context.reactiveClient();
		List<Object> observed = new ArrayList<>();
		observed.add(seen(block(client.agent().run(request("React to the price")))));
		observed.add(block(client.agent()
			.stream(request("React to the stream of the price"))
			.map((event) -> (event instanceof ProgressEvent progress) ? String.valueOf(progress.purpose())
					: event.getClass().getSimpleName())
			.collectList()));
		observed.add(seen(block(
				client.agent().start(request("React to a blocked start")).flatMap((started) -> started.result()))));
		QueuedRun queued = block(client.agent()
			.queue(request("React to the queue and its price").toBuilder()
				.webhookUrl("https://hook.example/orders")
				.build()));
		observed.add(seen(block(client.runs().await(queued, TIMEOUT))));
		SimulatorJournal journal = context.simulator().journal();
		await().until(() -> !journal.webhooks(queued.runId()).isEmpty());
		observed.add(journal.webhooks(queued.runId()).stream().map(WebhookDelivery::event).toList());
		ReactiveShop shop = WebAgents.builder().reactiveClient(client).build().create(ReactiveShop.class);
		observed.add(block(shop.phones(2)));
		TinyFishStatusException refusal = catchThrowableOfType(TinyFishStatusException.class,
				() -> block(client.agent().run(request("React to a run that is refused"))));
		observed.add(List.of(refusal.status(), refusal.code(), refusal.getMessage()));
		return observed;
	}

	private static List<Object> observeEvents(RunEventRecorder events) {
		await().until(() -> events.events(TinyFishRunErrorEvent.class).size() == 2);
		await().until(() -> events.events(TinyFishRunFinishedEvent.class).size() == 13);
		List<Object> observed = new ArrayList<>();
		events.events(TinyFishRunErrorEvent.class)
			.stream()
			.map((event) -> event.getGoal() + event.getStatus() + event.getCode() + event.getMessage())
			.sorted()
			.forEach(observed::add);
		events.events(TinyFishRunFinishedEvent.class)
			.stream()
			.map((event) -> event.getGoal() + event.getGoalVersion() + event.getVerdict().outcome()
					+ event.getVerdict().reason())
			.sorted()
			.forEach(observed::add);
		events.events(TinyFishRunProgressEvent.class)
			.stream()
			.map((event) -> event.getGoal() + ": " + event.getPurpose())
			.sorted()
			.forEach(observed::add);
		return observed;
	}

	private static <T> T block(Mono<T> mono) {
		return Objects.requireNonNull(mono.block(TIMEOUT));
	}

	private static List<Object> seen(AgentRun run) {
		RunError error = run.error();
		return List.of(run.status(), run.result().json(), String.valueOf(run.numOfSteps()),
				String.valueOf(run.schemaValidation()),
				(error != null) ? String.valueOf(error.toBuilder().helpUrl(null).build()) : "");
	}

	@Test
	void fileIsReadable() throws Exception {
		this.service.given("phones",
				Scenario.builder().steps("Open the shop").result(List.of(new Offer("A", BigDecimal.ONE))).build());
		try (CassetteContext context = CassetteContext.recording(file(), this.service)) {
			WebAgents.create(Shop.class, context.client()).phones(1);
		}
		assertThat(Files.readString(file())
			.replaceAll("\"recorded_at\": \"[^\"]+\"", "\"recorded_at\": \"*\"")
			.replaceAll("\"seconds\": [0-9.]+", "\"seconds\": 1.5")).isEqualTo("""
					{
					  "version": 1,
					  "runs": [
					    {
					      "request": {
					        "agent_config.max_steps": "20",
					        "goal": "List 1 phones",
					        "goal_version": "2",
					        "output_schema.properties.items.items.properties.price.type": "number",
					        "output_schema.properties.items.items.properties.product.type": "string",
					        "output_schema.properties.items.items.required.0": "product",
					        "output_schema.properties.items.items.required.1": "price",
					        "output_schema.properties.items.items.type": "object",
					        "output_schema.properties.items.type": "array",
					        "output_schema.required.0": "items",
					        "output_schema.type": "object",
					        "url": "https://shop.example/?page=2"
					      },
					      "status": "COMPLETED",
					      "num_of_steps": 1,
					      "result": {
					        "items": [
					          {
					            "product": "A",
					            "price": 1
					          }
					        ]
					      },
					      "schema_validation": {
					        "valid": true,
					        "re_prompt_attempts": 0,
					        "errors": [ ]
					      },
					      "steps": [
					        {
					          "status": "COMPLETED",
					          "action": "Open the shop"
					        }
					      ],
					      "events": [
					        {
					          "purpose": "Open the shop",
					          "type": "PROGRESS"
					        }
					      ],
					      "times": {
					        "recorded_at": "*",
					        "seconds": 1.5
					      }
					    }
					  ]
					}
					""");
	}

	@Test
	void filterRemovesFromRequestAndRun() throws Exception {
		this.service.given("price",
				Scenario.completed(Map.of("price", 640, "customer", Map.of("name", "Ada", "phone", 5550123))));
		List<String> record = List.of("tinyfish.cassette.mode=record", "CI=false",
				"tinyfish.base-url=" + this.service.baseUrl(), "tinyfish.api-key=" + CassetteContext.KEY);
		try (CassetteContext context = CassetteContext.start(file(), CassetteRoundTripTests::filter, record)) {
			AgentRun run = context.client().agent().run(request("Find the price of 2026-11-30"));
			assertThat(run.result().json()).isEqualTo("{\"price\":640}");
		}
		assertThat(Files.readString(file())).contains("price of DAY").doesNotContain("of 2026", "Ada", "5550123");
		try (CassetteContext context = CassetteContext.start(file(), CassetteRoundTripTests::filter, List.of())) {
			AgentRun run = context.client().agent().run(request("Find the price of 2027-01-01"));
			assertThat(run.result().json()).isEqualTo("{\"price\":640}");
		}
	}

	private static void filter(Map<String, Object> fields) {
		fields.computeIfPresent("goal", (name, goal) -> goal.toString().replaceAll("\\d{4}-\\d\\d-\\d\\d", "DAY"));
		fields.computeIfPresent("result", (name, result) -> {
			((Map<?, ?>) result).remove("customer");
			return result;
		});
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of(SHOP, goal);
	}

	private Path file() {
		return this.directory.resolve("prices.json");
	}

	record Offer(String product, BigDecimal price) {
	}

	@WebAgent(url = SHOP)
	interface Shop {

		@Goal(value = "List {count} phones", version = "2", maxSteps = "20")
		List<Offer> phones(int count);

	}

	@WebAgent(url = SHOP)
	interface ReactiveShop {

		@Goal("React to a list of {count} phones")
		Mono<List<Offer>> phones(int count);

	}

}
