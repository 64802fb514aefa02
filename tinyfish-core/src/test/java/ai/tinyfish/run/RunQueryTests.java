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

import java.time.Instant;

import ai.tinyfish.internal.request.WireForm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link RunQuery}.
 */
class RunQueryTests {

	@Test
	void allRunsHaveNoCondition() {
		assertThat(WireForm.ofQuery(RunQuery.all())).isEmpty();
		assertThat(RunQuery.builder().build()).isEqualTo(RunQuery.all());
	}

	@Test
	void everyConditionHasItsNameOnTheWire() {
		RunQuery query = RunQuery.builder()
			.status(RunStatus.FAILED)
			.goal("price")
			.createdAfter(Instant.parse("2026-03-01T00:00:00Z"))
			.createdBefore(Instant.parse("2026-03-02T00:00:00.500Z"))
			.sortDirection(SortDirection.ASC)
			.cursor("MQ==")
			.limit(50)
			.build();
		assertThat(WireForm.ofQuery(query)).containsExactly(entry("status", "FAILED"), entry("goal", "price"),
				entry("created_after", "2026-03-01T00:00:00Z"), entry("created_before", "2026-03-02T00:00:00.500Z"),
				entry("sort_direction", "asc"), entry("cursor", "MQ=="), entry("limit", "50"));
	}

	@Test
	void nullTakesAConditionAway() {
		RunQuery query = RunQuery.builder().status(RunStatus.FAILED).limit(5).cursor("c").build();
		assertThat(query.toBuilder()
			.status(null)
			.limit(null)
			.cursor(null)
			.goal(null)
			.createdAfter(null)
			.createdBefore(null)
			.sortDirection(null)
			.build()).isEqualTo(RunQuery.all());
		assertThat(WireForm.ofQuery(query)).hasSize(3);
	}

	@Test
	void aDerivedQueryKeepsTheConditions() {
		RunQuery query = RunQuery.builder().status(RunStatus.RUNNING).build();
		assertThat(WireForm.ofQuery(query.toBuilder().cursor("next").build()))
			.containsExactly(entry("status", "RUNNING"), entry("cursor", "next"));
		assertThat(query.toBuilder().build()).isEqualTo(query).hasSameHashCodeAs(query);
	}

	@Test
	void aBuilderThatIsUsedOnDoesNotChangeWhatItBuilt() {
		RunQuery.Builder builder = RunQuery.builder().limit(5);
		RunQuery query = builder.build();
		builder.limit(6);
		assertThat(WireForm.ofQuery(query)).containsExactly(entry("limit", "5"));
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 101 })
	void refusesALimitOutOfRange(int limit) {
		assertThatIllegalArgumentException().isThrownBy(() -> RunQuery.builder().limit(limit))
			.withMessageStartingWith("limit ");
	}

	@Test
	void acceptsTheLimitsOfALimit() {
		assertThat(WireForm.ofQuery(RunQuery.builder().limit(1).limit(100).build())).containsEntry("limit", "100");
	}

	@Test
	void refusesAGoalThatIsBlankOrTooLong() {
		assertThat(WireForm.ofQuery(RunQuery.builder().goal("g".repeat(500)).build())).containsKey("goal");
		assertThatIllegalArgumentException().isThrownBy(() -> RunQuery.builder().goal("g".repeat(501)))
			.withMessageStartingWith("goal ");
		assertThatIllegalArgumentException().isThrownBy(() -> RunQuery.builder().goal(" "))
			.withMessageStartingWith("goal ");
	}

	@Test
	void refusesABlankCursor() {
		assertThatIllegalArgumentException().isThrownBy(() -> RunQuery.builder().cursor(""))
			.withMessageStartingWith("cursor ");
	}

	@Test
	void refusesAStatusThatTheServiceDoesNotKnow() {
		assertThatIllegalArgumentException().isThrownBy(() -> RunQuery.builder().status(RunStatus.UNKNOWN))
			.withMessageStartingWith("status ");
	}

}
