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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.simulator.SimulatedRun;
import ai.tinyfish.simulator.SimulatorJournal;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.simulator.TinyFishSimulatorBuilder;
import ai.tinyfish.spring.test.internal.SpringTests;
import ai.tinyfish.support.RunControl;
import ai.tinyfish.support.TestResettable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * JUnit extension that ends the runs of the application and resets the simulator and the
 * budget before each test, fails strict tests with runs that no scenario fits, and
 * injects the simulator. The simulator is a bean of the application context. Without a
 * context, it belongs to the outermost annotated class.
 */
final class SimulatorExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, ParameterResolver {

	private static final Logger logger = LoggerFactory.getLogger(SimulatorExtension.class);

	private static final String STRICT = "tinyfish.simulator.strict";

	/** Maximum wait for runs that the reset of the simulator does not end. */
	private static final Duration PATIENCE = Duration.ofMillis(500);

	private static final Namespace NAMESPACE = Namespace.create(TinyFishSimulator.class);

	@Override
	public void beforeAll(ExtensionContext context) {
		if (!SpringTests.isSpringTest(context.getRequiredTestClass())) {
			ownSimulator(context);
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		TinyFishSimulator simulator = simulatorOf(context);
		if (SpringTests.isSpringTest(context.getRequiredTestClass())) {
			reset(simulator, SpringExtension.getApplicationContext(context));
		}
		else {
			simulator.reset();
		}
		context.getStore(NAMESPACE).put(OfTest.class, new OfTest(simulator));
	}

	/**
	 * Reset the simulator and the counts of the application once its runs have ended. A
	 * run of the previous test that is still being submitted would otherwise belong to
	 * the next one.
	 */
	private static void reset(TinyFishSimulator simulator, ApplicationContext application) {
		List<RunControl> openRuns = application.getBeanProvider(OpenRuns.class)
			.stream()
			.map(RunControl.class::cast)
			.toList();
		try {
			// from now on nothing is sent, and open calls end with the simulated runs
			CompletableFuture<?>[] stops = openRuns.stream()
				.map((runs) -> runs.stop(PATIENCE))
				.toArray(CompletableFuture[]::new);
			List<String> earlierRuns = new ArrayList<>(runsOf(simulator));
			simulator.reset();
			CompletableFuture.allOf(stops).join();
			earlierRuns.addAll(runsOf(simulator));
			simulator.reset();
			application.getBeanProvider(TestResettable.class).stream().forEach(TestResettable::reset);
			application.getBean(RunEventRecorder.class).clearAfter(earlierRuns);
		}
		finally {
			openRuns.forEach(RunControl::resume);
		}
	}

	private static List<String> runsOf(TinyFishSimulator simulator) {
		return simulator.journal().runs().stream().map(SimulatedRun::id).toList();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		// not a bean of the application context, which may already be closed
		OfTest test = context.getStore(NAMESPACE).get(OfTest.class, OfTest.class);
		if (test == null) {
			return;
		}
		SimulatorJournal journal = test.simulator().journal();
		boolean strict = test.simulator().isStrict();
		List<String> unused = journal.unused().stream().filter((each) -> !each.startsWith("recording of ")).toList();
		if (strict && !unused.isEmpty()) {
			logger.info("No run of {} used the scenarios for {}", context.getDisplayName(), String.join(", ", unused));
		}
		if (!journal.unmatched().isEmpty()) {
			throw new AssertionError(
					"The simulator is strict, and refused " + journal.unmatched().size() + " run(s):\n  "
							+ String.join("\n  ", journal.unmatched()).replace("<the test>", testName(context)));
		}
		List<String> open = strict ? openBrowsers(test.simulator()) : List.of();
		if (!open.isEmpty()) {
			throw new AssertionError("The simulator is strict, and the test has left " + open.size()
					+ " browser session(s) open: " + String.join(", ", open));
		}
	}

	/**
	 * Return the name with which a build runs the test, which is not that of an inner
	 * class.
	 */
	private static String testName(ExtensionContext context) {
		return context.getRequiredTestInstances().getAllInstances().get(0).getClass().getSimpleName();
	}

	/**
	 * Return the browser sessions that are open, also a moment later: after a cancel they
	 * are ended in the background.
	 */
	private static List<String> openBrowsers(TinyFishSimulator simulator) {
		long until = System.nanoTime() + PATIENCE.toNanos();
		List<String> open = simulator.journal().openBrowsers();
		while (!open.isEmpty() && System.nanoTime() < until) {
			LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
			open = simulator.journal().openBrowsers();
		}
		return open;
	}

	@Override
	public boolean supportsParameter(ParameterContext parameterContext, ExtensionContext context) {
		// JUnit allows one resolver only
		return parameterContext.getParameter().getType() == TinyFishSimulator.class
				&& !(SpringTests.isSpringTest(context.getRequiredTestClass())
						&& new SpringExtension().supportsParameter(parameterContext, context));
	}

	@Override
	public Object resolveParameter(ParameterContext parameterContext, ExtensionContext context) {
		return simulatorOf(context);
	}

	private static TinyFishSimulator simulatorOf(ExtensionContext context) {
		if (!SpringTests.isSpringTest(context.getRequiredTestClass())) {
			return ownSimulator(context);
		}
		TinyFishSimulator simulator = SpringExtension.getApplicationContext(context)
			.getBeanProvider(TinyFishSimulator.class)
			.getIfAvailable();
		if (simulator == null) {
			throw new IllegalStateException("There is no TinyFishSimulator in the application context:"
					+ " tinyfish.enabled is false, or the application has a TinyFishConnectionDetails bean of its own");
		}
		return simulator;
	}

	/**
	 * Return the simulator of a class without an application context. JUnit closes it
	 * after the tests of the class that first requested it.
	 */
	private static TinyFishSimulator ownSimulator(ExtensionContext context) {
		return context.getStore(NAMESPACE)
			.computeIfAbsent(TinyFishSimulator.class, (key) -> start(context), TinyFishSimulator.class);
	}

	private static TinyFishSimulator start(ExtensionContext context) {
		TinyFishSimulatorBuilder builder = TinyFishSimulator.builder();
		if (context.getConfigurationParameter(STRICT).map(Boolean::parseBoolean).orElse(false)) {
			builder.strict();
		}
		SimulatorSettings settings = SimulatorSettings.of(context.getRequiredTestClass());
		if (settings != null) {
			settings.customize(builder);
		}
		return builder.start();
	}

	/**
	 * The simulator of a test. JUnit would close a simulator that is stored itself.
	 *
	 * @param simulator the simulator
	 */
	private record OfTest(TinyFishSimulator simulator) {
	}

}
