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

package ai.tinyfish.spring.boot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishApiKeyMissingException;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SocketApi;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.system.JavaVersion;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.core.task.VirtualThreadTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Settings of the whole application that change how its beans live and run.
 */
class ApplicationSettingsTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@AutoClose
	private final SocketApi api = new SocketApi();

	@Test
	void clientsAreCreatedAtTheirFirstUseWhereBeansAreLazy() {
		try (ConfigurableApplicationContext context = start("--spring.main.lazy-initialization=true",
				"--tinyfish.api-key=sk-property")) {
			assertThat(context.getBeanFactory().getSingletonNames())
				.noneMatch((name) -> name.matches("tinyFish.*Client.*"));
			assertThat(context.getBean(TinyFishClient.class).agent().stream(REQUEST.withTag("blocking")).await())
				.isNotNull();
			assertThat(context.getBean(ReactiveTinyFishClient.class)
				.agent()
				.run(REQUEST.withTag("reactive"))
				.block(PATIENCE)).isNotNull();
			assertThat(context.getBean(RunEvents.class).awaitEndedTags(2)).containsExactlyInAnyOrder("blocking",
					"reactive");
		}
	}

	@Test
	void missingKeyIsFoundAtTheFirstUseWhereBeansAreLazy() {
		try (ConfigurableApplicationContext context = start("--spring.main.lazy-initialization=true")) {
			for (Class<?> type : List.of(TinyFishClient.class, ReactiveTinyFishClient.class)) {
				assertThatException().isThrownBy(() -> context.getBean(type))
					.havingRootCause()
					.isInstanceOf(TinyFishApiKeyMissingException.class);
			}
		}
	}

	/**
	 * Before Java 21 the property is accepted and changes nothing.
	 */
	@Test
	void clientsWorkOnVirtualThreads() throws Exception {
		try (ConfigurableApplicationContext context = start("--spring.threads.virtual.enabled=true",
				"--tinyfish.api-key=sk-property")) {
			AsyncTaskExecutor executor = context.getBean("applicationTaskExecutor", AsyncTaskExecutor.class);
			boolean virtual = executor instanceof SimpleAsyncTaskExecutor
					|| executor instanceof VirtualThreadTaskExecutor;
			assertThat(virtual).isEqualTo(JavaVersion.getJavaVersion().isEqualOrNewerThan(JavaVersion.TWENTY_ONE));
			TinyFishClient blocking = context.getBean(TinyFishClient.class);
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			List<Callable<Boolean>> uses = List.of(() -> blocking.agent().run(REQUEST.withTag("run")).isCompleted(),
					() -> blocking.agent().stream(REQUEST.withTag("stream")).await().isCompleted(),
					() -> blocking.agent().start(REQUEST.withTag("start")).await().isCompleted(),
					() -> reactive.agent().run(REQUEST.withTag("reactive")).block(PATIENCE).isCompleted(),
					() -> reactive.agent()
						.start(REQUEST.withTag("reactive start"))
						.flatMap(ReactiveRunHandle::result)
						.block(PATIENCE)
						.isCompleted());
			for (Callable<Boolean> use : uses) {
				assertThat(executor.submit(use).get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			assertThat(context.getBean(RunEvents.class).awaitEndedTags(5)).containsExactlyInAnyOrder("run", "stream",
					"start", "reactive", "reactive start");
		}
	}

	private ConfigurableApplicationContext start(String... arguments) {
		return new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.initializers(SystemEnvironment.empty())
			.properties("tinyfish.base-url=" + this.api.baseUrl(), "spring.reactor.netty.shutdown-quiet-period=0s")
			.run(arguments);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(RunEvents.class)
	static class Application {

	}

}
