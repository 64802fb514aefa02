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

package ai.tinyfish.durable;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.TinyFishRunListener;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.Watches;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Lines of the log about a run, as {@code logging.structured.format.console=ecs} writes
 * them.
 */
class StructuredLogTests {

	private static final String URL = "https://shop.example/";

	private static final ParameterizedTypeReference<List<Tea>> TEAS = new ParameterizedTypeReference<>() {
	};

	@Test
	void linesAboutARunHaveItsIdTagAndAccount() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, TenantKey.class), "tinyfish.durable.max-handovers=1");
				EcsLog log = new EcsLog()) {
			instance.bean(Listeners.class).onFinished((event) -> {
				throw new IllegalStateException("thrown on purpose");
			});
			String id = instance.runs()
				.submit(DurableSubmission.of(AgentRequest.of(URL, "Durable").withTag("order-42")).withAccount("tenant"))
				.id();
			DurableRun parked = instance.await(id, DurableRunState.PARKED);
			await().atMost(Instance.SOON).until(() -> log.about("Durable run " + id + " is PARKED").size() == 1);
			assertThat(log.about(id)).hasSize(2)
				.allSatisfy((line) -> assertAbout(line, parked.runId(), "order-42", "tenant"));
		}
	}

	@Test
	void lineOfAVerdictHasThem() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, TenantKey.class, FailingEvaluator.class));
				EcsLog log = new EcsLog()) {
			String id = instance.runs()
				.submit(DurableSubmission.of(AgentRequest.of(URL, "Durable").withTag("order-44")).withAccount("tenant"))
				.id();
			DurableRun run = instance.await(id, DurableRunState.DONE);
			assertThat(log.about("The GoalEvaluator failed")).singleElement()
				.satisfies((line) -> assertAbout(line, run.runId(), "order-44", "tenant"));
		}
	}

	@Test
	void lineOfAWatchHasThem() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, TenantKey.class));
				EcsLog log = new EcsLog()) {
			simulator.given("Watched", Scenario.completed(List.of(new Tea("T1", BigDecimal.ONE))));
			Watches watches = instance.bean(Watches.class);
			watches.save(Watch.of("teas", AgentRequest.of(URL, "Watched").withTag("order-46").withOutputType(TEAS))
				.key("sku")
				.account("tenant"));
			watches.runNow("teas");
			await().atMost(Instance.SOON).until(() -> !log.about("Watch teas, slot").isEmpty());
			assertThat(log.about("Watch teas, slot")).singleElement()
				.satisfies((line) -> assertAbout(line, watches.history("teas").get(0).runId(), "order-46", "tenant"));
		}
	}

	@Test
	void lineOfATaskThatFailedHasThemAndNoLaterTaskOfItsThread() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, TenantKey.class), "tinyfish.durable.threads=1");
				EcsLog log = new EcsLog()) {
			simulator.given("Durable", Scenario.builder().neverEnds().build());
			simulator.fault(FaultPoint.cancelRun(), Fault.refusal(500, "INTERNAL_ERROR", "Not now"), 1);
			String id = instance.runs()
				.submit(DurableSubmission.of(AgentRequest.of(URL, "Durable").withTag("order-45")).withAccount("tenant"))
				.id();
			DurableRun run = instance.await(id, DurableRunState.RUNNING);
			instance.runs().cancel(id);
			instance.await(id, DurableRunState.DONE);
			assertThat(log.about("Task tinyfish-cancel")).singleElement()
				.satisfies((line) -> assertAbout(line, run.runId(), "order-45", "tenant"));
			instance.update("alter table tinyfish_run rename to gone");
			await().atMost(Instance.SOON).until(() -> log.about("Task tinyfish-").size() > 1);
			assertThat(log.about("Task tinyfish-")).last()
				.satisfies((line) -> assertThat(line.at("/tinyfish/run").isMissingNode()).isTrue());
		}
	}

	private static void assertAbout(JsonNode line, @Nullable String runId, String tag, String account) {
		assertThat(line.at("/tinyfish/run/id").asString()).isEqualTo(runId);
		assertThat(line.at("/tinyfish/run/tag").asString()).isEqualTo(tag);
		assertThat(line.at("/tinyfish/run/account").asString()).isEqualTo(account);
	}

	@Test
	void aLineOnTheThreadOfAListenerHasThemAlthoughTheListenerClearsTheMdc() {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).anyApiKey().start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, TenantKey.class));
				EcsLog log = new EcsLog()) {
			String runId = instance.bean(TinyFishClient.class)
				.agent()
				.start(AgentRequest.of(URL, "At once").withTag("order-43"), new TinyFishRunListener() {
					@Override
					public void started(RunContext run, StartedEvent event) {
						MDC.clear();
						throw new IllegalStateException("thrown on purpose");
					}
				})
				.await()
				.runId();
			await().atMost(Instance.SOON).until(() -> !log.about("A listener failed").isEmpty());
			assertThat(log.about("A listener failed")).singleElement().satisfies((line) -> {
				assertThat(line.at("/tinyfish/run/id").asString()).isEqualTo(runId);
				assertThat(line.at("/tinyfish/run/tag").asString()).isEqualTo("order-43");
				assertThat(line.at("/tinyfish/run/account").isMissingNode()).isTrue();
			});
		}
	}

	/**
	 * The lines of this library, as they are written.
	 */
	private static final class EcsLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

		private final List<JsonNode> lines = new CopyOnWriteArrayList<>();

		private final StructuredLogEncoder encoder = new StructuredLogEncoder();

		private final Logger logger;

		private EcsLog() {
			LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
			this.encoder.setContext(context);
			this.encoder.setFormat("ecs");
			this.encoder.start();
			setContext(context);
			start();
			this.logger = context.getLogger("ai.tinyfish");
			this.logger.addAppender(this);
		}

		private List<JsonNode> about(String text) {
			return this.lines.stream().filter((line) -> line.path("message").asString().contains(text)).toList();
		}

		@Override
		protected void append(ILoggingEvent event) {
			this.lines.add(JsonMapper.shared().readTree(this.encoder.encode(event)));
		}

		@Override
		public void close() {
			this.logger.detachAppender(this);
		}

	}

	record Tea(String sku, BigDecimal price) {

	}

	static class FailingEvaluator implements GoalEvaluator {

		@Override
		public GoalVerdict evaluate(AgentRun run) {
			throw new IllegalStateException("thrown on purpose");
		}

	}

	static class TenantKey implements DurableRunApiKeyProvider {

		@Override
		public String getApiKey(String account) {
			return "sk-tenant-0123456789";
		}

	}

}
