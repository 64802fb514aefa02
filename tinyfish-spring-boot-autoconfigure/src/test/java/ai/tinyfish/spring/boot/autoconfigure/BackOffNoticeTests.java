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
import ai.tinyfish.spring.boot.testing.BootContexts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A client of the application's own takes the place of the auto-configured one, unless it
 * is not a candidate by default; it is logged.
 */
@ExtendWith(OutputCaptureExtension.class)
class BackOffNoticeTests {

	private static final String NOTICE = "There is no auto-configured ";

	@Test
	void aBeanThatReplacesTheClientIsLogged(CapturedOutput output) {
		BootContexts.withTinyFish().withUserConfiguration(Replacing.class).run((context) -> {
			assertThat(context).hasSingleBean(TinyFishClient.class).hasBean("staging");
			assertThat(context).hasBean("tinyFishReactiveClient");
		});
		assertThat(output.getOut().lines().filter((line) -> line.contains(NOTICE))).singleElement()
			.asString()
			.contains("INFO", NOTICE + "TinyFishClient", "staging", "defaultCandidate = false");
	}

	@Test
	void aBeanThatReplacesTheReactiveClientIsLoggedAsWell(CapturedOutput output) {
		BootContexts.withTinyFish()
			.withBean("mine", ReactiveTinyFishClient.class,
					() -> ReactiveTinyFishClient.builder().apiKey("sk-mine").build())
			.run((context) -> assertThat(context).hasSingleBean(ReactiveTinyFishClient.class));
		assertThat(output).contains(NOTICE + "ReactiveTinyFishClient", "mine").doesNotContain("sk-mine");
	}

	@Test
	void nothingIsLoggedIfBothAreThere(CapturedOutput output) {
		BootContexts.withTinyFish().withUserConfiguration(SideBySide.class, Both.class).run((context) -> {
			Both both = context.getBean(Both.class);
			assertThat(both.auto).isSameAs(context.getBean("tinyFishClient"));
			assertThat(both.staging).isSameAs(context.getBean("staging"));
		});
		assertThat(output).doesNotContain(NOTICE);
	}

	@Test
	void nothingIsLoggedOfTheClientOfAParentContext(CapturedOutput output) {
		BootContexts.withTinyFish()
			.run((parent) -> BootContexts.withTinyFish()
				.withParent(parent)
				.run((child) -> assertThat(child).hasNotFailed()));
		assertThat(output).doesNotContain(NOTICE);
	}

	@Configuration(proxyBeanMethods = false)
	static class Replacing {

		@Bean
		TinyFishClient staging(TinyFishClient.Builder builder) {
			return builder.baseUrl("http://127.0.0.1:9").build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SideBySide {

		@Bean(defaultCandidate = false)
		TinyFishClient staging(TinyFishClient.Builder builder) {
			return builder.baseUrl("http://127.0.0.1:9").build();
		}

	}

	static final class Both {

		private final TinyFishClient auto;

		private final TinyFishClient staging;

		Both(TinyFishClient auto, @Qualifier("staging") TinyFishClient staging) {
			this.auto = auto;
			this.staging = staging;
		}

	}

}
