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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.durable.watch.Tolerance;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchOutcome;
import ai.tinyfish.durable.watch.WatchPreview;
import ai.tinyfish.durable.watch.WatchValue;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.support.agent.AgentRequestJson;
import org.junit.jupiter.api.Test;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Operations on a watch: its values, a preview, a new baseline, and its request without
 * the secrets.
 */
class WatchOperationsTests extends AbstractWatchTests {

	@Test
	void theNextGoodResultIsANewBaselineOnDemand() {
		save(teas().confirm(1));
		nextSlot();
		this.time.watches.rebaseline("teas");
		assertThat(this.time.watches.baseline("teas", Tea.class)).isEmpty();
		nextSlot(Scenario.failed("SITE_BLOCKED", "Access denied"));
		nextSlot(CHANGED);
		assertThat(outcomes()).containsExactly(WatchOutcome.BASELINE, WatchOutcome.MISSED, WatchOutcome.BASELINE);
		assertThat(this.time.watchEvents).isEmpty();
		assertThat(this.time.watches.baseline("teas", Tea.class)).extracting(Tea::sku).containsExactly("T2", "T3");
	}

	@Test
	void theValuesOfAPropertyAreASeries() {
		save(teas());
		nextSlot();
		nextSlot(Scenario.failed("SITE_BLOCKED", "Access denied"));
		nextSlot(result("T2:\"2.50\":null"));
		assertThat(this.time.watches.series("teas", "price")).containsExactly(
				new WatchValue("T1", history().get(2).slot(), RunResult.ofJson("1.00")),
				new WatchValue("T2", history().get(2).slot(), RunResult.ofJson("2.00")),
				new WatchValue("T2", newest().slot(), RunResult.ofJson("2.50")));
		assertThat(this.time.watches.series("teas", "note")).extracting((each) -> each.value().json())
			.containsExactly("\"good\"", "\"good\"", "null");
		assertThatIllegalArgumentException().isThrownBy(() -> this.time.watches.series("teas", "prize"))
			.withMessageStartingWith("property names prize, which the result does not have");
		assertThatExceptionOfType(NoSuchElementException.class)
			.isThrownBy(() -> this.time.watches.series("none", "price"));
	}

	@Test
	void aMissHasNoValuesInASeries() {
		save(teas());
		nextSlot();
		nextSlot(result("T1:1.00:null", "T2:2.00:null"));
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.MISSED);
		assertThat(newest().result().json()).contains("1.00");
		assertThat(this.time.watches.series("teas", "price")).extracting(WatchValue::time)
			.containsOnly(history().get(1).slot());
	}

	@Test
	void aLateResultHasNoValuesInASeries() {
		save(teas());
		nextSlot();
		// fits the type, and would be a miss: all records lack their note
		this.time.simulator.given(GOAL, result("T1:1.50:null", "T2:2.50:null"));
		this.time.watches.runNow("teas");
		this.time.jump(Duration.ofSeconds(1));
		// another key: results of slots until now are late
		save(teas().key("sku", "price"));
		this.time.jump(VirtualTime.INTERVAL);
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.LATE);
		assertThat(newest().result().json()).contains("1.50");
		assertThat(this.time.watches.series("teas", "price")).extracting(WatchValue::time)
			.containsOnly(history().get(1).slot());
	}

	@Test
	void theKeyOfASeriesMayBeAnObject() {
		save(Watch.of("teas", AgentRequest.of("https://shop.example", GOAL)
			.withOutputType(new ParameterizedTypeReference<List<Lot>>() {
			})).cron(HOURLY).key("place"));
		nextSlot(json("[{\"place\":{\"shelf\":\"A\",\"box\":1},\"stock\":\"7\"}]"));
		assertThat(this.time.watches.series("teas", "stock"))
			.containsExactly(new WatchValue("{\"shelf\":\"A\",\"box\":1}", newest().slot(), RunResult.ofJson("7")));
	}

	@Test
	void aPreviewRunsOnceAndStoresNothing() {
		this.time.simulator.given(GOAL, json("""
				[{"sku":"T1","price":"1.00","rank":1},{"sku":"T1","price":"x"},{"sku":"T1","price":2}]"""));
		WatchPreview preview = this.time.watches.preview(teas());
		assertThat(preview.run().isCompleted()).isTrue();
		assertThat(preview.problems()).containsExactly("$[1].price is not of type number",
				"$[1].sku occurs twice: $[0] has it, too", "$[2].sku occurs twice: $[0] has it, too");
		assertThat(preview.records(Tea.class)).containsExactly(new Tea("T1", new BigDecimal("1.00"), null));
		assertThat(this.time.watches.list()).isEmpty();
		assertThat(count("tinyfish_run")).isZero();
		assertThat(count("tinyfish_watch_result")).isZero();
		assertThat(this.time.simulator.journal().runsCreated()).isOne();
		this.time.simulator.given(GOAL, TEAS);
		assertThat(this.time.watches.preview(teas()).problems()).isEmpty();
		this.refusal = new IllegalStateException("The budget of today is used up");
		assertThatIllegalStateException().isThrownBy(() -> this.time.watches.preview(teas()))
			.withMessage("The budget of today is used up");
		assertThatIllegalArgumentException().isThrownBy(() -> this.time.watches.preview(teas().key("skuu")));
	}

	@Test
	void aWatchIsChangedWithoutItsSecrets() {
		AgentRequest request = teas().request()
			.toBuilder()
			.url("https://anna:s3cret@shop.example/teas")
			.proxy(ProxyConfig.builder().url("http://proxy.example").username("user").password("hunter2").build())
			.webhookUrl("https://hooks.example/s3cret")
			.build();
		Watch saved = new Watch("teas", request, HOURLY, "UTC", List.of("sku"), List.of("note"),
				Map.of("price", Tolerance.percent(5)), 3, Duration.ofMinutes(5), true, null, 0, List.of());
		save(saved);
		Watch got = this.time.watches.get("teas");
		assertThat(got.request().toString() + new String(AgentRequestJson.of(got.request()).secrets()))
			.doesNotContain("s3cret")
			.doesNotContain("hunter2");
		assertThat(new Watch("teas", request, got.cron(), got.zone(), got.key(), got.ignore(), got.tolerance(),
				got.confirm(), got.confirmAfter(), got.acceptEmpty(), got.account(), got.skipUnchanged(),
				got.selectors()))
			.isEqualTo(saved);
		save(got.cron("0 30 * * * *"));
		assertThat(find().cron()).isEqualTo("0 30 * * * *");
		nextSlot();
		assertThat(this.time.simulator.journal().submissions(GOAL).get(0).body()).contains("hunter2")
			.contains("anna:s3cret@shop.example/teas")
			.contains("https://hooks.example/s3cret");
		// the same secrets for another account, another site or another proxy
		refused(got.account("acme"), "");
		AgentRequest.Builder changed = got.request().toBuilder();
		refused(teas(changed.url("https://masked-secret@evil.example").build()), "");
		refused(teas(got.request().toBuilder().url("https://evil.example").build()), "proxy_config");
		refused(teas(got.request()
			.toBuilder()
			.proxy(ProxyConfig.builder().url("http://evil.example").username("user").password("masked-secret").build())
			.build()), "proxy_config");
		refused(Watch.of("other", got.request()).key("sku"), "");
		assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> this.time.watches.get("none"));
		// a new secret
		save(teas(got.request()
			.toBuilder()
			.proxy(ProxyConfig.builder().url("http://proxy.example").username("user").password("hunter3").build())
			.build()));
		nextSlot();
		assertThat(this.time.simulator.journal().submissions(GOAL)).last()
			.satisfies((submission) -> assertThat(submission.body()).contains("hunter3").contains("anna:s3cret"));
	}

	@Test
	void aMaskedRequestHasItsSettings() {
		AgentConfig config = AgentConfig.builder().maxSteps(20).additionalProperty("token", "s3cret").build();
		save(teas(teas().request().toBuilder().agentConfig(config).build()));
		AgentRequest got = this.time.watches.get("teas").request();
		assertThat(got.agentConfig().maxSteps()).isEqualTo(20);
		assertThat(AgentRequestJson.of(got).secrets()).doesNotContain("s3cret");
		save(teas(got));
		nextSlot();
		assertThat(this.time.simulator.journal().submissions(GOAL).get(0).body()).contains("s3cret");
	}

	@Test
	void secretsAreSentAndNotShown() {
		AgentRequest request = teas().request()
			.toBuilder()
			.proxy(ProxyConfig.builder().url("http://proxy.example").username("user").password("hunter2").build())
			.build();
		save(Watch.of("teas", request).cron(HOURLY).key("sku"));
		nextSlot();
		assertThat(newest().outcome()).isEqualTo(WatchOutcome.BASELINE);
		assertThat(this.time.simulator.journal().submissions(GOAL).get(0).body()).contains("hunter2");
		assertThat(this.time.engine.database.jdbc()
			.sql("select definition from tinyfish_watch")
			.query(String.class)
			.single()).doesNotContain("hunter2");
		assertThat(find().toString()).doesNotContain("hunter2");
	}

	private static Watch teas(AgentRequest request) {
		return Watch.of("teas", request).cron(HOURLY).key("sku");
	}

	private void refused(Watch watch, String field) {
		assertThatIllegalArgumentException().isThrownBy(() -> save(watch))
			.withMessageStartingWith("request has a mask in " + field);
	}

	record Lot(Place place, int stock) {

	}

	record Place(String shelf, int box) {

	}

}
