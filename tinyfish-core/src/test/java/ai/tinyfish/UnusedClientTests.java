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

package ai.tinyfish;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import ai.tinyfish.support.RunControl;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Cost of a client that makes no call: that of starting and stopping an application.
 */
class UnusedClientTests {

	@Test
	void loadsNoPublisherOfReactorWhenItIsBuiltAndClosed() throws Exception {
		try (RecordingClassLoader classLoader = new RecordingClassLoader()) {
			Callable<?> application = (Callable<?>) classLoader.loadClass(Application.class.getName())
				.getConstructor()
				.newInstance();

			assertThat(application.call()).isEqualTo(true);

			// it alone makes the JVM load 120 others to verify it
			assertThat(classLoader.loaded).contains(TinyFishClient.class.getName())
				.doesNotContain("reactor.core.publisher.Mono");
		}
	}

	/**
	 * Application that uses none of its beans.
	 */
	public static class Application implements Callable<Boolean> {

		@Override
		public Boolean call() {
			OpenRuns runs = OpenRuns.unlimited();
			TinyFishClient client = TinyFishClient.builder().apiKey("sk-tinyfish-test").openRuns(runs).build();
			ReactiveTinyFishClient reactiveClient = ReactiveTinyFishClient.builder()
				.apiKey("sk-tinyfish-test")
				.openRuns(runs)
				.build();
			boolean stopped = ((RunControl) runs).stop(Duration.ofSeconds(30)).isDone();
			reactiveClient.close();
			client.close();
			return stopped;
		}

	}

	/**
	 * Class loader with classes of its own for the whole class path.
	 */
	private static final class RecordingClassLoader extends URLClassLoader {

		private final Set<String> loaded = ConcurrentHashMap.newKeySet();

		RecordingClassLoader() {
			super(Pattern.compile(File.pathSeparator, Pattern.LITERAL)
				.splitAsStream(System.getProperty("java.class.path"))
				.map(RecordingClassLoader::url)
				.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
		}

		private static URL url(String path) {
			try {
				return Path.of(path).toUri().toURL();
			}
			catch (MalformedURLException ex) {
				throw new IllegalArgumentException(path, ex);
			}
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			this.loaded.add(name);
			return super.findClass(name);
		}

	}

}
