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

package ai.tinyfish.spring.test;

import java.time.Duration;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.ApplicationEventMulticaster;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Listeners that throw are named by the recorder.
 */
@SpringBootTest(webEnvironment = WebEnvironment.NONE)
@AutoConfigureTinyFishSimulator
class FailingListenerTests {

	private static final String LISTENER = Listeners.class.getName() + ".on(";

	@Autowired
	TinyFishClient client;

	@Autowired
	RunEventRecorder recorder;

	@Test
	void listenerThatThrewIsNamedWithItsException() {
		this.client.agent().start(SimulatorInContextTests.REQUEST.withTag("broken"));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.recorder.await(TinyFishRunFinishedEvent.class))
			.withMessageStartingWith(
					"Expected a TinyFishRunFinishedEvent that listeners accept. The listener " + LISTENER)
			.withMessageContaining(
					"threw java.lang.UnsupportedOperationException: no price on TinyFishRunFinishedEvent[")
			.withCauseExactlyInstanceOf(UnsupportedOperationException.class);
		assertThat(this.recorder.events(TinyFishRunFinishedEvent.class)).singleElement()
			.matches((event) -> "broken".equals(event.getTag()));
		assertThat(this.recorder.events(TinyFishRunStartedEvent.class)).hasSize(1);
	}

	@Test
	void listenerThatIsNotAMethodIsNamedByItsClass() {
		this.client.agent().start(SimulatorInContextTests.REQUEST.withTag("broken"));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.recorder.await(TinyFishRunProgressEvent.class))
			.withMessageContaining("The listener " + Steps.class.getName() + " threw java.lang.IllegalStateException");
	}

	@Test
	void failureOnAnotherRunIsNotThatOfTheAwaitedOne() {
		this.client.agent().start(SimulatorInContextTests.REQUEST.withTag("broken")).await();
		this.client.agent().start(SimulatorInContextTests.REQUEST.withTag("sound"));
		this.recorder.await(TinyFishRunFinishedEvent.class, (event) -> "sound".equals(event.getTag()));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.recorder.await(TinyFishRunFinishedEvent.class,
					(event) -> "never".equals(event.getTag()), Duration.ofMillis(1)))
			.withMessageContaining("within 1 ms, but recorded were: [")
			.withMessageContaining("The listener " + LISTENER);
	}

	@Test
	void failuresAreForgottenWithTheEvents() {
		this.client.agent().start(SimulatorInContextTests.REQUEST.withTag("broken"));
		assertThatExceptionOfType(AssertionError.class)
			.isThrownBy(() -> this.recorder.await(TinyFishRunFinishedEvent.class));
		this.recorder.clear();
		this.client.agent().start(SimulatorInContextTests.REQUEST.withTag("sound"));
		assertThat(this.recorder.await(TinyFishRunFinishedEvent.class).getTag()).isEqualTo("sound");
	}

	@Test
	void multicasterOfTheApplicationStays() {
		Launch.classes(false, OwnMulticaster.class);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Listeners {

		@EventListener
		void on(TinyFishRunFinishedEvent event) {
			if ("broken".equals(event.getTag())) {
				throw new UnsupportedOperationException("no price");
			}
		}

		@Bean
		Steps steps() {
			return new Steps();
		}

	}

	static class Steps implements ApplicationListener<TinyFishRunProgressEvent> {

		@Override
		public void onApplicationEvent(TinyFishRunProgressEvent event) {
			if ("broken".equals(event.getTag())) {
				throw new IllegalStateException();
			}
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator
	static class OwnMulticaster {

		@Test
		void eventsAreRecorded(@Autowired TinyFishClient client, @Autowired RunEventRecorder recorder,
				@Autowired ApplicationEventMulticaster multicaster) {
			client.agent().start(SimulatorInContextTests.REQUEST);
			recorder.await(TinyFishRunFinishedEvent.class);
			assertThat(multicaster).isExactlyInstanceOf(SimpleApplicationEventMulticaster.class);
		}

		@TestConfiguration(proxyBeanMethods = false)
		static class Multicaster {

			@Bean
			static SimpleApplicationEventMulticaster applicationEventMulticaster() {
				return new SimpleApplicationEventMulticaster();
			}

		}

	}

}
