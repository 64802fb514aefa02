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

import java.util.Map;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

@AutoConfigureTinyFishSimulator
class PlainOffersTests {

	@Test
	void thePriceIsReadByARun(TinyFishSimulator simulator) {
		simulator.given("phone", Scenario.completed(Map.of("product", "Phone", "price", 640)));
		try (TinyFishClient tinyFish = TinyFishClient.builder()
			.baseUrl(simulator.baseUrl())
			.apiKey(simulator.apiKey())
			.build()) {
			assertThat(new Offers(tinyFish).priceOf("Phone")).isEqualTo("640");
		}
	}

}
