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

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.restclient.test.autoconfigure.RestClientTest;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.test.web.client.MockRestServiceServer;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.test.web.client.match.MockRestRequestMatchers.requestTo;
import static org.springframework.test.web.client.response.MockRestResponseCreators.withSuccess;

/**
 * A slice of an application's RestClients needs no key and has no client of ours, so that
 * its mock server has the application's client alone.
 */
@RestClientTest
class RestClientSliceTests {

	@Autowired
	private ApplicationContext context;

	@Autowired
	private MockRestServiceServer server;

	@Autowired
	private RestClient applicationClient;

	@Test
	void applicationsClientIsMockedAndOursIsNotThere() {
		assertThat(this.context.getBeanNamesForType(TinyFishClient.class)).isEmpty();
		assertThat(this.context.getBeanNamesForType(ReactiveTinyFishClient.class)).isEmpty();
		this.server.expect(requestTo("/other")).andRespond(withSuccess());
		assertThat(this.applicationClient.get().uri("/other").retrieve().toBodilessEntity().getStatusCode().value())
			.isEqualTo(200);
		this.server.verify();
	}

	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Application {

		@Bean
		RestClient applicationClient(RestClient.Builder builder) {
			return builder.build();
		}

	}

}
