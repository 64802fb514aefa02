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

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentOperations;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.spring.test.TestRun;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

class OffersUnitTests {

	private final AgentOperations agent = mock(AgentOperations.class);

	private final TinyFishClient tinyFish = mock(TinyFishClient.class);

	@Test
	void thePriceIsThatOfTheOffer() {
		given(tinyFish.agent()).willReturn(agent);
		given(agent.run(any(AgentRequest.class), eq(Offer.class)))
			.willReturn(TestRun.completed(new Offer("Phone", new BigDecimal("640"))).typedRun(Offer.class));
		assertThat(new Offers(tinyFish).priceOf("Phone")).isEqualTo("640");
	}

	@Test
	void aFailedRunHasNoPrice() {
		given(tinyFish.agent()).willReturn(agent);
		given(agent.run(any(AgentRequest.class), eq(Offer.class)))
			.willReturn(TestRun.failed("SITE_BLOCKED", "Access denied").typedRun(Offer.class));
		assertThatExceptionOfType(TinyFishRunFailedException.class)
			.isThrownBy(() -> new Offers(tinyFish).priceOf("Phone"));
	}

}
