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

package ai.tinyfish.sample.page;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

import ai.tinyfish.simulator.TinyFishSimulator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The page with a key, where runs are billed.
 */
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
@ExtendWith(OutputCaptureExtension.class)
@DirtiesContext
class LivePageTests {

	@AutoClose
	private static final TinyFishSimulator service = TinyFishSimulator.builder().pace(Duration.ZERO).start();

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void connection(DynamicPropertyRegistry properties) {
		properties.add("tinyfish.base-url", service::baseUrl);
		properties.add("tinyfish.api-key", service::apiKey);
	}

	@Test
	void nothingIsStartedThatNobodyAskedFor(CapturedOutput output) throws Exception {
		HttpResponse<String> page = send(HttpRequest.newBuilder(uri("/")));
		assertThat(page.body()).contains("Live: each run is billed", "Typed products")
			.doesNotContain("Simulated:", "Made up", "Five shops", "Goal missed", "Deadline", service.apiKey());
		assertThat(page.headers().firstValue("Content-Security-Policy"))
			.hasValueSatisfying((policy) -> assertThat(policy).contains("frame-src https:;"));
		assertThat(output).contains("Runs are real, and billed").doesNotContain(service.apiKey());
		assertThat(service.journal().runsCreated()).isZero();

		HttpResponse<String> products = send(HttpRequest.newBuilder(uri("/products"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"count\": 2}")));
		assertThat(products.statusCode()).isEqualTo(200);
		assertThat(service.journal().runsCreated()).isOne();
		await().atMost(Duration.ofSeconds(60))
			.until(() -> send(HttpRequest.newBuilder(uri("/"))).body().contains("</b>, which cost <b>0.06 USD</b>"));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient()
			.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port + path);
	}

}
