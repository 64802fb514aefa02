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

package ai.tinyfish.usage;

import java.time.Instant;

import ai.tinyfish.internal.request.WireForm;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class UsageQueryTests {

	@Test
	void badInputIsRefusedWithTheFieldAndTheProblem() {
		UsageQuery.Builder builder = UsageQuery.builder();
		assertThatIllegalArgumentException().isThrownBy(() -> builder.status(UsageStatus.UNKNOWN))
			.withMessage("status must be one that the service knows, not UNKNOWN");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.sessionId(""))
			.withMessage("sessionId must not be blank");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.limit(0))
			.withMessage("limit must be from 1 to 1000");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.limit(1001))
			.withMessage("limit must be from 1 to 1000");
		assertThatIllegalArgumentException().isThrownBy(() -> builder.page(0)).withMessage("page must be at least 1");
		assertThat(builder.build()).isEqualTo(UsageQuery.all());
	}

	@Test
	void nullRemovesAConditionAndABuiltQueryDoesNotChange() {
		UsageQuery query = UsageQuery.builder()
			.startAfter(Instant.EPOCH)
			.endBefore(Instant.EPOCH)
			.status(UsageStatus.RUNNING)
			.sessionId("br-1")
			.limit(1000)
			.page(Integer.MAX_VALUE)
			.build();
		assertThat(query).hasToString("UsageQuery{start_after=1970-01-01T00:00:00Z, end_before=1970-01-01T00:00:00Z,"
				+ " status=running, session_id=br-1, limit=1000, page=2147483647}");
		assertThat(query.toBuilder()
			.startAfter(null)
			.endBefore(null)
			.status(null)
			.sessionId(null)
			.limit(null)
			.page(null)
			.build()).isEqualTo(UsageQuery.all()).hasSameHashCodeAs(UsageQuery.all()).hasToString("UsageQuery{}");
		assertThat(WireForm.ofQuery(query)).hasSize(6);
		assertThat(query).isEqualTo(query.toBuilder().build()).isNotEqualTo(UsageQuery.all());
	}

}
