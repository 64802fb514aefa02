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

package ai.tinyfish.spring.relay.autoconfigure;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.relay.RelayEvents;
import ai.tinyfish.spring.relay.RelayFactory;
import ai.tinyfish.spring.relay.RelayProperties;
import ai.tinyfish.spring.relay.RelayRequest;
import ai.tinyfish.spring.relay.RelaySizes;
import ai.tinyfish.spring.relay.RunEventEmitters;
import ai.tinyfish.spring.relay.RunEventRelay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class TinyFishRelayAutoConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(TinyFishAutoConfiguration.class,
			TinyFishRelayAutoConfiguration.class);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("tinyfish.api-key=sk-property");

	private final WebApplicationContextRunner webContextRunner = new WebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues("tinyfish.api-key=sk-property");

	@Test
	void relayIsNotCreatedUnlessItIsInjected() {
		this.webContextRunner.run((context) -> {
			context.publishEvent(RelayEvents.started("run-1"));
			context.stop();
			context.start();
			assertThat(context.getBeanFactory().containsSingleton("tinyFishRunEventRelay")).isFalse();
			assertThat(context.getBeanFactory().containsSingleton("tinyFishRunEventEmitters")).isFalse();
			assertThat(context).hasSingleBean(RunEventRelay.class).hasSingleBean(RunEventEmitters.class);
		});
	}

	@Test
	void injectedRelayStoresEventsFromTheStart() {
		this.contextRunner.withBean(NeedsRelay.class).run((context) -> {
			context.publishEvent(RelayEvents.finished("run-1"));
			assertThat(context.getBean(NeedsRelay.class).relay.events(RelayRequest.of("run-1")).blockFirst().id())
				.endsWith("-1");
		});
	}

	@Test
	void failingListenerDoesNotKeepEventsFromTheRelay() {
		this.contextRunner.withBean(Thrower.class).withBean(NeedsRelay.class).run((context) -> {
			assertThatIllegalStateException().isThrownBy(() -> context.publishEvent(RelayEvents.finished("run-1")));
			assertThat(context.getBean(NeedsRelay.class).relay.events(RelayRequest.of("run-1")).blockFirst().id())
				.endsWith("-1");
		});
	}

	@Test
	void destroyedRelayStoresNothing() {
		this.contextRunner.withBean(NeedsRelay.class).run((context) -> {
			RunEventRelay relay = context.getBean(NeedsRelay.class).relay;
			context.publishEvent(RelayEvents.started("run-1"));
			((DefaultListableBeanFactory) context.getBeanFactory()).destroySingleton("tinyFishRunEventRelay");
			context.publishEvent(RelayEvents.started("run-2"));
			assertThat(RelaySizes.runs(relay)).isOne();
		});
	}

	@Test
	void relayBacksOff() {
		RunEventRelay own = (request) -> Flux.empty();
		this.webContextRunner.withBean("own", RunEventRelay.class, () -> own)
			.run((context) -> assertThat(context).hasSingleBean(RunEventRelay.class)
				.getBean(RunEventRelay.class)
				.isSameAs(own));
	}

	@Test
	void emittersBackOff() {
		RunEventEmitters own = new RelayFactory(RelayProperties.of(), JsonMapper.shared())
			.emitters((request) -> Flux.empty());
		this.webContextRunner.withBean("own", RunEventEmitters.class, () -> own)
			.run((context) -> assertThat(context).hasSingleBean(RunEventEmitters.class)
				.getBean(RunEventEmitters.class)
				.isSameAs(own));
	}

	@Test
	void unusedEmitterWatchesNothing() {
		this.webContextRunner.withBean(NeedsRelay.class).run((context) -> {
			context.publishEvent(RelayEvents.started("run-1"));
			assertThat(context.getBean(RunEventEmitters.class).emitter(RelayRequest.of("run-1")).getTimeout()).isZero();
			assertThat(RelaySizes.watches(context.getBean(RunEventRelay.class))).isZero();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "org.springframework.web.servlet", "org.springframework.web.servlet,jakarta.servlet" })
	void relayDoesNotNeedSpringMvc(String packages) {
		this.contextRunner.withClassLoader(new FilteredClassLoader(packages.split(",")))
			.withBean(NeedsRelay.class)
			.run((context) -> {
				context.publishEvent(RelayEvents.finished("run-1"));
				assertThat(context).doesNotHaveBean(RunEventEmitters.class);
				assertThat(context.getBean(RunEventRelay.class).events(RelayRequest.of("run-1")).blockFirst().id())
					.endsWith("-1");
			});
	}

	@Test
	void emittersAreForServletApplicationsOnly() {
		new ReactiveWebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues("tinyfish.api-key=sk-property")
			.run((context) -> assertThat(context).hasSingleBean(RunEventRelay.class)
				.doesNotHaveBean(RunEventEmitters.class));
		this.webContextRunner.withClassLoader(new FilteredClassLoader(SseEmitter.class))
			.run((context) -> assertThat(context).hasSingleBean(RunEventRelay.class)
				.doesNotHaveBean(RunEventEmitters.class));
	}

	@ParameterizedTest
	@ValueSource(strings = { "max-runs", "max-events-per-run", "max-size", "max-streams", "max-streams-per-run",
			"retention", "heartbeat", "write-timeout" })
	void limitsArePositive(String name) {
		this.contextRunner.withPropertyValues("tinyfish.relay." + name + "=0")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessage("tinyfish.relay." + name + " must be positive"));
	}

	@Test
	void relayIsDisabledWithTinyFish() {
		this.webContextRunner.withPropertyValues("tinyfish.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(RunEventRelay.class)
				.doesNotHaveBean(RunEventEmitters.class));
	}

	static class NeedsRelay {

		private final RunEventRelay relay;

		NeedsRelay(RunEventRelay relay) {
			this.relay = relay;
		}

	}

	static class Thrower {

		@EventListener
		@Order(-1)
		void on(TinyFishRunEvent event) {
			throw new IllegalStateException("This listener always fails");
		}

	}

}
