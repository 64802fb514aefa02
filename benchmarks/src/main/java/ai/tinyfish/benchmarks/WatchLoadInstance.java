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
import java.util.List;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.watch.Change;
import ai.tinyfish.durable.watch.Watch;
import ai.tinyfish.durable.watch.WatchChangedEvent;
import ai.tinyfish.durable.watch.Watches;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Instance of an application with watches, in its own process. A line of its input is a
 * number of watches to save, and the seconds over which their slots are spread, and after
 * which each comes again; it ends with its input.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
class WatchLoadInstance {

	static final String GOAL = "List the teas of shop ";

	private static final int MINUTE = 60;

	private final JdbcClient jdbc;

	WatchLoadInstance(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	public static void main(String[] args) throws IOException {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(WatchLoadInstance.class)
			.web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", "logging.level.root=error", "tinyfish.base-url=" + args[0],
					"tinyfish.api-key=" + args[1], "spring.datasource.url=" + args[2],
					"spring.datasource.hikari.maximum-pool-size=10", "tinyfish.durable.interval=5s",
					"tinyfish.durable.initialize-schema=never", "tinyfish.durable.max-results=1000")
			.run();
				BufferedReader commands = new BufferedReader(
						new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			Processes.report("started", 1);
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				long begin = System.nanoTime();
				String[] numbers = line.split(" ");
				save(context, Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
				Processes.report("seconds", (System.nanoTime() - begin) / 1e9);
			}
		}
	}

	private static void save(ConfigurableApplicationContext context, int number, int spread) {
		Watches watches = context.getBean(Watches.class);
		TransactionTemplate transaction = new TransactionTemplate(context.getBean(PlatformTransactionManager.class));
		transaction.executeWithoutResult((status) -> {
			for (int i = 0; i < number; i++) {
				int second = (int) ((long) i * spread / number);
				AgentRequest request = AgentRequest.of("https://shop.example/" + i, GOAL + i)
					.withOutputType(new ParameterizedTypeReference<List<Tea>>() {
					});
				String minutes = second / MINUTE + "/" + spread / MINUTE;
				watches.save(Watch.of("shop-" + i, request)
					.cron((second % MINUTE) + " " + minutes + " * * * *")
					.key("sku")
					.confirm(1));
			}
		});
	}

	@EventListener
	void on(WatchChangedEvent event) {
		for (Change<Tea> change : event.changed(Tea.class)) {
			WatchLoadDatabase.received(this.jdbc, event.watchId(), change.before().price(), change.after().price());
		}
	}

	record Tea(String sku, int price) {

	}

}
