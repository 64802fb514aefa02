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
import ai.tinyfish.agent.AgentRequest;

import org.springframework.stereotype.Service;

@Service
class Offers {

	private final TinyFishClient tinyFish;

	Offers(TinyFishClient tinyFish) {
		this.tinyFish = tinyFish;
	}

	BigDecimal priceOf(String product) {
		return this.tinyFish.agent().run(request(product), Offer.class).value().price();
	}

	void watch(String product) {
		this.tinyFish.agent().start(request(product).withOutputType(Offer.class));
	}

	private static AgentRequest request(String product) {
		return AgentRequest.of("https://shop.example/", "Find the price of " + product);
	}

}
