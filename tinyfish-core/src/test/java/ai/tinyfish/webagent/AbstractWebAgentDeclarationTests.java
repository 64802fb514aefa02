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

package ai.tinyfish.webagent;

import java.net.URL;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.WebAgents;
import org.junit.jupiter.api.AfterEach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Refusals of interfaces when they are implemented, before anything could be sent.
 */
abstract class AbstractWebAgentDeclarationTests {

	static final String URL = "https://shop.example";

	final TinyFishClient client = TinyFishClient.builder().apiKey("sk-tinyfish-test").build();

	final WebAgents agents = WebAgents.builder().client(this.client).build();

	@AfterEach
	void close() {
		this.client.close();
	}

	void assertRefused(Class<?> type, String reason) {
		assertThatExceptionOfType(InvalidWebAgentException.class).isThrownBy(() -> this.agents.create(type))
			.satisfies((ex) -> {
				assertThat(ex.agentType()).isEqualTo(type);
				assertThat(ex.reason()).contains(reason).doesNotEndWith(".");
				assertThat(ex.cure()).isNotBlank().doesNotEndWith(".");
				assertThat(ex).hasMessageContaining(type.getName()).hasMessageContaining(ex.cure());
				assertThat(ex.method()).satisfies((method) -> {
					if (method != null) {
						assertThat(ex).hasMessageContaining("Method " + method.getName() + "(");
					}
				});
			});
	}

	record Price(int amount) {

	}

}
