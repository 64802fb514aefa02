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

package ai.tinyfish.durable.watch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.RunResult;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Watch} and the events of watches.
 */
class WatchTests {

	private static final JsonMapper MAPPER = new JsonMapper();

	private static final Watch WATCH = Watch.of("teas", AgentRequest.of("https://shop.example", "List all teas"));

	@Test
	void aWatchHasDefaults() {
		assertThat(WATCH.cron()).isEqualTo(Watch.NEVER);
		assertThat(WATCH.zone()).isEqualTo("UTC");
		assertThat(WATCH.confirm()).isEqualTo(2);
		assertThat(WATCH.key("a", "b")
			.ignore("c")
			.tolerance("d", Tolerance.percent(5))
			.tolerance("e", Tolerance.absolute(0.5))
			.confirmAfter(Duration.ofMinutes(1))
			.account("acme")
			.skipUnchanged(23, "table")
			.acceptEmpty(true)
			.zone("Europe/Berlin")
			.cron("0 0 9 * * *")
			.confirm(3))
			.isEqualTo(new Watch("teas", WATCH.request(), "0 0 9 * * *", "Europe/Berlin", List.of("a", "b"),
					List.of("c"), Map.of("d", Tolerance.parse("5.0%"), "e", Tolerance.parse(" 0.5 ")), 3,
					Duration.ofMinutes(1), true, "acme", 23, List.of("table")));
	}

	@Test
	void invalidPropertyIsNamed() {
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.skipUnchanged(-1))
			.withMessage("skipUnchanged must not be negative");
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.skipUnchanged(0, "table"))
			.withMessage("selectors have no effect without skipUnchanged");
		assertThatIllegalArgumentException().isThrownBy(() -> Watch.of("", WATCH.request()))
			.withMessageContaining("id must have 1 to 100");
		assertThatIllegalArgumentException().isThrownBy(() -> Watch.of("a".repeat(101), WATCH.request()))
			.withMessageContaining("id must have 1 to 100");
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.cron("every day"))
			.withMessageContaining("cron 'every day' is not valid");
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.cron("0 0 9 30 2 *"))
			.withMessage("cron '0 0 9 30 2 *' is not valid: it never comes");
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.zone("Berlin"))
			.withMessageContaining("zone 'Berlin' is not valid");
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.confirm(0)).withMessage("confirm must be positive");
		assertThatIllegalArgumentException().isThrownBy(() -> WATCH.confirm(1).confirmAfter(Duration.ofMinutes(1)))
			.withMessageStartingWith("confirmAfter must be positive, and has no effect unless");
		assertThatIllegalArgumentException().isThrownBy(() -> Tolerance.percent(0))
			.withMessage("tolerance must be positive");
		assertThatIllegalArgumentException().isThrownBy(() -> Tolerance.parse("5 percent"))
			.withMessage("tolerance '5 percent' is not a number");
	}

	@Test
	void aChangedEventIsReadAsItWasWritten() {
		RunResult before = RunResult.ofJson("{\"sku\":\"a\",\"price\":1.00}");
		RunResult after = RunResult.ofJson("{\"sku\":\"a\",\"price\":2}");
		WatchChangedEvent event = new WatchChangedEvent("teas",
				new WatchRun("run-2", Instant.EPOCH.plusSeconds(60), null), List.of(new Change<>(before, after),
						new Change<>(RunResult.empty(), after), new Change<>(before, RunResult.empty())));
		WatchChangedEvent read = MAPPER.readValue(MAPPER.writeValueAsString(event), WatchChangedEvent.class);
		assertThat(read).isEqualTo(event);
		assertThat(read.added(Tea.class)).containsExactly(new Tea("a", new BigDecimal("2")));
		assertThat(read.removed(Tea.class)).containsExactly(new Tea("a", new BigDecimal("1.00")));
		assertThat(read.changed(Tea.class))
			.containsExactly(new Change<>(new Tea("a", new BigDecimal("1.00")), new Tea("a", new BigDecimal("2"))));
	}

	@Test
	void aDriftedEventIsReadAsItWasWritten() {
		WatchDriftedEvent event = new WatchDriftedEvent("teas", true, "The run failed", Instant.EPOCH);
		assertThat(MAPPER.readValue(MAPPER.writeValueAsString(event), WatchDriftedEvent.class)).isEqualTo(event);
	}

	record Tea(String sku, BigDecimal price) {

	}

}
