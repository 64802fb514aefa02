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

package ai.tinyfish.durable;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.durable.testing.DatabaseKind;
import ai.tinyfish.durable.testing.Instance;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Test;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications that have no meters.
 */
class WithoutMicrometerTests {

	@Test
	void anApplicationWithoutMetersCompletesARun() throws Exception {
		String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
		URL[] entries = Stream.of(classPath.split(File.pathSeparator))
			.filter((entry) -> !Path.of(entry).getFileName().toString().startsWith("micrometer-core"))
			.map(WithoutMicrometerTests::url)
			.toArray(URL[]::new);
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = new URLClassLoader(entries, ClassLoader.getPlatformClassLoader())) {
			thread.setContextClassLoader(loader);
			loader.loadClass(Application.class.getName()).getMethod("completeARun").invoke(null);
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

	private static URL url(String entry) {
		try {
			return Path.of(entry).toUri().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Code whose class loader has no Micrometer.
	 */
	public static final class Application {

		private Application() {
		}

		public static void completeARun() {
			assertThat(ClassUtils.isPresent("io.micrometer.core.instrument.MeterRegistry",
					Application.class.getClassLoader()))
				.isFalse();
			try (TinyFishSimulator simulator = TinyFishSimulator.start();
					Instance instance = Instance.start(DatabaseKind.H2.newDatabase(), simulator, List.of())) {
				DurableRun run = instance.runs().submit(AgentRequest.of("https://shop.example/", "Find the price"));
				instance.await(run.id(), DurableRunState.DONE);
			}
		}

	}

}
