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

package ai.tinyfish.benchmarks;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.event.AgentEvent;
import reactor.core.publisher.Flux;

/**
 * Events from the client.
 */
final class TinyFishSource implements EventSource {

	private final ReactiveTinyFishClient client;

	/**
	 * A source.
	 * @param maxOpenStreams how many streams may be open at once
	 */
	TinyFishSource(String baseUrl, int maxOpenStreams) {
		this.client = ReactiveTinyFishClient.builder()
			.apiKey(Wire.API_KEY)
			.baseUrl(baseUrl)
			// the server has none
			.readOutcome(false)
			.maxOpenStreams(maxOpenStreams)
			.build();
	}

	@Override
	public Flux<AgentEvent> stream(String goal) {
		return this.client.agent().stream(AgentRequest.of(Wire.URL, goal));
	}

	@Override
	public void close() {
		this.client.close();
	}

}
