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

package ai.tinyfish.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.test.annotation.DirtiesContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A key that is configured is in no output of the actuator, all of whose endpoints are
 * exposed here.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "tinyfish.api-key=" + ActuatorSecretsTests.KEY, "TINYFISH_API_KEY=" + ActuatorSecretsTests.KEY,
				"tinyfish.simulator.enabled=true", "management.endpoints.web.exposure.include=*" })
@DirtiesContext
class ActuatorSecretsTests {

	static final String KEY = "sk-tinyfish-actuator-0123456789";

	@Autowired
	private Environment environment;

	@ParameterizedTest
	@ValueSource(strings = { "env", "env/tinyfish.api-key", "env/TINYFISH_API_KEY", "configprops", "beans", "metrics",
			"metrics/tinyfish.run", "metrics/tinyfish.client.calls", "health", "info", "conditions", "mappings",
			"tinyfish" })
	void keyIsNotShown(String endpoint) throws Exception {
		URI server = URI.create("http://127.0.0.1:" + this.environment.getProperty("local.server.port"));
		URI uri = server.resolve("/actuator/" + endpoint);
		HttpClient http = HttpClient.newHttpClient();
		// the first browser starts the first run
		http.send(HttpRequest.newBuilder(server.resolve("/board/events")).build(),
				HttpResponse.BodyHandlers.ofInputStream())
			.body()
			.close();
		// the meters of the first run are there once it has ended
		HttpResponse<String> response = await().atMost(Duration.ofSeconds(60))
			.until(() -> http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString()),
					(answer) -> answer.statusCode() == 200);
		assertThat(response.body()).isNotBlank().doesNotContain(KEY);
	}

}
