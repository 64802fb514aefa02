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

package ai.tinyfish.sample;

import java.util.List;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/**
 * Runner that starts one run in the background. {@link RunPrinter} logs its events.
 */
@Component
class FirstRun implements ApplicationRunner {

	private static final Logger logger = LoggerFactory.getLogger(FirstRun.class);

	private final TinyFishClient tinyFish;

	FirstRun(TinyFishClient tinyFish) {
		this.tinyFish = tinyFish;
	}

	@Override
	public void run(ApplicationArguments arguments) {
		List<String> words = arguments.getNonOptionArgs();
		String url = words.isEmpty() ? "https://www.coinbase.com/price/bitcoin" : words.get(0);
		String goal = (words.size() < 2) ? "What is the current Bitcoin price?"
				: String.join(" ", words.subList(1, words.size()));
		try {
			this.tinyFish.agent().start(AgentRequest.of(url, goal).withTag("first-run"));
		}
		catch (IllegalArgumentException ex) {
			logger.error("The arguments must be a url and a goal: {}", ex.getMessage());
		}
	}

}
