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

package ai.tinyfish.project;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRunState;
import ai.tinyfish.durable.DurableRuns;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.Scenario;
import ai.tinyfish.simulator.TinyFishSimulator;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Traces and metrics with Spring Boot's starter for OpenTelemetry: from the request of a
 * controller to the outcome of a durable run in another instance. Writes the picture of
 * the page with {@code -Dtinyfish.docs.update=true}.
 */
@Tag("slow")
class OpenTelemetryTests {

	private static final Duration SOON = Duration.ofSeconds(30);

	private static final InMemorySpanExporter EXPORTER = InMemorySpanExporter.create();

	@Test
	void oneTraceLeadsFromARequestToTheOutcomeInAnotherInstance() throws IOException {
		List<SpanData> spans;
		try (TinyFishSimulator simulator = TinyFishSimulator.builder().pace(Duration.ofMillis(40)).start()) {
			simulator.given("in stock", Scenario.builder().endsAfter(Duration.ofSeconds(3)).build());
			simulator.fault(FaultPoint.answerOf("GET /v1/runs/{id}"), Fault.refusal(503, "SERVICE_BUSY", "Busy"), 1);
			String durableId;
			try (ConfigurableApplicationContext first = start(simulator, "shop-1")) {
				durableId = order(first);
				await().atMost(SOON)
					.until(() -> first.getBean(DurableRuns.class).find(durableId).state() == DurableRunState.RUNNING);
				assertMetricsHaveExemplars(first);
			}
			try (ConfigurableApplicationContext second = start(simulator, "shop-2")) {
				await().atMost(SOON)
					.until(() -> second.getBean(DurableRuns.class).find(durableId).state() == DurableRunState.DONE);
				spans = spans(second);
			}
		}
		Map<String, SpanData> byName = spans.stream()
			.collect(Collectors.toMap(SpanData::getName, Function.identity(), (one, other) -> one));
		SpanData request = byName.get("http post /orders");
		assertParent(byName, "tinyfish run", "http post /orders");
		assertParent(byName, "tinyfish agent.run", "tinyfish run");
		assertParent(byName, "tinyfish runs.get", "http post /orders");
		SpanData call = byName.get("tinyfish runs.get");
		assertThat(call.getEvents()).extracting((event) -> event.getName()).containsExactly("retry");
		assertThat(spans).filteredOn((span) -> span.getParentSpanId().equals(call.getSpanId())).hasSize(2);
		assertParent(byName, "tinyfish durable submit", "http post /orders");
		assertParent(byName, "tinyfish durable send", "tinyfish durable submit");
		assertParent(byName, "tinyfish agent.queue", "tinyfish durable send");
		assertParent(byName, "tinyfish durable handover", "tinyfish durable submit");
		assertParent(byName, "pack the order", "tinyfish durable handover");
		assertThat(byName.get("tinyfish durable submit").getKind()).isEqualTo(SpanKind.PRODUCER);
		SpanData handover = byName.get("tinyfish durable handover");
		assertThat(handover.getKind()).isEqualTo(SpanKind.CONSUMER);
		assertThat(instance(handover)).isEqualTo("shop-2");
		assertThat(instance(request)).isEqualTo("shop-1");
		if (Boolean.getBoolean("tinyfish.docs.update")) {
			Files.writeString(Documents.PAGES.resolve("images/trace.svg"), picture(spans));
		}
		assertThat(Files.readString(Documents.PAGES.resolve("images/trace.svg")))
			.contains(spans.stream().map((span) -> ">" + span.getName() + "<").toList());
	}

	private static ConfigurableApplicationContext start(TinyFishSimulator simulator, String instance) {
		return new SpringApplicationBuilder(Shop.class).web(WebApplicationType.SERVLET)
			.registerShutdownHook(false)
			.properties("server.port=0", "server.address=127.0.0.1", "tinyfish.base-url=" + simulator.baseUrl(),
					"tinyfish.api-key=" + simulator.apiKey(), "tinyfish.simulator.enabled=false",
					"tinyfish.durable.interval=100ms", "tinyfish.retry.delay=20ms", "tinyfish.run.read-outcome=false",
					"tinyfish.durable.initialize-schema=always",
					"spring.datasource.url=jdbc:h2:mem:telemetry;DB_CLOSE_DELAY=-1",
					"management.tracing.sampling.probability=1", "management.otlp.metrics.export.enabled=false",
					"management.opentelemetry.resource-attributes.service.instance.id=" + instance,
					"management.metrics.distribution.percentiles-histogram.tinyfish.run=true",
					// by default it reads standard input, by which Surefire says what to
					// run
					"spring.ai.mcp.server.enabled=false", "spring.main.banner-mode=off")
			.run();
	}

	private static String order(ConfigurableApplicationContext context) {
		String id = RestClient.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port"))
			.post()
			.uri("/orders")
			.retrieve()
			.body(String.class);
		assertThat(id).isNotNull();
		return id;
	}

	/**
	 * The spans of the trace, in the order of their start.
	 */
	private static List<SpanData> spans(ConfigurableApplicationContext context) {
		await().atMost(SOON).until(() -> {
			context.getBean(SdkTracerProvider.class).forceFlush().join(10, TimeUnit.SECONDS);
			return EXPORTER.getFinishedSpanItems()
				.stream()
				.anyMatch((span) -> span.getName().equals("tinyfish durable handover"));
		});
		List<SpanData> all = EXPORTER.getFinishedSpanItems();
		String trace = all.stream()
			.filter((span) -> span.getName().equals("http post /orders"))
			.map(SpanData::getTraceId)
			.findFirst()
			.orElseThrow();
		return all.stream()
			.filter((span) -> span.getTraceId().equals(trace))
			.sorted(Comparator.comparingLong(SpanData::getStartEpochNanos))
			.toList();
	}

	private static void assertParent(Map<String, SpanData> spans, String name, String parent) {
		assertThat(spans).containsKeys(name, parent);
		assertThat(spans.get(name).getParentSpanId()).as("parent of " + name).isEqualTo(spans.get(parent).getSpanId());
	}

	private static void assertMetricsHaveExemplars(ConfigurableApplicationContext context) {
		String metrics = context.getBean(PrometheusMeterRegistry.class)
			.scrape("application/openmetrics-text; version=1.0.0");
		assertThat(metrics.lines()).filteredOn((line) -> line.startsWith("tinyfish_run_seconds_bucket"))
			.anyMatch((line) -> line.matches(".* # \\{.*trace_id=\"[0-9a-f]{32}\".*"));
	}

	private static String instance(SpanData span) {
		return span.getResource()
			.getAttributes()
			.asMap()
			.entrySet()
			.stream()
			.filter((attribute) -> attribute.getKey().getKey().equals("service.instance.id"))
			.map((attribute) -> String.valueOf(attribute.getValue()))
			.findFirst()
			.orElseThrow();
	}

	/**
	 * Draw the spans below each other, each with a bar from its start to its end.
	 */
	private static String picture(List<SpanData> spans) {
		long start = spans.get(0).getStartEpochNanos();
		long end = spans.stream().mapToLong(SpanData::getEndEpochNanos).max().orElseThrow();
		List<String> rows = new ArrayList<>();
		draw(spans, spans.get(0), 0, start, (end - start) / 520.0, rows);
		return """
				<svg xmlns="http://www.w3.org/2000/svg" width="960" height="%d" font-family="sans-serif" font-size="13">
				<rect width="100%%" height="100%%" fill="#ffffff"/>
				%s
				</svg>
				""".formatted(rows.size() * 24 + 12, String.join("\n", rows));
	}

	private static void draw(List<SpanData> spans, SpanData span, int depth, long start, double scale,
			List<String> rows) {
		int y = rows.size() * 24 + 6;
		double left = 320 + (span.getStartEpochNanos() - start) / scale;
		double width = Math.max(2, (span.getEndEpochNanos() - span.getStartEpochNanos()) / scale);
		rows.add(String.format(Locale.ROOT,
				"<text x=\"%d\" y=\"%d\" fill=\"#222222\">%s</text>"
						+ "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/>"
						+ "<text x=\"%.1f\" y=\"%d\" fill=\"#555555\" font-size=\"11\">%s, %.0f ms</text>",
				8 + depth * 16, y + 13, span.getName(), left, y, width,
				instance(span).equals("shop-1") ? "#2f6fab" : "#c2641c", Math.min(left + width + 4, 850), y + 13,
				instance(span), (span.getEndEpochNanos() - span.getStartEpochNanos()) / 1e6));
		spans.stream()
			.filter((child) -> child.getParentSpanId().equals(span.getSpanId()))
			.forEach((child) -> draw(spans, child, depth + 1, start, scale, rows));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Shop {

		@Bean
		SpanExporter exporter() {
			return new KeptSpans();
		}

		@Bean
		Orders orders(TinyFishClient client, DurableRuns runs, ObservationRegistry observations) {
			return new Orders(client, runs, observations);
		}

	}

	/**
	 * The spans of both instances: those of the first one are kept when it closes.
	 */
	private static final class KeptSpans implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			return EXPORTER.export(spans);
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	@RestController
	static class Orders {

		private final TinyFishClient client;

		private final DurableRuns runs;

		private final ObservationRegistry observations;

		Orders(TinyFishClient client, DurableRuns runs, ObservationRegistry observations) {
			this.client = client;
			this.runs = runs;
			this.observations = observations;
		}

		@PostMapping("/orders")
		String order() {
			String url = "https://shop.example/";
			String runId = this.client.agent().run(AgentRequest.of(url, "What does it cost?")).runId();
			this.client.runs().get(runId);
			return this.runs.submit(AgentRequest.of(url, "Wait until it is in stock")).id();
		}

		@EventListener
		void on(DurableRunFinishedEvent event) {
			Observation.createNotStarted("pack the order", this.observations).observe(() -> event.getRun());
		}

	}

}
