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

package ai.tinyfish.spring.ai.tools;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import ai.tinyfish.simulator.TinyFishSimulator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.execution.ToolExecutionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Tools on a simulator, whose journal lists the paid runs.
 */
public final class ToolFixture implements AutoCloseable {

	static final String URL = "https://shop.example/";

	private static final JsonMapper MAPPER = JsonMapper.builder().build();

	final TinyFishSimulator simulator = TinyFishSimulator.builder().anyApiKey().pace(Duration.ofMillis(1)).start();

	final List<String> progress = new CopyOnWriteArrayList<>();

	final OpenRuns registry = OpenRuns.unlimited();

	private TinyFishClient client = client((builder) -> builder);

	Duration runTimeout = Duration.ofMinutes(3);

	List<String> allowedHosts = List.of("shop.example", "*.shop.example");

	TinyFishClient client(UnaryOperator<TinyFishClient.Builder> customizer) {
		this.client = customizer
			.apply(TinyFishClient.builder()
				.baseUrl(this.simulator.baseUrl())
				.apiKey(this.simulator.apiKey())
				.openRuns(this.registry)
				.maxRetries(0)
				.pollInterval(Duration.ofMillis(10)))
			.build();
		return this.client;
	}

	TinyFishTools tools() {
		return TinyFishTools.builder(() -> this.client, this.registry, WebAgents.builder().client(this.client).build())
			.allowedHosts("tinyfish.tools.allowed-hosts", this.allowedHosts)
			.progressListeners(() -> Stream.of((context, run, event) -> this.progress
				.add(context.getContext().getOrDefault("user", "unknown") + ": " + event.purpose())))
			.runTimeout(this.runTimeout)
			.build();
	}

	/**
	 * Return the context of a new conversation.
	 */
	ToolContext conversation() {
		Map<String, Object> context = new HashMap<>(TinyFishRunsAdvisor.maxRuns(3).toolContext(null));
		context.put("user", "ann");
		return new ToolContext(context);
	}

	static JsonNode answer(ToolCallback tool, Map<String, ?> arguments, ToolContext context) {
		return MAPPER.readTree(tool.call(MAPPER.writeValueAsString(arguments), context));
	}

	/**
	 * Return the text that the model is given for a failure.
	 */
	public static String failure(ToolCallback tool, Map<String, ?> arguments, ToolContext context) {
		return failure(tool, MAPPER.writeValueAsString(arguments), context);
	}

	static String failure(ToolCallback tool, String input, ToolContext context) {
		Throwable thrown = catchThrowable(() -> tool.call(input, context));
		assertThat(thrown).isInstanceOf(ToolExecutionException.class).hasCauseInstanceOf(RuntimeException.class);
		return thrown.getMessage();
	}

	static Map<String, String> order(String goal) {
		return Map.of("url", URL, "goal", goal);
	}

	long paid() {
		return this.simulator.journal().runsCreated();
	}

	@Override
	public void close() {
		this.client.close();
		this.simulator.close();
	}

}
