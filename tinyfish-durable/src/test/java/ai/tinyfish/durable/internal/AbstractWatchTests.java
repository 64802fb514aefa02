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

package ai.tinyfish.durable.internal;

import java.math.BigDecimal;
import java.util.List;
import java.util.function.UnaryOperator;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchResult;
import ai.tinyfish.durable.watch.WatchStatus;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.simulator.Scenario;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.core.ParameterizedTypeReference;

/**
 * A watch of teas, with each database and a clock of the test.
 */
@ParameterizedClass(name = "{0}")
@MethodSource(DatabaseKind.TESTED)
abstract class AbstractWatchTests {

	static final String GOAL = "List all teas";

	static final String HOURLY = "0 0 * * * *";

	static final Scenario TEAS = result("T1:1.00", "T2:2.00");

	static final Scenario CHANGED = result("T2:2.50", "T3:3");

	@Parameter
	DatabaseKind kind;

	VirtualTime time;

	/** Exception of an interceptor, or null. */
	@Nullable RuntimeException refusal;

	/** Change of an interceptor. */
	UnaryOperator<AgentRequest> change = UnaryOperator.identity();

	@BeforeEach
	void start() {
		this.time = new VirtualTime(AbandonPolicy.LEAVE, null, this.kind, new TinyFishRunInterceptor() {

			@Override
			public AgentRequest beforeRun(RunSubmission submission) {
				if (AbstractWatchTests.this.refusal != null) {
					throw AbstractWatchTests.this.refusal;
				}
				return AbstractWatchTests.this.change.apply(submission.request());
			}

		});
		this.time.simulator.given(GOAL, TEAS);
	}

	@AfterEach
	void close() {
		this.time.close();
	}

	static Watch teas() {
		return Watch.of("teas", AgentRequest.of("https://shop.example", GOAL)
			.withOutputType(new ParameterizedTypeReference<List<Tea>>() {
			})).cron(HOURLY).key("sku");
	}

	/**
	 * Return a result.
	 * @param teas SKU and price of each tea
	 */
	static Scenario result(String... teas) {
		StringBuilder json = new StringBuilder();
		for (String tea : teas) {
			String[] parts = tea.split(":");
			json.append(json.isEmpty() ? "" : ",")
				.append("{\"sku\":\"%s\",\"price\":%s,\"note\":%s}".formatted(parts[0], parts[1],
						(parts.length > 2) ? parts[2] : "\"good\""));
		}
		return Scenario.builder().steps().resultJson("{\"items\":[" + json + "]}").build();
	}

	static Scenario json(String result) {
		return Scenario.builder().steps().resultJson(result).build();
	}

	WatchStatus save(Watch watch) {
		return this.time.watches.save(watch);
	}

	WatchStatus find() {
		return this.time.watches.find("teas");
	}

	/**
	 * Let time pass until the next slot has run.
	 */
	void nextSlot() {
		this.time.jumpTo(find().nextAt());
		this.time.jump(VirtualTime.INTERVAL);
	}

	/**
	 * Run the watch with this result.
	 */
	void nextSlot(Scenario scenario) {
		this.time.simulator.given(GOAL, scenario);
		nextSlot();
	}

	List<WatchResult> history() {
		return this.time.watches.history("teas");
	}

	/**
	 * Return the outcomes, the newest first.
	 */
	List<WatchOutcome> outcomes() {
		return history().stream().map(WatchResult::outcome).toList();
	}

	WatchResult newest() {
		return history().get(0);
	}

	int submissions() {
		return this.time.simulator.journal().submissions(GOAL).size();
	}

	long count(String table) {
		return this.time.engine.database.jdbc().sql("select count(*) from " + table).query(Long.class).single();
	}

	record Tea(String sku, BigDecimal price, @Nullable String note) {

	}

}
