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

package ai.tinyfish.spring.boot.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;

/**
 * An application that uses both clients, says what it is and lets its main thread end. It
 * runs on class paths of all kinds, without any test library.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ProcessApplication {

	static final String FACT = "FACT ";

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	public static void main(String[] args) throws Exception {
		SpringApplication application = new SpringApplication(ProcessApplication.class);
		ConfigurableApplicationContext context = application.run(args);
		fact("type", application.getWebApplicationType());
		fact("threadsBefore", threads());
		fact("ports", listeningPorts());
		fact("webhooks", context.containsBean("tinyFishWebhookRouterFunction")
				? context.getType("tinyFishWebhookRouterFunction").getName().replaceAll(".*\\.web\\.(\\w+)\\..*", "$1")
				: "none");
		TinyFishClient blocking = context.getBean(TinyFishClient.class);
		ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
		fact("blockingCall", blocking.runs().get(SocketApi.RUN_ID).statusText());
		fact("blockingStream", blocking.agent().stream(REQUEST).await().statusText());
		fact("reactiveCall", reactive.runs().get(SocketApi.RUN_ID).block(PATIENCE).statusText());
		fact("reactiveStream", reactive.agent().stream(REQUEST).count().block(PATIENCE));
		fact("bothEndingsHeard", context.getBean(Endings.class).await());
		blocking.agent()
			.start(AgentRequest.of("https://shop.example/", SocketApi.ENDLESS))
			.started()
			.get(30, TimeUnit.SECONDS);
		fact("threads", threads());
		if (context.getEnvironment().getProperty("exit", Boolean.class, false)) {
			System.exit(SpringApplication.exit(context));
		}
	}

	@Bean
	Endings endings() {
		return new Endings();
	}

	private static void fact(String name, Object value) {
		System.out.println(FACT + name + "=" + value);
	}

	/**
	 * Threads of HTTP clients, with whether they are daemons.
	 */
	private static Map<String, Boolean> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().matches(".*(tinyfish|reactor|parallel|elastic|HttpClient).*"))
			.collect(Collectors.toMap(Thread::getName, Thread::isDaemon, (one, other) -> one && other));
	}

	/**
	 * How many ports this process listens on; "unknown" where the system does not say it.
	 */
	private static String listeningPorts() throws IOException {
		Path descriptors = Path.of("/proc/self/fd");
		if (!Files.isDirectory(descriptors)) {
			return "unknown";
		}
		Set<String> own;
		try (Stream<Path> files = Files.list(descriptors)) {
			own = files.map(ProcessApplication::target)
				.filter((target) -> target.startsWith("socket:["))
				.map((target) -> target.substring("socket:[".length(), target.length() - 1))
				.collect(Collectors.toSet());
		}
		long count = 0;
		for (String table : List.of("/proc/self/net/tcp", "/proc/self/net/tcp6")) {
			if (Files.isReadable(Path.of(table))) {
				count += Files.readAllLines(Path.of(table))
					.stream()
					.map((line) -> line.strip().split("\\s+"))
					.filter((columns) -> columns[3].equals("0A") && own.contains(columns[9]))
					.count();
			}
		}
		return String.valueOf(count);
	}

	private static String target(Path link) {
		try {
			return Files.readSymbolicLink(link).toString();
		}
		catch (IOException ex) {
			return "closed";
		}
	}

	/**
	 * Hears of the endings of runs.
	 */
	static final class Endings {

		private final CountDownLatch expected = new CountDownLatch(2);

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			this.expected.countDown();
		}

		boolean await() throws InterruptedException {
			return this.expected.await(30, TimeUnit.SECONDS);
		}

	}

}
