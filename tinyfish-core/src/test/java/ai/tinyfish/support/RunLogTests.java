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

package ai.tinyfish.support;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The run of log lines.
 */
class RunLogTests {

	private final List<Map<String, String>> lines = new ArrayList<>();

	@AfterEach
	void clear() {
		MDC.clear();
	}

	@Test
	void lineHasItsRunAndTheMdcIsPutBack() {
		MDC.put("request", "r-1");
		RunLog.about("run-1", "order-42", "tenant", this::line);
		assertThat(this.lines).containsExactly(
				Map.of("request", "r-1", RunLog.RUN_ID, "run-1", RunLog.TAG, "order-42", RunLog.ACCOUNT, "tenant"));
		assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request", "r-1"));
	}

	@Test
	void lineThatKnowsTheRunAloneKeepsItsTagAndAccount() {
		RunLog.about("run-1", "order-42", "tenant", () -> RunLog.about("run-1", null, null, this::line));
		assertThat(this.lines)
			.containsExactly(Map.of(RunLog.RUN_ID, "run-1", RunLog.TAG, "order-42", RunLog.ACCOUNT, "tenant"));
	}

	@Test
	void lineAboutAnotherRunHasNothingOfTheFirst() {
		RunLog.about("run-1", "order-42", "tenant", () -> {
			RunLog.about("run-2", null, null, this::line);
			RunLog.about(null, "order-43", null, this::line);
			line();
		});
		assertThat(this.lines).containsExactly(Map.of(RunLog.RUN_ID, "run-2"), Map.of(RunLog.TAG, "order-43"),
				Map.of(RunLog.RUN_ID, "run-1", RunLog.TAG, "order-42", RunLog.ACCOUNT, "tenant"));
	}

	@Test
	void runsThatAreNotSubmittedShareNothing() {
		RunLog.about(null, "order-42", "tenant", () -> RunLog.about(null, null, null, this::line));
		assertThat(this.lines).containsExactly(Map.of());
	}

	@Test
	void mdcIsPutBackAfterAFailure() {
		assertThatIllegalStateException().isThrownBy(() -> RunLog.about("run-1", null, null, () -> {
			throw new IllegalStateException("thrown on purpose");
		}));
		assertThat(MDC.get(RunLog.RUN_ID)).isNull();
	}

	private void line() {
		this.lines.add(MDC.getCopyOfContextMap());
	}

}
