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

package ai.tinyfish.spring.boot.testing;

import ai.tinyfish.spring.boot.autoconfigure.TinyFishAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishSimulatorAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.observation.TinyFishMetricsAutoConfiguration;
import ai.tinyfish.spring.boot.autoconfigure.rules.TinyFishRunRulesAutoConfiguration;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.HttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.imperative.ImperativeHttpClientAutoConfiguration;
import org.springframework.boot.http.client.autoconfigure.reactive.ReactiveHttpClientAutoConfiguration;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.restclient.autoconfigure.RestClientAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.webclient.autoconfigure.WebClientAutoConfiguration;

/**
 * Contexts with the client, and with Boot's configuration of HTTP clients, JSON and TLS.
 */
public final class BootContexts {

	private static final AutoConfigurations TINYFISH = AutoConfigurations.of(TinyFishAutoConfiguration.class,
			TinyFishMetricsAutoConfiguration.class, TinyFishRunRulesAutoConfiguration.class,
			TinyFishSimulatorAutoConfiguration.class);

	private BootContexts() {
	}

	public static ApplicationContextRunner withoutTinyFish() {
		return new ApplicationContextRunner().withInitializer(SystemEnvironment.empty())
			.withConfiguration(AutoConfigurations.of(SslAutoConfiguration.class, JacksonAutoConfiguration.class,
					HttpMessageConvertersAutoConfiguration.class, CodecsAutoConfiguration.class,
					HttpClientAutoConfiguration.class, ImperativeHttpClientAutoConfiguration.class,
					ReactiveHttpClientAutoConfiguration.class, RestClientAutoConfiguration.class,
					WebClientAutoConfiguration.class))
			// Boot's own connections would be waited for at the end of each context
			.withPropertyValues("spring.reactor.netty.shutdown-quiet-period=0s");
	}

	/**
	 * Without anything of Boot's, and without a key.
	 */
	public static ApplicationContextRunner onlyTinyFish() {
		return new ApplicationContextRunner().withInitializer(SystemEnvironment.empty()).withConfiguration(TINYFISH);
	}

	public static ApplicationContextRunner withTinyFish() {
		return withoutTinyFish().withConfiguration(TINYFISH).withPropertyValues("tinyfish.api-key=sk-property");
	}

}
