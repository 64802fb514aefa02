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
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SocketApi;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Contexts beside each other, and one below the other, in one JVM.
 */
class SeveralContextsTests {

	private static final AgentRequest REQUEST = AgentRequest.of("https://shop.example/", "Find the price");

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final ApplicationContextRunner plain = new ApplicationContextRunner()
		.withInitializer(SystemEnvironment.empty())
		.withBean(RunEvents.class);

	private SocketApi one;

	private SocketApi two;

	@BeforeEach
	void startApis() {
		this.one = new SocketApi();
		this.two = new SocketApi();
	}

	@AfterEach
	void stopApis() {
		this.one.close();
		this.two.close();
	}

	@Test
	void contextsBesideEachOtherHaveTheirOwnKeyConnectionsAndEvents() {
		tinyFish("sk-one", this.one).run((first) -> {
			tinyFish("sk-two", this.two).run((second) -> {
				use(first, "first");
				use(second, "second");
				assertThat(first.getBean(RunEvents.class).awaitEndedTags(2)).containsOnly("first");
				assertThat(second.getBean(RunEvents.class).awaitEndedTags(2)).containsOnly("second");
				assertThat(this.one.keys()).hasSize(4).containsOnly("sk-one");
				assertThat(this.two.keys()).hasSize(4).containsOnly("sk-two");
			});
			use(first, "later");
			assertThat(first.getBean(RunEvents.class).awaitEndedTags(4)).containsOnly("first", "later");
			assertThat(this.one.keys()).hasSize(8).containsOnly("sk-one");
			assertThat(this.two.keys()).hasSize(4);
		});
	}

	@Test
	void childUsesTheClientOfItsParent() {
		tinyFish("sk-parent", this.one).run((parent) -> {
			this.plain.withParent(parent).run((child) -> use(child, "child"));
			use(parent, "parent");
			assertThat(parent.getBean(RunEvents.class).awaitEndedTags(4)).containsExactlyInAnyOrder("child", "child",
					"parent", "parent");
			assertThat(this.one.keys()).containsOnly("sk-parent");
		});
	}

	@Test
	void childThatIsConfiguredAsWellUsesTheClientOfItsParent() {
		tinyFish("sk-parent", this.one).run((parent) -> {
			tinyFish("sk-child", this.two).withParent(parent).run((child) -> {
				assertThat(child).hasNotFailed().hasSingleBean(TinyFishClient.class);
				assertThat(child.getBean(TinyFishClient.class)).isSameAs(parent.getBean(TinyFishClient.class));
				assertThat(child.getBean(ReactiveTinyFishClient.class))
					.isSameAs(parent.getBean(ReactiveTinyFishClient.class));
				use(child, "child");
			});
			use(parent, "parent");
			assertThat(parent.getBean(RunEvents.class).awaitEndedTags(4)).containsExactlyInAnyOrder("child", "child",
					"parent", "parent");
			assertThat(this.one.keys()).containsOnly("sk-parent");
			assertThat(this.two.accepted()).isZero();
		});
	}

	@Test
	void eventsOfAChildsClientReachItsParentAsOtherEventsDo() {
		this.plain.run((parent) -> {
			TinyFishClient[] client = new TinyFishClient[1];
			tinyFish("sk-child", this.two).withParent(parent).run((child) -> {
				client[0] = child.getBean(TinyFishClient.class);
				use(child, "child");
				assertThat(child.getBean(RunEvents.class).awaitEndedTags(2)).containsExactly("child", "child");
			});
			assertThat(parent.getBean(RunEvents.class).awaitEndedTags(2)).containsExactly("child", "child");
			assertThat(parent).doesNotHaveBean(TinyFishClient.class);
			assertThatIllegalStateException().isThrownBy(() -> client[0].runs().get(SocketApi.RUN_ID));
		});
	}

	private ApplicationContextRunner tinyFish(String key, SocketApi api) {
		return this.plain
			.withConfiguration(
					AutoConfigurations.of(TinyFishAutoConfiguration.class, TinyFishSimulatorAutoConfiguration.class))
			.withPropertyValues("tinyfish.api-key=" + key, "tinyfish.base-url=" + api.baseUrl(),
					"tinyfish.run.read-outcome=false");
	}

	private static void use(ApplicationContext context, String tag) {
		TinyFishClient blocking = context.getBean(TinyFishClient.class);
		ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
		assertThat(blocking.runs().get(SocketApi.RUN_ID)).isNotNull();
		assertThat(blocking.agent().stream(REQUEST.withTag(tag)).await().isCompleted()).isTrue();
		assertThat(reactive.runs().get(SocketApi.RUN_ID).block(PATIENCE)).isNotNull();
		assertThat(reactive.agent().run(REQUEST.withTag(tag)).block(PATIENCE).isCompleted()).isTrue();
	}

}
