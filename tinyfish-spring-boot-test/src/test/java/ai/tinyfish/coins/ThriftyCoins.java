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

package ai.tinyfish.coins;

import java.math.BigDecimal;
import java.util.List;

import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

import org.springframework.cache.annotation.Cacheable;
import org.springframework.resilience.annotation.ConcurrencyLimit;
import org.springframework.resilience.annotation.Retryable;

/**
 * The agent of {@code docs/agents.md} whose prices are cached.
 */
@WebAgent(url = "https://coins.example/{coin}")
interface ThriftyCoins {

	@Cacheable(cacheNames = "prices", sync = true)
	@Goal("What does one {coin} cost in {currency}?")
	BigDecimal price(String coin, String currency);

	@ConcurrencyLimit(2)
	@Goal("List the sellers of {coin}")
	List<String> sellers(String coin);

	@Retryable(predicate = NothingStarted.class)
	@Goal("How many sellers of {coin} are there?")
	int count(String coin);

}
