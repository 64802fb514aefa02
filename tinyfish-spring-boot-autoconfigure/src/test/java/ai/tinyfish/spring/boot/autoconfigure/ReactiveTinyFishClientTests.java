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
import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.error.TinyFishServerException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.spring.boot.TinyFishWebClientCustomizer;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.NewThreads;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SocketApi;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

class ReactiveTinyFishClientTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@AutoClose
	private static final WireMockApi api = new WireMockApi();

	private final ApplicationContextRunner contextRunner = BootContexts.onlyTinyFish()
		.withPropertyValues("tinyfish.base-url=" + api.baseUrl());

	private final ApplicationContextRunner keyRunner = this.contextRunner
		.withPropertyValues("tinyfish.api-key=sk-property");

	@BeforeEach
	void resetApi() {
		api.reset();
	}

	@Test
	void oneClientIsThere() {
		this.keyRunner.run((context) -> {
			assertThat(context).hasSingleBean(ReactiveTinyFishClient.class)
				.hasBean("tinyFishReactiveClient")
				.hasSingleBean(ReactiveTinyFishClient.Builder.class)
				.hasBean("tinyFishReactiveClientBuilder");
			get(context.getBean(ReactiveTinyFishClient.class));
			assertThat(api.apiKeys()).containsExactly("sk-property");
		});
	}

	@Test
	void clientIsNotThereWhenDisabled() {
		this.keyRunner.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(ReactiveTinyFishClient.class)
				.doesNotHaveBean(ReactiveTinyFishClient.Builder.class));
	}

	@Test
	void clientIsCreatedWhenItIsAskedFor() {
		this.keyRunner.run((context) -> {
			assertThat(context.getBeanFactory().containsSingleton("tinyFishClient")).isTrue();
			assertThat(context.getBeanFactory().containsSingleton("tinyFishReactiveClient")).isFalse();
			ReactiveTinyFishClient client = context.getBean(ReactiveTinyFishClient.class);
			assertThat(context.getBeanFactory().getSingleton("tinyFishReactiveClient")).isSameAs(client);
		});
	}

	@Test
	void clientOfTheApplicationIsKept() {
		ReactiveTinyFishClient own = ReactiveTinyFishClient.builder().apiKey("sk-own").build();
		this.keyRunner.withBean("own", ReactiveTinyFishClient.class, () -> own)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(TinyFishClient.class)
				.getBean(ReactiveTinyFishClient.class)
				.isSameAs(own));
	}

	@Test
	void applicationsClientOfOneKindLeavesTheOtherKindThere() {
		this.keyRunner.withBean("own", TinyFishClient.class, () -> TinyFishClient.builder().apiKey("sk-own").build())
			.run((context) -> {
				get(context.getBean(ReactiveTinyFishClient.class));
				assertThat(api.apiKeys()).containsExactly("sk-property");
			});
	}

	@Test
	void builderOfTheApplicationIsUsed() {
		this.keyRunner
			.withBean(ReactiveTinyFishClient.Builder.class,
					() -> ReactiveTinyFishClient.builder().apiKey("sk-own-builder").baseUrl(api.baseUrl()))
			.run((context) -> {
				get(context.getBean(ReactiveTinyFishClient.class));
				assertThat(api.apiKeys()).containsExactly("sk-own-builder");
			});
	}

	@Test
	void everyoneGetsABuilderOfHisOwn() {
		this.keyRunner.run((context) -> {
			ReactiveTinyFishClient.Builder builder = context.getBean(ReactiveTinyFishClient.Builder.class);
			assertThat(builder).isNotSameAs(context.getBean(ReactiveTinyFishClient.Builder.class));
			try (ReactiveTinyFishClient other = builder.apiKey("sk-other").build()) {
				get(other);
			}
			get(context.getBean(ReactiveTinyFishClient.class));
			assertThat(api.apiKeys()).containsExactly("sk-other", "sk-property");
		});
	}

	@Test
	void keyGivenToABuilderGoesBeforeTheProviderOfTheApplication() {
		this.contextRunner.withBean(TinyFishApiKeyProvider.class, () -> () -> "sk-provided").run((context) -> {
			try (ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.Builder.class)
				.apiKey("sk-reactive")
				.build();
					TinyFishClient blocking = context.getBean(TinyFishClient.Builder.class)
						.apiKey("sk-blocking")
						.build()) {
				get(reactive);
				blocking.runs().get(WireMockApi.RUN_ID);
			}
			get(context.getBean(ReactiveTinyFishClient.class));
			assertThat(api.apiKeys()).containsExactly("sk-reactive", "sk-blocking", "sk-provided");
		});
	}

	@Test
	void clientIsClosedWithTheContext() {
		List<ReactiveTinyFishClient> clients = new ArrayList<>();
		this.keyRunner.run((context) -> clients.add(context.getBean(ReactiveTinyFishClient.class)));
		assertThatIllegalStateException().isThrownBy(() -> get(clients.get(0))).withMessageContaining("closed");
		assertThat(api.requests()).isEmpty();
	}

	@Test
	void connectionDetailsGoBeforeProperties() {
		this.keyRunner.withPropertyValues("tinyfish.base-url=http://127.0.0.1:1", "tinyfish.retry.max-retries=0")
			.withBean(TinyFishConnectionDetails.class, () -> new TinyFishConnectionDetails() {

				@Override
				public String getApiKey() {
					return "sk-details";
				}

				@Override
				public String getBaseUrl() {
					return api.baseUrl();
				}

			})
			.run((context) -> {
				get(context.getBean(ReactiveTinyFishClient.class));
				assertThat(api.apiKeys()).containsExactly("sk-details");
			});
	}

	@Test
	void apiKeyProviderGoesBeforeAllAndIsAskedForEachSubscription() {
		List<String> keys = new ArrayList<>(List.of("sk-first", "sk-second"));
		this.keyRunner.withBean(TinyFishApiKeyProvider.class, () -> () -> keys.remove(0)).run((context) -> {
			Mono<?> run = context.getBean(ReactiveTinyFishClient.class).runs().get(WireMockApi.RUN_ID);
			run.block(PATIENCE);
			run.block(PATIENCE);
			assertThat(api.apiKeys()).containsExactly("sk-first", "sk-second");
		});
	}

	@Test
	void propertiesReachTheBuildersOfBothClientsAlike() {
		this.keyRunner
			.withPropertyValues("tinyfish.base-url=https://proxy.example/tinyfish", "tinyfish.timeout=61s",
					"tinyfish.connect-timeout=3s", "tinyfish.http-proxy.host=proxy.example",
					"tinyfish.http-proxy.port=3128", "tinyfish.stream.max-open=7", "tinyfish.stream.idle-timeout=45s",
					"tinyfish.stream.max-event-size=2MB", "tinyfish.run.timeout=2h", "tinyfish.retry.max-retries=4")
			.run((context) -> assertThat(BuilderSettings.ofReactive(context))
				.containsAllEntriesOf(BuilderSettings.ofBlocking(context))
				.containsEntry("timeout", Duration.ofSeconds(61))
				.containsEntry("maxOpenStreams", 7)
				.containsEntry("maxEventSize", 2 * 1024 * 1024));
	}

	@Test
	void timeoutsAndRetriesHold() {
		ApplicationContextRunner runner = this.keyRunner.withPropertyValues("tinyfish.retry.delay=1ms",
				"tinyfish.retry.jitter=0");
		api.delay(20_000);
		runner.withPropertyValues("tinyfish.timeout=200ms", "tinyfish.retry.max-retries=0")
			.run((context) -> assertThatExceptionOfType(TinyFishTimeoutException.class)
				.isThrownBy(() -> get(context.getBean(ReactiveTinyFishClient.class))));
		// the other one may note the request later than it was given up
		try (WireMockApi busy = new WireMockApi().reset().alwaysUnavailable()) {
			runner.withPropertyValues("tinyfish.base-url=" + busy.baseUrl(), "tinyfish.retry.max-retries=3")
				.run((context) -> assertThatExceptionOfType(TinyFishServerException.class)
					.isThrownBy(() -> get(context.getBean(ReactiveTinyFishClient.class))));
			assertThat(busy.requests()).hasSize(4);
		}
	}

	@Test
	void integrationTagComesFromTheEnvironment() {
		this.keyRunner.withInitializer(SystemEnvironment.of("TF_API_INTEGRATION", "my-platform")).run((context) -> {
			context.getBean(ReactiveTinyFishClient.class).agent().run(REQUEST).block(PATIENCE);
			assertThat(api.submittedBody()).contains("\"api_integration\":\"my-platform\"");
		});
	}

	@Test
	void customizersHaveTheLastWord() {
		this.keyRunner
			.withBean(TinyFishWebClientCustomizer.class,
					() -> (builder) -> builder.defaultHeader("X-Customized", "yes"))
			.run((context) -> {
				get(context.getBean(ReactiveTinyFishClient.class));
				assertThat(api.requests().get(0).getHeader("X-Customized")).isEqualTo("yes");
			});
	}

	@Test
	void eventsAreOfOneRunEachAndPublishedOnce() {
		try (SocketApi socketApi = new SocketApi()) {
			this.keyRunner.withPropertyValues("tinyfish.base-url=" + socketApi.baseUrl())
				.withBean(RunEvents.class)
				.run((context) -> {
					ReactiveTinyFishClient client = context.getBean(ReactiveTinyFishClient.class);
					assertThat(client.agent().stream(REQUEST.withTag("stream")).collectList().block(PATIENCE)).last()
						.isInstanceOf(CompleteEvent.class);
					client.agent().run(REQUEST.withTag("run")).block(PATIENCE);
					// a repeated event would have come before the last one
					context.getBean(TinyFishClient.class).agent().run(REQUEST.withTag("last"));
					RunEvents events = context.getBean(RunEvents.class);
					await().untilAsserted(() -> assertThat(events.endedTags()).contains("stream", "run", "last"));
					assertThat(events.endedTags()).containsExactlyInAnyOrder("stream", "run", "last");
					assertThat(events.all).filteredOn((event) -> "stream".equals(event.getTag()))
						.extracting(TinyFishRunEvent::getClass)
						.asInstanceOf(InstanceOfAssertFactories.LIST)
						.containsExactly(TinyFishRunStartedEvent.class, TinyFishRunFinishedEvent.class);
				});
		}
	}

	@Test
	void applicationCanUseTheReactiveClientAlone() {
		try (SocketApi socketApi = new SocketApi()) {
			NewThreads threads = NewThreads.since();
			this.keyRunner.withPropertyValues("tinyfish.base-url=" + socketApi.baseUrl())
				.withBean(ReactiveService.class)
				.run((context) -> {
					assertThat(socketApi.accepted()).isZero();
					assertThat(context.getBean(ReactiveService.class).statuses().block(PATIENCE))
						.containsExactly("COMPLETED", "RUNNING");
					assertThat(socketApi.open()).isPositive();
				});
			await().untilAsserted(() -> {
				assertThat(socketApi.open()).isZero();
				assertThat(threads.ofConnections()).isEmpty();
			});
		}
	}

	private static void get(ReactiveTinyFishClient client) {
		assertThat(client.runs().get(WireMockApi.RUN_ID).block(PATIENCE)).isNotNull();
	}

	static final class ReactiveService {

		private final ReactiveTinyFishClient client;

		ReactiveService(ReactiveTinyFishClient client) {
			this.client = client;
		}

		Mono<List<String>> statuses() {
			return this.client.agent()
				.run(REQUEST)
				.map((run) -> run.status().name())
				.concatWith(this.client.runs().get(SocketApi.RUN_ID).map((run) -> run.status().name()))
				.collectList();
		}

	}

}
