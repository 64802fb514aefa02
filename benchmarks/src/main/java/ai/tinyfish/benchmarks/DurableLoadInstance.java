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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.IntStream;

import ai.tinyfish.durable.DurableRunFinishedEvent;
import ai.tinyfish.durable.DurableRuns;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Instance of an application with durable runs, in its own process. Each line of its
 * input is a number of runs to submit; it ends with its input.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class DurableLoadInstance {

	private static final String NAME = "benchmark.instance";

	private final JdbcClient jdbc;

	private final String name;

	DurableLoadInstance(JdbcClient jdbc, Environment environment) {
		this.jdbc = jdbc;
		this.name = environment.getRequiredProperty(NAME);
	}

	public static void main(String[] args) throws IOException {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(DurableLoadInstance.class)
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=warn",
					// ignored: the instance was killed
					"logging.level.com.github.kagkarlsson.scheduler=error", NAME + "=" + args[0],
					"tinyfish.base-url=" + args[1], "tinyfish.api-key=" + args[2], "spring.datasource.url=" + args[3],
					"spring.datasource.hikari.maximum-pool-size=10", "tinyfish.durable.interval=" + args[4],
					"tinyfish.durable.initialize-schema=never")
			.run();
				BufferedReader commands = new BufferedReader(
						new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			DurableRuns runs = context.getBean(DurableRuns.class);
			Processes.report("started", 1);
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				long begin = System.nanoTime();
				runs.submitAll(
						IntStream.range(0, Integer.parseInt(line)).mapToObj(DurableLoadService::request).toList());
				Processes.report("seconds", (System.nanoTime() - begin) / 1e9);
			}
		}
	}

	@EventListener
	void on(DurableRunFinishedEvent event) {
		DurableLoadDatabase.received(this.jdbc, new DurableLoadDatabase.Handover(event.getDurableId(),
				Objects.requireNonNull(event.getRun().runId()), event.getRun().statusText(), this.name));
	}

}
