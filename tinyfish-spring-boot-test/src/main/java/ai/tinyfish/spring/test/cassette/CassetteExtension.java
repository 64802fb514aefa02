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
import java.util.Optional;

import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.test.internal.SpringTests;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

import org.springframework.context.ApplicationContext;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.junit.jupiter.SpringExtension;

/**
 * JUnit extension that gives the cassette of a test to the simulator, and waits for the
 * runs that are being recorded. The extension of the simulator comes first before each
 * test, and last after it.
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
		OfTest test = ofTest(context);
		test.cassette().applyTo(test.simulator(), test.name());
		context.getStore(NAMESPACE).put(OfTest.class, test);
	}

	private static OfTest ofTest(ExtensionContext context) {
		String name = nameOf(context);
		if (SpringTests.isSpringTest(context.getRequiredTestClass())) {
			ApplicationContext application = SpringExtension.getApplicationContext(context);
			return new OfTest(name, application.getBean(TinyFishSimulator.class),
					application.getBean(CassetteCustomizer.class));
		}
		TinyFishSimulator simulator = Objects.requireNonNull(context.getStore(Namespace.create(TinyFishSimulator.class))
			.get(TinyFishSimulator.class, TinyFishSimulator.class));
		return new OfTest(name, simulator,
				context.getStore(NAMESPACE)
					.computeIfAbsent(CassetteCustomizer.class,
							(key) -> CassetteCustomizer.withoutApplication(simulator), CassetteCustomizer.class));
	}

	private static String nameOf(ExtensionContext context) {
		TinyFishCassette ofClass = TestContextAnnotationUtils.findMergedAnnotation(context.getRequiredTestClass(),
				TinyFishCassette.class);
		return context.getTestMethod()
			.map((method) -> AnnotatedElementUtils.findMergedAnnotation(method, TinyFishCassette.class))
			.or(() -> Optional.ofNullable(ofClass))
			.orElseThrow()
			.value();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		// not beans of the application context, which may already be closed
		OfTest test = context.getStore(NAMESPACE).get(OfTest.class, OfTest.class);
		if (test != null) {
			test.cassette().await();
			if (test.simulator().isStrict()) {
				UnusedRecordings.retain(context, test.name(), test.simulator().journal().unused());
			}
		}
	}

	/**
	 * The cassette of a test. JUnit would close a cassette or simulator in its store.
	 *
	 * @param name the name of the cassette
	 * @param simulator the simulator
	 * @param cassette gives the cassette to the simulator
	 */
	private record OfTest(String name, TinyFishSimulator simulator, CassetteCustomizer cassette) {
	}

}
