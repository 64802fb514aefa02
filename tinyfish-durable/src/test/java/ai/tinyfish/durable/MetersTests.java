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

package ai.tinyfish.durable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunApproval.Decision;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.durable.testing.Listeners;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.actuate.TinyFishEndpointContributor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The meters of durable runs.
 */
class MetersTests {

	private static final String URL = "https://shop.example/";

	@Test
	void allIsMeasuredThatThePageNames() throws IOException {
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ZERO).start();
				Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator,
						List.of(Listeners.class, SimpleMeterRegistry.class, Observations.class, Approval.class),
						"tinyfish.durable.max-handovers=2")) {
			SimpleMeterRegistry registry = instance.bean(SimpleMeterRegistry.class);
			simulator.given("neverEnds", Scenario.builder().neverEnds().build());
			simulator.given("lost", Scenario.builder().unknownAtFirst(4).build());
			instance.bean(Listeners.class).onFinished((event) -> {
				if ("parked".equals(event.getTag())) {
					throw new IllegalStateException("thrown on purpose");
				}
			});
			List<String> running = instance.runs()
				.submitAll(IntStream.range(0, 110).mapToObj((i) -> AgentRequest.of(URL, "neverEnds " + i)).toList())
				.stream()
				.map(DurableRun::id)
				.toList();
			await().atMost(Instance.SOON)
				.until(() -> running.stream().allMatch((id) -> instance.state(id) == DurableRunState.RUNNING));
			simulator.fault(FaultPoint.listRuns(), Fault.refusal(403, "FORBIDDEN", "Not for this key"));
			simulator.fault(FaultPoint.runAsync(), Fault.disconnect(), 1);
			instance.awaitUncertain(submit(instance, "uncertain"));
			instance.await(submit(instance, "lost"), DurableRunState.LOST);
			submit(instance, "held");
			String done = submit(instance, "done");
			instance.await(done, DurableRunState.DONE);
			instance.await(submit(instance, "parked"), DurableRunState.PARKED);
			instance.runs().cancel(running.get(0));
			instance.await(running.get(0), DurableRunState.DONE);
			// after the commit
			await().atMost(Instance.SOON).until(() -> counter(registry, "undecided", "state", "parked") == 1);
			await().atMost(Instance.SOON)
				.until(() -> registry.get("tinyfish.durable.handover.delay").timer().count() == 2);
			assertThat(counter(registry, "handovers", "result", "delivered")).isEqualTo(2);
			assertThat(registry.get("tinyfish.run.steps").tag("status", "COMPLETED").summary().count()).isOne();
			assertThat(registry.get("tinyfish.run.steps").tag("status", "CANCELLED").summary().count()).isOne();
			assertThat(counter(registry, "undecided", "state", "uncertain")).isEqualTo(1);
			assertThat(counter(registry, "undecided", "state", "lost")).isEqualTo(1);
			assertThat(counter(registry, "handovers", "result", "retry")).isEqualTo(1);
			assertThat(counter(registry, "handovers", "result", "parked")).isEqualTo(1);
			// two batches, four runs
			assertThat(counter(registry, "calls", "operation", "agent.queueAll")).isEqualTo(2);
			assertThat(counter(registry, "calls", "operation", "agent.queue")).isEqualTo(4);
			// between two sweeps
			await().atMost(Instance.SOON)
				.until(() -> counter(registry, "calls", "operation", "runs.getAll") == simulator.journal()
					.requests("POST /v1/runs/batch"));
			// again, if a sweep has read the run before it was cancelled
			assertThat(counter(registry, "calls", "operation", "runs.cancel")).isPositive();
			// read once for all gauges
			assertThat(gauge(registry, "running")).isEqualTo(109);
			assertThat(gauge(registry, "held")).isEqualTo(1);
			assertThat(gauge(registry, "uncertain")).isEqualTo(1);
			assertThat(gauge(registry, "lost")).isEqualTo(1);
			assertThat(gauge(registry, "parked")).isEqualTo(1);
			assertThat(gauge(registry, "accepted")).isZero();
			assertThat(instance.bean("tinyFishDurableRunCounts", TinyFishEndpointContributor.class).details())
				.isEqualTo(Map.of("HELD", 1L, "RUNNING", 109L, "UNCERTAIN", 1L, "LOST", 1L, "PARKED", 1L));
			assertThat(registry.get("tinyfish.durable.oldest").timeGauge().value()).isPositive();
			for (String state : List.of("held", "uncertain", "parked")) {
				assertThat(registry.get("tinyfish.durable.oldest.undecided").tag("state", state).timeGauge().value())
					.isPositive();
			}
			assertThat(registry.get("tinyfish.durable.sweep").timer().count()).isPositive();
			assertThat(registry.get("tinyfish.durable.step").tag("step", "submit").timer().count())
				.isGreaterThanOrEqualTo(5);
			assertThat(registry.getMeters()
				.stream()
				.map(Meter::getId)
				.map(Meter.Id::getName)
				.filter((name) -> name.startsWith("tinyfish.durable."))
				.distinct()).containsExactlyInAnyOrderElementsOf(documented());
		}
	}

	private static List<String> documented() throws IOException {
		String page = Files.readString(Path.of("../docs/durable-operating.md"));
		return Pattern.compile("(?m)^\\| `(tinyfish\\.durable\\.[a-z.]+)` \\| (gauge|counter|timer|summary):")
			.matcher(page.substring(page.indexOf("## Meters")))
			.results()
			.map((match) -> match.group(1))
			.toList();
	}

	private static String submit(Instance instance, String name) {
		return instance.runs().submit(AgentRequest.of(URL, name).withTag(name)).id();
	}

	private static double counter(SimpleMeterRegistry registry, String name, String tag, String value) {
		Counter counter = registry.find("tinyfish.durable." + name).tag(tag, value).counter();
		return (counter != null) ? counter.count() : 0;
	}

	private static double gauge(SimpleMeterRegistry registry, String state) {
		return registry.get("tinyfish.durable.runs").tag("state", state).gauge().value();
	}

	@Configuration(proxyBeanMethods = false)
	static class Observations {

		@Bean
		ObservationRegistry observationRegistry(SimpleMeterRegistry registry) {
			ObservationRegistry observations = ObservationRegistry.create();
			observations.observationConfig()
				.observationHandler(new DefaultMeterObservationHandler(registry, IgnoredMeters.LONG_TASK_TIMER));
			return observations;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Approval {

		@Bean
		DurableRunApproval approval() {
			return (submission) -> submission.request().goal().equals("held") ? Decision.ASK : Decision.RUN;
		}

	}

}
