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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With Boot's defaults, no endpoint of the actuator shows the key, the password of the
 * proxy or the secret of webhooks, even if all are exposed.
 */
class ActuatorMaskingTests {

	private static final String KEY = "sk-actuator-0123456789";

	private static final String PASSWORD = "hunter2-actuator";

	private static final String SECRET = "s3cret-of-the-webhook";

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void startApplication() {
		context = new SpringApplicationBuilder(Application.class).web(WebApplicationType.SERVLET)
			.initializers(SystemEnvironment.of("TINYFISH_API_KEY", KEY))
			.properties("server.port=0", "server.address=127.0.0.1", "tinyfish.api-key=" + KEY,
					"tinyfish.http-proxy.host=proxy.example", "tinyfish.http-proxy.port=3128",
					"tinyfish.http-proxy.username=user", "tinyfish.http-proxy.password=" + PASSWORD,
					"tinyfish.webhook.enabled=true", "tinyfish.webhook.secret=" + SECRET,
					"tinyfish.webhook.url=https://shop.example", "management.endpoints.web.exposure.include=*")
			.run();
	}

	@AfterAll
	static void closeApplication() {
		context.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "env", "env/tinyfish.api-key", "env/TINYFISH_API_KEY", "env/tinyfish.http-proxy.password",
			"env/tinyfish.webhook.secret", "configprops", "configprops/tinyfish", "beans", "conditions", "mappings",
			"metrics", "health", "info", "tinyfish" })
	void secretIsNotShown(String endpoint) throws Exception {
		assertThat(get(endpoint)).doesNotContain(KEY).doesNotContain(PASSWORD).doesNotContain(SECRET);
	}

	@Test
	void thatThereIsASecretIsShown() throws Exception {
		assertThat(get("env/tinyfish.http-proxy.password")).contains("******");
		assertThat(get("env/tinyfish.api-key")).contains("******");
		assertThat(get("configprops/tinyfish")).contains("apiKey", "httpProxy", "webhook", "******");
	}

	private static String get(String endpoint) throws Exception {
		URI uri = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port")
				+ "/actuator/" + endpoint);
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isNotBlank();
		return response.body();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
