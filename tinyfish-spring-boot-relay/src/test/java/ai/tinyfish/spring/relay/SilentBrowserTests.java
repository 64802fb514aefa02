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

package ai.tinyfish.spring.relay;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.task.AsyncTaskExecutor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * Browsers that watch runs with large results and do not read, by Spring MVC on Tomcat
 * with few threads, and by WebFlux on Netty.
 */
@Timeout(120)
@ExtendWith(OutputCaptureExtension.class)
class SilentBrowserTests {

	private static final int MAX_RUN_WATCHES = 25;

	private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(3);

	private static final String TEXT = "x".repeat(4 * 1024 * 1024);

	private static final Map<WebApplicationType, RelayApplication> APPLICATIONS = new EnumMap<>(
			WebApplicationType.class);

	private final String runId = UUID.randomUUID().toString();

	private final List<Socket> silent = new ArrayList<>();

	@BeforeAll
	static void start() {
		for (WebApplicationType type : WebStacks.tested()) {
			APPLICATIONS.put(type,
					RelayApplication.start(type, "server.tomcat.threads.max=8", "tinyfish.relay.heartbeat=10m",
							"tinyfish.relay.max-streams-per-run=" + MAX_RUN_WATCHES,
							"tinyfish.relay.write-timeout=" + WRITE_TIMEOUT));
		}
	}

	@AfterAll
	static void stop() {
		APPLICATIONS.values().forEach(RelayApplication::close);
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void theyDelayNoOtherBrowserAndAreDropped(WebApplicationType type, CapturedOutput output) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		String other = UUID.randomUUID().toString();
		application.publish(RelayEvents.started(this.runId), RelayEvents.progress(this.runId, TEXT),
				RelayEvents.finished(this.runId, '"' + TEXT + '"'), RelayEvents.started(other));
		try {
			for (int i = 0; i < 12; i++) {
				this.silent.add(application.connect(this.runId));
			}
			for (int i = 0; i < 10 && type == WebApplicationType.SERVLET; i++) {
				this.silent.add(application.request("/runs/" + this.runId + "/steps"));
			}
			for (Socket socket : this.silent) {
				assertThat(socket.getInputStream().read()).isEqualTo('H');
			}
			try (Browser same = application.browse(this.runId); Browser another = application.browse(other)) {
				assertThat(same.remainingEvents()).extracting((event) -> event.data().length() / TEXT.length())
					.containsExactly(0, 1, 1);
				application.publish(RelayEvents.finished(other));
				assertThat(another.remainingEvents()).hasSize(2);
			}
			assertThat(application.context()
				.getBean(AsyncTaskExecutor.class)
				.submit(() -> "done")
				.get(30, TimeUnit.SECONDS)).isEqualTo("done");
			assertThat(application.get("/plain")).isEqualTo("plain");
			await().atMost(Duration.ofSeconds(60))
				.untilAsserted(() -> assertThat(application.histories().watches()).isZero());
			for (Socket socket : this.silent) {
				assertThat(readToTheEnd(socket)).isLessThan(2 * TEXT.length());
			}
			// Tomcat warns of a machine that takes its time to give it random numbers
			assertThat(output.getAll().lines().filter((line) -> !line.contains("SessionIdGeneratorBase")))
				.noneMatch((line) -> line.contains(" WARN ") || line.contains(" ERROR "));
		}
		finally {
			close();
		}
	}

	/**
	 * It reads all the time, but for longer than the timeout. The text is so long that it
	 * is still being written then, although the system takes some MB at once.
	 */
	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void browserThatIsSlowIsNotDropped(WebApplicationType type) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		String text = TEXT.repeat(4);
		application.publish(RelayEvents.started(this.runId), RelayEvents.finished(this.runId, '"' + text + '"'));
		long duration = WRITE_TIMEOUT.plusSeconds(2).toNanos();
		try (Socket slow = application.connect(this.runId)) {
			slow.setReceiveBufferSize(64 * 1024);
			long start = System.nanoTime();
			long lastRead = start;
			long longestPause = 0;
			byte[] buffer = new byte[64 * 1024];
			long length = 0;
			while (length < text.length()) {
				if (length > (double) text.length() * (System.nanoTime() - start) / duration) {
					TimeUnit.MILLISECONDS.sleep(5);
					continue;
				}
				int count = slow.getInputStream().read(buffer);
				longestPause = Math.max(longestPause, System.nanoTime() - lastRead);
				lastRead = System.nanoTime();
				assumeThat(count > 0 || longestPause < duration / 5).as("this machine did not read all the time")
					.isTrue();
				assertThat(count).isPositive();
				length += count;
			}
		}
	}

	@ParameterizedTest
	@ArgumentsSource(WebStacks.class)
	void streamBeyondTheLimitIsRefused(WebApplicationType type) throws Exception {
		RelayApplication application = APPLICATIONS.get(type);
		application.publish(RelayEvents.started(this.runId));
		try {
			for (int i = 0; i < MAX_RUN_WATCHES; i++) {
				this.silent.add(application.connect(this.runId));
			}
			await().untilAsserted(() -> assertThat(application.histories().watches()).isEqualTo(MAX_RUN_WATCHES));
			try (Browser browser = application.browse(this.runId)) {
				assertThat(browser.status()).isEqualTo(503);
			}
		}
		finally {
			application.publish(RelayEvents.finished(this.runId));
			close();
		}
		await().untilAsserted(() -> assertThat(application.histories().watches()).isZero());
	}

	/**
	 * Read until the server closes the connection.
	 */
	private static long readToTheEnd(Socket socket) throws IOException {
		byte[] buffer = new byte[64 * 1024];
		long length = 0;
		socket.setSoTimeout(60_000);
		try {
			int count = socket.getInputStream().read(buffer);
			while (count >= 0) {
				length += count;
				count = socket.getInputStream().read(buffer);
			}
		}
		catch (SocketException ex) {
			// was reset
		}
		return length;
	}

	private void close() throws IOException {
		for (Socket socket : this.silent) {
			socket.close();
		}
	}

}
