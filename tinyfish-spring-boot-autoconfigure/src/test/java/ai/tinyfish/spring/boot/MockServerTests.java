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

package ai.tinyfish.spring.boot;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.testing.BootContexts;
import ai.tinyfish.spring.boot.testing.SocketApi;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.restclient.test.MockServerRestClientCustomizer;
import org.springframework.boot.restclient.test.autoconfigure.MockRestServiceServerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.http.MediaType;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.test.web.client.match.MockRestRequestMatchers;
import org.springframework.test.web.client.response.MockRestResponseCreators;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Mock servers in the tests of applications.
 */
class MockServerTests {

	@AutoClose
	private final SocketApi api = new SocketApi();

	private final ApplicationContextRunner contextRunner = BootContexts.withTinyFish()
		.withPropertyValues("tinyfish.base-url=" + this.api.baseUrl());

	@Test
	void mockServerBoundInACustomizerIsUsedAndKeepsRequestsFromTheNetwork() {
		MockServerRestClientCustomizer mockServers = new MockServerRestClientCustomizer();
		this.contextRunner.withBean(TinyFishRestClientCustomizer.class, () -> mockServers::customize).run((context) -> {
			TinyFishClient client = context.getBean(TinyFishClient.class);
			expectGet(mockServers.getServer());
			assertThat(client.runs().get("run-7").statusText()).isEqualTo("PENDING");
			mockServers.getServer().verify();
			assertThat(this.api.keys()).isEmpty();
		});
	}

	/**
	 * Boot binds its mock server to the application's builders before our connections are
	 * set: it cannot answer for us, and knows of two builders where the application has
	 * one of its own.
	 */
	@Test
	void mockServerOfBootDoesNotAnswerForUsUnlessTheClientIsBoundToOne() {
		ApplicationContextRunner mocked = this.contextRunner
			.withConfiguration(AutoConfigurations.of(MockRestServiceServerAutoConfiguration.class))
			.withPropertyValues("spring.test.restclient.mockrestserviceserver.enabled=true");
		mocked.run((context) -> {
			context.getBean(TinyFishClient.class).runs().get("run-1");
			assertThat(this.api.keys()).hasSize(1);
			context.getBean(RestClient.Builder.class).build();
			assertThatIllegalStateException().isThrownBy(() -> expectGet(context.getBean(MockRestServiceServer.class)))
				.withMessageContaining("more than one RestClient");
		});
		this.api.keys().clear();
		mocked.withBean(TinyFishClient.class, () -> TinyFishClient.builder().apiKey("sk-test-double").build())
			.run((context) -> {
				RestClient other = context.getBean(RestClient.Builder.class).build();
				MockRestServiceServer mock = context.getBean(MockRestServiceServer.class);
				expectGet(mock);
				assertThat(other.get().uri("/v1/runs/run-7").retrieve().body(String.class)).contains("PENDING");
				mock.verify();
				assertThat(this.api.keys()).isEmpty();
			});
	}

	private static void expectGet(MockRestServiceServer mock) {
		mock.expect(MockRestRequestMatchers.requestTo(Matchers.endsWith("/v1/runs/run-7")))
			.andRespond(MockRestResponseCreators.withSuccess("""
					{"run_id": "run-7", "status": "PENDING"}""", MediaType.APPLICATION_JSON));
	}

}
