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

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.ContextLoader;

import static ai.tinyfish.spring.test.TinyFishAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Classes that share a context, and one with another, run in parallel.
 */
class SharedContextTests {

	private static final Map<String, Set<TinyFishSimulator>> SIMULATORS = new ConcurrentHashMap<>();

	private static final Map<TinyFishSimulator, AtomicInteger> IN_USE = new ConcurrentHashMap<>();

	/** Counted down by tests of two contexts at once. */
	private static volatile CountDownLatch both = new CountDownLatch(2);

	@Test
	void classesOfOneContextTakeTurnsAndThoseOfOthersDoNotWait() {
		SIMULATORS.clear();
		both = new CountDownLatch(2);
		Launch.classes(true, One.class, Two.class, Other.class, PlainOne.class);
		assertThat(SIMULATORS.get("One")).hasSize(1).isEqualTo(SIMULATORS.get("Two"));
		assertThat(SIMULATORS.get("Other")).hasSize(1).isNotEqualTo(SIMULATORS.get("One"));
		assertThat(SIMULATORS.get("PlainOne")).hasSize(1);
		assertThat(SIMULATORS.get("PlainOne")).isNotEqualTo(SIMULATORS.get("One"));
	}

	/**
	 * The provider of locks is asked for classes whose context cannot be found.
	 */
	@Test
	void classWithoutAValidConfigurationHasALockOfItsOwn() {
		assertThat(new SimulatorLocks().provideForClass(Broken.class)).singleElement()
			.satisfies((lock) -> assertThat(lock.getKey()).contains("Broken"));
	}

	private static void use(Object test, TinyFishSimulator simulator) {
		SIMULATORS.computeIfAbsent(test.getClass().getSimpleName(), (key) -> ConcurrentHashMap.newKeySet())
			.add(simulator);
		assertThat(IN_USE.computeIfAbsent(simulator, (key) -> new AtomicInteger()).incrementAndGet()).isOne();
	}

	private static void free(TinyFishSimulator simulator) {
		IN_USE.get(simulator).decrementAndGet();
	}

	abstract static class AbstractShared {

		@Autowired
		TinyFishClient client;

		@BeforeEach
		void use(TinyFishSimulator simulator) {
			SharedContextTests.use(this, simulator);
		}

		@AfterEach
		void free(TinyFishSimulator simulator) {
			SharedContextTests.free(simulator);
		}

		@Test
		void first(TinyFishSimulator simulator) {
			run(simulator);
		}

		@Test
		void second(TinyFishSimulator simulator) {
			run(simulator);
		}

		@Test
		void third(TinyFishSimulator simulator) {
			run(simulator);
		}

		private void run(TinyFishSimulator simulator) {
			for (int i = 1; i <= 5; i++) {
				this.client.agent().run(SimulatorInContextTests.REQUEST);
				assertThat(simulator).hasStartedRuns(i);
			}
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator
	static class One extends AbstractShared {

		@Test
		void waitsForAnotherContext() throws InterruptedException {
			both.countDown();
			assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
		}

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE)
	@AutoConfigureTinyFishSimulator
	static class Two extends AbstractShared {

	}

	@SpringBootTest(webEnvironment = WebEnvironment.NONE, properties = "other=true")
	@AutoConfigureTinyFishSimulator
	static class Other extends AbstractShared {

		@Test
		void waitsForAnotherContext() throws InterruptedException {
			both.countDown();
			assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
		}

	}

	@AutoConfigureTinyFishSimulator
	static class PlainOne {

		@BeforeEach
		void use(TinyFishSimulator simulator) {
			SharedContextTests.use(this, simulator);
		}

		@AfterEach
		void free(TinyFishSimulator simulator) {
			SharedContextTests.free(simulator);
		}

		@Test
		void first(TinyFishSimulator simulator) {
			assertThat(simulator).hasStartedNoRuns();
		}

		@Test
		void second(TinyFishSimulator simulator) {
			assertThat(simulator).hasStartedNoRuns();
		}

	}

	@SpringBootTest
	@ContextConfiguration(loader = NoLoader.class)
	@AutoConfigureTinyFishSimulator
	static class Broken {

	}

	abstract static class NoLoader implements ContextLoader {

	}

}
