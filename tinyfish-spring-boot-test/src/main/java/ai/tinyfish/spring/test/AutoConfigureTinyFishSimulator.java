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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;

/**
 * Annotation for a test class that uses a {@link TinyFishSimulator} in this process
 * instead of TinyFish.
 * <p>
 * On a Spring test, such as a {@code @SpringBootTest} or a slice, the simulator replaces
 * TinyFish in the application context. There is one for each context, and classes that
 * share a context share it. A {@link RunEventRecorder} bean records the events of runs.
 * On a plain JUnit class, there is one simulator for each class.
 * <p>
 * A run has ended when its submission is answered, unless its scenario has its own pace.
 * Before each test, and before its {@code @BeforeEach} methods, the runs of the
 * application end, the simulator is {@linkplain TinyFishSimulator#reset() reset}, and the
 * recorder and the count of a budget are cleared: define scenarios and faults in the test
 * or in such a method, not in {@code @BeforeAll}.
 * <p>
 * Constructors and methods of the test class may have a parameter of type
 * {@link TinyFishSimulator}. If tests run in parallel, those of one context or one plain
 * class run one after the other.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(SimulatorExtension.class)
@ResourceLock(providers = SimulatorLocks.class)
@ImportAutoConfiguration
public @interface AutoConfigureTinyFishSimulator {

	/**
	 * API keys that the simulator accepts, such as one for each tenant. With more than
	 * one, the application's {@link TinyFishApiKeyProvider} supplies the key as in
	 * production; otherwise the simulator does not receive its keys.
	 * @return the keys; none for the simulator's default key
	 */
	String[] apiKeys() default {};

	/**
	 * Whether the simulator accepts any API key, supplied by the application's
	 * {@link TinyFishApiKeyProvider}.
	 * @return whether it does
	 */
	boolean anyApiKey() default false;

	/**
	 * Whether a run that no scenario fits is refused with HTTP 422 and fails its test,
	 * also if the application handles the exception. Otherwise the result of such a run
	 * is made up. A strict test also fails if it leaves a browser session open. At its
	 * end, the scenarios that no run has used are logged.
	 * <p>
	 * The property {@code tinyfish.simulator.strict}, on a plain JUnit class the JUnit
	 * configuration parameter of that name, does the same for all tests.
	 * @return whether it is and does
	 */
	boolean strict() default false;

}
