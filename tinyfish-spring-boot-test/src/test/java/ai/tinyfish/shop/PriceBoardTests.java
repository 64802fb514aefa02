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

package ai.tinyfish.shop;

import java.math.BigDecimal;

import ai.tinyfish.spring.test.TestRun;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PriceBoardTests {

	private final PriceBoard board = new PriceBoard();

	@Test
	void pricesAreKeptByGoal() {
		Offer offer = new Offer("Phone", new BigDecimal("640"));
		board.onPrice(TestRun.completed(offer).goal("Phone").tag("order-42").finishedEvent());
		assertThat(board.price("Phone")).isEqualTo("640");
	}

	@Test
	void reasonOfAMissedGoalIsKept() {
		board.onProblem(TestRun.failed("SITE_BLOCKED", "Access denied").goal("Phone").finishedEvent());
		assertThat(board.problems()).containsExactly("Phone: The run failed: Access denied");
	}

}
