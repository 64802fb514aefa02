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

package ai.tinyfish.observation;

import java.util.function.Consumer;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.GlobalObservationConvention;
import io.micrometer.observation.Observation;
import io.micrometer.observation.tck.TestObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests for an application's own conventions for the observations of calls.
 */
class ObservationConventionTests {

	private final TestObservationRegistry registry = TestObservationRegistry.create();

	@ParameterizedTest
	@EnumSource
	void aConventionReplacesTheNameAndAddsKeys(ClientKind kind) {
		try (ScriptedServer server = ObservedCalls.failingTwice()) {
			ObservedCalls.get(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(new Tenants()));
		}
		ObservedCalls.assertNoneObserved(this.registry, ObservedCalls.CALLS);
		ObservedCalls.observed(this.registry, "shop.tinyfish")
			.hasContextualNameEqualTo("runs.get for acme")
			.hasLowCardinalityKeyValue("operation", "runs.get")
			.hasLowCardinalityKeyValue("outcome", "SUCCESS")
			.hasLowCardinalityKeyValue("status", "200")
			.hasLowCardinalityKeyValue("tenant", "acme")
			.hasLowCardinalityKeyValue("kind", "read")
			.hasHighCardinalityKeyValue("run.id", "run-1")
			.hasHighCardinalityKeyValue("retries", "2");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionIsAskedForTheOpeningOfStreams(ClientKind kind) {
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> exchange.send(ObservedCalls.STREAM))) {
			ObservedCalls.stream(kind, server.baseUrl(),
					(builder) -> builder.observationRegistry(this.registry).observationConvention(new Tenants()));
		}
		ObservedCalls.observed(this.registry, "shop.tinyfish")
			.hasLowCardinalityKeyValue("operation", "agent.stream")
			.hasLowCardinalityKeyValue("kind", "submission");
	}

	@Test
	void aDerivedClientKeepsTheConvention() {
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN);
				TinyFishClient client = Samples.client(server.baseUrl())
					.observationRegistry(this.registry)
					.observationConvention(new Tenants())
					.build();
				TinyFishClient derived = client.mutate().apiKey(Samples.KEY).build();
				TinyFishClient undone = client.mutate().observationConvention(null).build()) {
			derived.runs().get("run-1");
			ObservedCalls.assertNoneObserved(this.registry, ObservedCalls.CALLS);
			undone.runs().get("run-1");
		}
		ObservedCalls.observed(this.registry, "shop.tinyfish").hasLowCardinalityKeyValue("tenant", "acme");
		ObservedCalls.observed(this.registry, ObservedCalls.CALLS).doesNotHaveLowCardinalityKeyValueWithKey("tenant");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionOfTheRegistryCountsWhereTheClientHasNone(ClientKind kind) {
		this.registry.observationConfig().observationConvention(new GlobalTenants());
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN)) {
			ObservedCalls.get(kind, server.baseUrl(), ObservedCalls.recording(this.registry));
		}
		ObservedCalls.observed(this.registry, "shop.tinyfish").hasLowCardinalityKeyValue("tenant", "acme");
	}

	@ParameterizedTest
	@EnumSource
	void aConventionForSomeCallsLeavesTheOthersToTheDefault(ClientKind kind) {
		TinyFishCallObservationConvention submissions = new DefaultTinyFishCallObservationConvention("submissions") {
			@Override
			public boolean supportsContext(Observation.Context context) {
				return context instanceof TinyFishCallObservationContext call && call.isSubmission();
			}
		};
		Consumer<TinyFishClient.Builder> settings = (builder) -> builder.observationRegistry(this.registry)
			.observationConvention(submissions);
		try (ScriptedServer server = ObservedCalls.answering(200, Samples.RUN)) {
			ObservedCalls.get(kind, server.baseUrl(), settings);
			ObservedCalls.run(kind, server.baseUrl(), settings);
		}
		ObservedCalls.observed(this.registry, ObservedCalls.CALLS).hasLowCardinalityKeyValue("operation", "runs.get");
		ObservedCalls.observed(this.registry, "submissions").hasLowCardinalityKeyValue("operation", "agent.run");
	}

	/**
	 * A convention as an application writes it.
	 */
	private static class Tenants extends DefaultTinyFishCallObservationConvention {

		Tenants() {
			super("shop.tinyfish");
		}

		@Override
		public String getContextualName(TinyFishCallObservationContext context) {
			return context.getOperation() + " for acme";
		}

		@Override
		public KeyValues getLowCardinalityKeyValues(TinyFishCallObservationContext context) {
			return super.getLowCardinalityKeyValues(context).and("tenant", "acme", "kind",
					context.isSubmission() ? "submission" : "read");
		}

		@Override
		public KeyValues getHighCardinalityKeyValues(TinyFishCallObservationContext context) {
			return super.getHighCardinalityKeyValues(context).and("retries", String.valueOf(context.getRetries()));
		}

	}

	private static final class GlobalTenants extends Tenants
			implements GlobalObservationConvention<TinyFishCallObservationContext> {

	}

}
