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

package ai.tinyfish.spring.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.simulator.Fault;
import ai.tinyfish.simulator.FaultPoint;
import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application that is stopped by a signal ends the browser sessions that it has open,
 * and those that it is opening, while responses are lost and ends refused.
 */
@Tag("jvms")
class StoppedBrowserTests {

	private static final Duration PATIENCE = Duration.ofSeconds(120);

	private static final int SESSIONS = 200;

	private static final int LOST = 7;

	private static final FaultPoint CREATE = FaultPoint.answerOf("POST /v1/browser");

	private static final FaultPoint CLOSE = FaultPoint.answerOf("DELETE /v1/browser/{id}");

	@TempDir
	private Path directory;

	@Test
	void sessionsEndWithAnApplicationThatIsTerminated() throws Exception {
		try (TinyFishSimulator simulator = TinyFishSimulator.start()) {
			simulator.fault(CREATE, Fault.reset(), LOST);
			simulator.fault(CLOSE, Fault.badGateway(), 10);
			Path log = this.directory.resolve("output.txt");
			ProcessBuilder builder = new ProcessBuilder(
					List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
							System.getProperty("java.class.path"), StoppedApplication.class.getName(),
							"--tinyfish.base-url=" + simulator.baseUrl(), "--tinyfish.api-key=" + simulator.apiKey()))
				.redirectErrorStream(true)
				.redirectOutput(log.toFile());
			builder.environment().keySet().removeIf((name) -> name.startsWith("TINYFISH_"));
			Process process = builder.start();
			try {
				await().atMost(PATIENCE)
					.until(() -> simulator.journal().requests("POST /v1/browser") >= SESSIONS || !process.isAlive());
				simulator.fault(CLOSE, Fault.refusal(502, "INTERNAL_ERROR", "Failed to terminate"), 20);
				simulator.fault(CLOSE, Fault.reset(), 20);
				// SIGTERM, while further ones are opened
				process.destroy();
				assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			}
			finally {
				process.destroyForcibly();
			}
			String output = Files.readString(log);
			// those whose end failed to the last attempt are named
			assertThat(simulator.journal().openBrowsers()).as(output)
				.filteredOn((id) -> !output.contains("Session " + id + " is still open"))
				.hasSize(LOST);
			assertThat(simulator.journal().requests("POST /v1/browser")).isGreaterThanOrEqualTo(SESSIONS);
			assertThat(simulator.journal().requests("DELETE /v1/browser/{id}")).isGreaterThan(SESSIONS - LOST);
		}
	}

	/**
	 * Opens sessions until it is stopped, and ends every third.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class StoppedApplication {

		public static void main(String[] args) {
			SpringApplication application = new SpringApplication(StoppedApplication.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			ConfigurableApplicationContext context = application.run(args);
			TinyFishClient client = context.getBean(TinyFishClient.class);
			ReactiveTinyFishClient reactive = context.getBean(ReactiveTinyFishClient.class);
			while (context.isActive()) {
				try {
					client.browser().create();
					client.browser().create().close();
					reactive.browser().create().block();
				}
				catch (TinyFishApiException ex) {
					// the response was lost, or the session could not be ended
				}
			}
		}

	}

}
