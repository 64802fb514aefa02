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

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import ai.tinyfish.simulator.CassetteFilter;
import ai.tinyfish.spring.test.AutoConfigureTinyFishSimulator;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Annotation for a test class or method whose runs are those that were recorded with the
 * real service. The simulator replays them, and refuses a run that was not recorded.
 * Scenarios that a test gives take precedence.
 * <p>
 * With {@code -Dtinyfish.cassette.mode=record}, the runs that the file lacks are
 * submitted to the service with the key and the base URL of the application, and written
 * to the file when they have ended. With {@code renew}, all runs are, and the first one
 * that is written replaces all earlier recordings. That costs what they cost. It is
 * refused where the environment variable {@code CI} is set.
 * <p>
 * Searches, fetches, browser sessions, profiles and the vault are not recorded, and
 * refused. On a method, the annotation takes precedence over that of the class, which
 * needs {@link AutoConfigureTinyFishSimulator} if it has none.
 * <p>
 * A {@link CassetteFilter} bean removes more than the secrets of the client.
 *
 * @since 0.1.0
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@AutoConfigureTinyFishSimulator
@ExtendWith(CassetteExtension.class)
public @interface TinyFishCassette {

	/**
	 * Name of the cassette, such as {@code prices} for
	 * {@code src/test/resources/cassettes/prices.json} in the working directory.
	 * @return the name
	 */
	String value();

}
