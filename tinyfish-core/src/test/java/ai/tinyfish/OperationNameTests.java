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

package ai.tinyfish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.OpenRun;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.server.ScriptedServer;
import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * That an operation has one name for interceptors, observations, exceptions and
 * operators, and on the pages.
 */
@BothClients(always = true)
class OperationNameTests {

	@Parameter
	ClientKind kind;

	private final Set<String> names = ConcurrentHashMap.newKeySet();

	private final OpenRuns registry = OpenRuns.unlimited();

	@ParameterizedTest
	@EnumSource(names = { "RUN", "STREAM", "START", "QUEUE", "QUEUEALL" })
	void interceptorsObservationsExceptionsAndOperatorsHaveTheSame(Operation operation) {
		try (ScriptedServer server = new ScriptedServer(
				(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
				TinyFishClient client = this.kind.client(server.baseUrl())
					.openRuns(this.registry)
					.runInterceptor(interceptor())
					.observationRegistry(observations())
					.build()) {
			assertThat(catchThrowable(() -> operation.call(client)))
				.hasMessageStartingWith(operation.method() + " was");
		}
		assertThat(this.names).containsExactly(operation.method());
	}

	@Test
	void aTableHasAllOfSubmissions() throws IOException {
		String page = Files.readString(Path.of("../docs/interceptors.md"));
		String section = page.substring(page.indexOf("## Names of operations"), page.indexOf("## Rules"));
		assertThat(Pattern.compile("(?m)^\\| `(\\w+\\.\\w+)` \\|")
			.matcher(section)
			.results()
			.map((row) -> row.group(1))
			.toList())
			.containsExactlyInAnyOrderElementsOf(Stream
				.concat(Stream.of(Operation.values()).filter(Operation::startsRun).map(Operation::method),
						Stream.of("runs.await", "durable.submit", "durable.resubmit"))
				.toList());
	}

	private TinyFishRunInterceptor interceptor() {
		return new TinyFishRunInterceptor() {

			@Override
			public AgentRequest beforeRun(RunSubmission submission) {
				OperationNameTests.this.names.add(submission.operation());
				return submission.request();
			}

		};
	}

	private static String operation(Observation.Context context) {
		KeyValue operation = context.getLowCardinalityKeyValue("operation");
		return (operation != null) ? operation.getValue() : "no operation of " + context.getName();
	}

	/**
	 * An open run is looked at when its call begins.
	 */
	private ObservationRegistry observations() {
		ObservationRegistry observations = ObservationRegistry.create();
		observations.observationConfig().observationHandler(new ObservationHandler<>() {

			@Override
			public void onStart(Observation.Context context) {
				if ("tinyfish.client.calls".equals(context.getName())) {
					List<OpenRun> open = OperationNameTests.this.registry.list();
					OperationNameTests.this.names.add(open.isEmpty() ? "no open run" : open.get(0).operation());
				}
			}

			@Override
			public void onStop(Observation.Context context) {
				if (Set.of("tinyfish.client.calls", "tinyfish.run").contains(context.getName())) {
					OperationNameTests.this.names.add(OperationNameTests.operation(context));
				}
			}

			@Override
			public boolean supportsContext(Observation.Context context) {
				return true;
			}

		});
		return observations;
	}

}
