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

package ai.tinyfish.orders;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.durable.DurableRun;
import ai.tinyfish.durable.DurableRunQuery;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.run.GoalOutcome;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.WebhookDelivery;
import ai.tinyfish.spring.test.cassette.TinyFishCassette;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Durable runs that are recorded with one simulator, which is the service, and replayed
 * by another one.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class RecordedOrdersTests {

	private static final String CASSETTE = "../../../../target/cassettes/orders";

	private static final Path FILE = Path.of("target", "cassettes", "orders.json");

	private static TinyFishSimulator service;

	@BeforeAll
	static void startService() throws IOException {
		Files.deleteIfExists(FILE);
		service = TinyFishSimulator.builder().apiKey("sk-of-the-orders").pace(Duration.ofMillis(5)).start();
		service.given("tea", Scenario.completed(Map.of("price", 9.90)))
			.given("gold",
					Scenario.builder()
						.fault(FaultPoint.beforeHeaders(), Fault.refusal(402, "INSUFFICIENT_CREDITS", "No credit left"))
						.build())
			.given("coffee", Scenario.failed("SITE_BLOCKED", "Access denied"));
	}

	@AfterAll
	static void closeService() {
		service.close();
	}

	@Nested
	@Order(1)
	@SpringBootTest(properties = { "tinyfish.durable.interval=200ms", "tinyfish.cassette.mode=record", "CI=false",
			"tinyfish.api-key=sk-of-the-orders" })
	@TinyFishCassette(CASSETTE)
	class Recorded extends Runs {

		@DynamicPropertySource
		static void service(DynamicPropertyRegistry registry) {
			registry.add("tinyfish.base-url", () -> service.baseUrl());
		}

		@Test
		void theyAreInTheFileAndTheServiceHasThemOnce() throws IOException {
			runsEndAsInTheService();
			assertThat(service.journal().runsByGoal()).allSatisfy((goal, runs) -> assertThat(runs).hasSize(1));
			assertThat(Files.readString(FILE)).contains("tea", "gold", "coffee", "\"goal_version\": \"7\"");
			service.close();
		}

	}

	@Nested
	@Order(2)
	@SpringBootTest(properties = "tinyfish.durable.interval=200ms")
	@TinyFishCassette(CASSETTE)
	class Replayed extends Runs {

		@Test
		void theyEndInTheSameWay() throws IOException {
			byte[] before = Files.readAllBytes(FILE);
			runsEndAsInTheService();
			assertThat(Files.readAllBytes(FILE)).isEqualTo(before);
		}

	}

	/**
	 * Polls for a run's outcome when its webhook has arrived, and otherwise once an hour.
	 */
	@Nested
	@Order(3)
	@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
			properties = { "tinyfish.durable.interval=1h", "tinyfish.webhook.enabled=true",
					"tinyfish.webhook.secret=s3cret-s3cret-s3cret", "tinyfish.webhook.url=https://orders.example" })
	@TinyFishCassette(CASSETTE)
	class ReplayedWithWebhooks extends Runs {

		@Test
		void theyEndWithTheirWebhooks(@Autowired TinyFishSimulator simulator) {
			runsEndAsInTheService();
			Awaitility.await()
				.untilAsserted(
						() -> assertThat(simulator.journal().webhooks()).hasSize(3).allMatch(WebhookDelivery::taken));
		}

	}

	abstract static class Runs {

		@Autowired
		Orders orders;

		@Autowired
		DurableRuns runs;

		@Autowired
		TinyFishClient client;

		@Autowired
		JdbcClient jdbc;

		void runsEndAsInTheService() {
			this.jdbc.sql("delete from orders").update();
			this.orders.place("order-1", "tea");
			this.orders.place("order-2", "coffee");
			this.orders.place("order-3", "gold");
			this.runs.submit(WebAgents.builder()
				.client(this.client)
				.build()
				.describe(Teas.class)
				.get(0)
				.request(Map.of("count", 2))
				.withTag("order-4"));
			DurableRun tea = await("order-1", DurableRunState.DONE);
			assertThat(tea.verdict()).isEqualTo(GoalOutcome.ACHIEVED);
			assertThat(tea.goalVersion()).isNull();
			assertThat(this.jdbc.sql("select price from orders where id = 'order-1'").query(BigDecimal.class).single())
				.isEqualByComparingTo("9.9");
			DurableRun coffee = await("order-2", DurableRunState.DONE);
			assertThat(coffee.run().error().message()).isEqualTo("Access denied");
			assertThat(await("order-3", DurableRunState.REFUSED).error()).contains("No credit left");
			assertThat(await("order-4", DurableRunState.DONE).goalVersion()).isEqualTo("7");
			assertThat(this.jdbc.sql("select goal_version from tinyfish_run where tag = 'order-4'")
				.query(String.class)
				.single()).isEqualTo("7");
		}

		private DurableRun await(String order, DurableRunState state) {
			DurableRunQuery query = DurableRunQuery.builder().tag(order).build();
			return Awaitility.await()
				.atMost(Duration.ofMinutes(1))
				.until(() -> this.runs.list(query).data().get(0), (run) -> run.state() == state);
		}

	}

	@WebAgent(url = "https://shop.example/")
	interface Teas {

		@Goal(value = "List {count} teas", version = "7")
		List<String> teas(int count);

	}

}
