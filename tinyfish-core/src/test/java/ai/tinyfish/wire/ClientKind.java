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

package ai.tinyfish.wire;

import java.time.Duration;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.testing.Samples;
import io.micrometer.observation.ObservationRegistry;

/**
 * Both clients, for what holds for either of them. Each call has a client of its own.
 */
enum ClientKind {

	BLOCKING {
		@Override
		Run get(String baseUrl, Settings settings) {
			try (TinyFishClient client = configure(TinyFishClient.builder(), baseUrl, settings).build()) {
				return client.runs().get("run-1");
			}
		}

		@Override
		AgentRun run(String baseUrl, Settings settings) {
			try (TinyFishClient client = configure(TinyFishClient.builder(), baseUrl, settings).build()) {
				return client.agent().run(Samples.request());
			}
		}

		@Override
		AgentRun stream(String baseUrl, Settings settings) {
			try (TinyFishClient client = configure(TinyFishClient.builder(), baseUrl, settings).build()) {
				return client.agent().stream(Samples.request()).await();
			}
		}
	},

	REACTIVE {
		@Override
		Run get(String baseUrl, Settings settings) {
			try (ReactiveTinyFishClient client = configure(ReactiveTinyFishClient.builder(), baseUrl, settings)
				.build()) {
				return client.runs().get("run-1").blockOptional(SOON).orElseThrow();
			}
		}

		@Override
		AgentRun run(String baseUrl, Settings settings) {
			try (ReactiveTinyFishClient client = configure(ReactiveTinyFishClient.builder(), baseUrl, settings)
				.build()) {
				return client.agent().run(Samples.request()).blockOptional(SOON).orElseThrow();
			}
		}

		@Override
		AgentRun stream(String baseUrl, Settings settings) {
			try (ReactiveTinyFishClient client = configure(ReactiveTinyFishClient.builder(), baseUrl, settings)
				.build()) {
				return client.agent()
					.stream(Samples.request())
					.ofType(CompleteEvent.class)
					.single()
					.blockOptional(SOON)
					.orElseThrow()
					.toAgentRun();
			}
		}
	};

	private static final Duration SOON = Duration.ofSeconds(20);

	abstract Run get(String baseUrl, Settings settings);

	abstract AgentRun run(String baseUrl, Settings settings);

	abstract AgentRun stream(String baseUrl, Settings settings);

	private static <B extends TinyFishClientBuilder<B>> B configure(B builder, String baseUrl, Settings settings) {
		builder.apiKey(Samples.KEY).baseUrl(baseUrl).retry(Samples.QUICK_RETRY).integration(null);
		settings.applyTo(builder);
		return builder;
	}

	/**
	 * What a test sets on the builder of either client.
	 */
	@FunctionalInterface
	interface Settings {

		void applyTo(TinyFishClientBuilder<?> builder);

		static Settings of(ObservationRegistry registry) {
			return (builder) -> builder.observationRegistry(registry);
		}

	}

}
