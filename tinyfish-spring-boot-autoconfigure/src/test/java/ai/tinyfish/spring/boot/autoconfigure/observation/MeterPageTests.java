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

package ai.tinyfish.spring.boot.autoconfigure.observation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Holds the table of meters in {@code docs/observability.md} to the meters of an
 * application that uses everything.
 */
class MeterPageTests {

	private static final Path PAGE = Path.of("..", "docs", "observability.md");

	private static final Pattern ROW = Pattern.compile("\\| `(tinyfish\\.[a-z.]+)` \\| ([a-z ]+) \\| ([^|]*) ?\\|.*");

	private static final Pattern QUOTED = Pattern.compile("`([^`]+)`(:?)");

	private static TinyFishSimulator simulator;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void useEverything() throws Exception {
		simulator = TinyFishSimulator.builder()
			.pace(Duration.ofMillis(5))
			.given("endless", Scenario.builder().steps("Waiting").neverEnds().build())
			.start();
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.initializers(SystemEnvironment.empty())
			.run("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
					"--tinyfish.base-url=" + simulator.baseUrl(), "--tinyfish.api-key=" + simulator.apiKey(),
					"--tinyfish.webhook.enabled=true", "--tinyfish.webhook.secret=s3cret-s3cret-s3cret",
					"--tinyfish.run.max-in-flight=1", "--tinyfish.run.shutdown-timeout=0s",
					"--tinyfish.budget.runs-per-day=100", "--tinyfish.budget.steps-per-day=10000",
					"--tinyfish.budget.cost-per-day=100", "--tinyfish.retry.delay=1ms",
					"--spring.reactor.netty.shutdown-quiet-period=0s");
		TinyFishClient client = context.getBean(TinyFishClient.class);
		RunHandle first = client.agent().start(request("endless"));
		RunHandle second = client.agent().start(request("Read the price"));
		String runId = first.started().get(30, TimeUnit.SECONDS);
		simulator.fault(FaultPoint.getRun(), Fault.badGateway(), 1);
		client.runs().get(runId);
		first.cancel();
		second.await(Duration.ofSeconds(30));
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(meters().find("tinyfish.run").timers()).hasSize(2));
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(meters().find("tinyfish.run.cost").summaries()).isNotEmpty());
	}

	@AfterAll
	static void stop() {
		context.close();
		simulator.close();
	}

	@Test
	void pageHasEachMeterWithItsTypeAndTags() throws IOException {
		Map<String, String> documented = new TreeMap<>();
		for (Row row : rows()) {
			documented.put(row.name(), row.type() + " " + row.tags().keySet());
		}
		Map<String, String> existing = new TreeMap<>();
		for (Meter meter : meters().getMeters()) {
			if (meter.getId().getName().startsWith("tinyfish.")) {
				existing.put(meter.getId().getName(), type(meter) + " " + values(meter).keySet());
			}
		}
		assertThat(documented).hasSizeGreaterThan(10).isEqualTo(existing);
	}

	@Test
	void pageHasEachValueOfATagThatHasFew() throws IOException {
		for (Row row : rows()) {
			Collection<Meter> meters = meters().find(row.name()).meters();
			row.tags().forEach((tag, documented) -> {
				Set<String> existing = meters.stream()
					.map((meter) -> values(meter).get(tag))
					.collect(Collectors.toCollection(TreeSet::new));
				if (!documented.isEmpty()) {
					assertThat(documented).as(row.name() + " " + tag).isEqualTo(existing);
				}
			});
		}
	}

	@Test
	void noValueOfATagIsOfOneRun() {
		assertThat(meters().getMeters()).filteredOn((meter) -> meter.getId().getName().startsWith("tinyfish."))
			.allSatisfy((meter) -> assertThat(values(meter).values())
				.allSatisfy((value) -> assertThat(value).matches("[A-Za-z._]+|[0-9]{3}")));
	}

	private static List<Row> rows() throws IOException {
		return Files.readAllLines(PAGE)
			.stream()
			.map(ROW::matcher)
			.filter((matcher) -> matcher.matches())
			.map((matcher) -> new Row(matcher.group(1), matcher.group(2), tags(matcher.group(3))))
			.toList();
	}

	/**
	 * Read the tags: after a colon come the values of the tag before it.
	 */
	private static Map<String, Set<String>> tags(String cell) {
		Map<String, Set<String>> tags = new TreeMap<>();
		Set<String> values = null;
		for (MatchResult quoted : QUOTED.matcher(cell).results().toList()) {
			boolean hasValues = !quoted.group(2).isEmpty();
			if (values != null && !hasValues) {
				values.add(quoted.group(1));
				continue;
			}
			values = hasValues ? new TreeSet<>() : null;
			tags.put(quoted.group(1), hasValues ? values : Set.of());
		}
		return tags;
	}

	private static String type(Meter meter) {
		return meter.getId().getType().name().toLowerCase(Locale.ROOT).replace('_', ' ');
	}

	private static Map<String, String> values(Meter meter) {
		return new TreeMap<>(meter.getId().getTags().stream().collect(Collectors.toMap(Tag::getKey, Tag::getValue)));
	}

	private static MeterRegistry meters() {
		return context.getBean(MeterRegistry.class);
	}

	private static AgentRequest request(String goal) {
		return AgentRequest.of("https://shop.example/", goal);
	}

	/**
	 * Row of the table.
	 *
	 * @param name the name of the meter
	 * @param type its type
	 * @param tags the values of its tags, none where another table has them
	 */
	private record Row(String name, String type, Map<String, Set<String>> tags) {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
