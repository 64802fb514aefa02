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

package ai.tinyfish.spring.test.cassette;

import java.util.Objects;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.internal.SpringTests;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * JUnit extension that gives the cassette to the simulator of a class without an
 * application context, and waits for the runs that are being recorded. The extension of
 * the simulator comes first before each test, and last after it.
 */
final class CassetteExtension implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback {

	private static final Namespace NAMESPACE = Namespace.create(CassetteExtension.class);

	@Override
	public void beforeAll(ExtensionContext context) {
		if (!SpringTests.isSpringTest(context.getRequiredTestClass())) {
			beforeEach(context);
		}
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		Store store = context.getStore(NAMESPACE);
		if (SpringTests.isSpringTest(context.getRequiredTestClass())) {
			ApplicationContext application = SpringExtension.getApplicationContext(context);
			store.put(OfTest.class, new OfTest(application.getBean(TinyFishSimulator.class),
					application.getBean(CassetteCustomizer.class)));
		}
		else {
			TinyFishSimulator simulator = ownSimulator(context);
			CassetteCustomizer cassette = ownCassette(context, simulator);
			cassette.applyTo(simulator);
			store.put(OfTest.class, new OfTest(simulator, cassette));
		}
	}

	@Override
	public void afterEach(ExtensionContext context) {
		// not beans of the application context, which may already be closed
		OfTest test = context.getStore(NAMESPACE).get(OfTest.class, OfTest.class);
		if (test != null) {
			test.cassette().await();
			if (test.simulator().isStrict()) {
				UnusedRecordings.of(context, nameOf(context)).retain(test.simulator().journal().unused());
			}
		}
	}

	private static String nameOf(ExtensionContext context) {
		return Objects
			.requireNonNull(TestContextAnnotationUtils.findMergedAnnotation(context.getRequiredTestClass(),
					TinyFishCassette.class))
			.value();
	}

	private static TinyFishSimulator ownSimulator(ExtensionContext context) {
		return Objects.requireNonNull(context.getStore(Namespace.create(TinyFishSimulator.class))
			.get(TinyFishSimulator.class, TinyFishSimulator.class));
	}

	private static CassetteCustomizer ownCassette(ExtensionContext context, TinyFishSimulator simulator) {
		String name = nameOf(context);
		return context.getStore(NAMESPACE)
			.computeIfAbsent(name, (key) -> CassetteCustomizer.withoutApplication(name, simulator),
					CassetteCustomizer.class);
	}

	/**
	 * The cassette of a test. JUnit would close one that is stored itself.
	 *
	 * @param simulator the simulator
	 * @param cassette the cassette
	 */
	private record OfTest(TinyFishSimulator simulator, CassetteCustomizer cassette) {
	}

}
