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

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SocketApi;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both clients work where what they could use is missing. That nothing links to it is
 * shown by {@link WebApplicationTypeTests}, on class paths that really lack it.
 */
@ExtendWith(OutputCaptureExtension.class)
class MissingClassesTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String ALL = "org.springframework.boot.http,org.springframework.boot.restclient,"
			+ "org.springframework.boot.webclient,org.springframework.boot.micrometer,org.springframework.boot.actuate,"
			+ "org.springframework.boot.health,org.springframework.boot.jackson,org.springframework.boot.webflux,"
			+ "org.springframework.boot.webmvc,org.springframework.boot.reactor,org.springframework.web.servlet,"
			+ "jakarta.servlet,reactor.netty.http.server,io.micrometer.core,ai.tinyfish.simulator";

	@AutoClose
	private static final SocketApi api = new SocketApi();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withBean(RunEvents.class)
		.withPropertyValues("tinyfish.base-url=" + api.baseUrl(), "tinyfish.api-key=sk-property");

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.boot.webflux", "reactor.netty.http.server",
			"org.springframework.web.reactive.config,org.springframework.web.reactive.result",
			"jakarta.servlet,org.springframework.web.servlet", "io.micrometer.core",
			"org.springframework.boot.micrometer.observation", "org.springframework.boot.micrometer.metrics",
			"org.springframework.boot.actuate,org.springframework.boot.health", "org.springframework.boot.restclient",
			"org.springframework.boot.webclient", "org.springframework.boot.http", "org.springframework.boot.jackson",
			"io.netty.channel.epoll", "ai.tinyfish.simulator", ALL })
	void clientsWorkWithout(String packages, CapturedOutput output) {
		this.contextRunner.withClassLoader(new FilteredClassLoader(packages.split(","))).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(TinyFishClient.class);
			TinyFishClient blocking = context.getBean(TinyFishClient.class);
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			assertThat(blocking.runs().get(SocketApi.RUN_ID).statusText()).isEqualTo("RUNNING");
			assertThat(blocking.agent().stream(REQUEST.withTag("blocking")).await().isCompleted()).isTrue();
			assertThat(reactive.runs().get(SocketApi.RUN_ID).block(PATIENCE).statusText()).isEqualTo("RUNNING");
			assertThat(reactive.agent().stream(REQUEST.withTag("reactive")).collectList().block(PATIENCE)).hasSize(2);
			assertThat(context.getBean(RunEvents.class).awaitEndedTags(2)).containsExactlyInAnyOrder("blocking",
					"reactive");
		});
		assertThat(output).doesNotContain("WARN", "ERROR");
	}

	@Test
	void clientsWorkWithoutSslBundles() {
		this.contextRunner.run((context) -> {
			assertThat(context).doesNotHaveBean(SslBundles.class);
			assertThat(context.getBean(TinyFishClient.class).runs().get(SocketApi.RUN_ID)).isNotNull();
		});
	}

	@Test
	void missingHttpSettingsLeaveTheClientsDefaults() {
		this.contextRunner.withClassLoader(new FilteredClassLoader("org.springframework.boot.http"))
			.run((context) -> assertThat(context).doesNotHaveBean(HttpDefaults.class));
	}

}
