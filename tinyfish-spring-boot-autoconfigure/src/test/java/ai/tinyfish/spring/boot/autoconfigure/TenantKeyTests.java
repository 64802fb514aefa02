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

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.spring.boot.testing.WireMockApi;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A key provider that looks at the tenant of the request, in a web application.
 */
class TenantKeyTests {

	private WireMockApi api;

	@BeforeEach
	void startApi() {
		this.api = new WireMockApi().reset();
	}

	@AfterEach
	void stopApi() {
		this.api.close();
	}

	@Test
	void eachRequestHasTheKeyOfItsTenant() throws Exception {
		try (Application application = new Application(this.api.baseUrl())) {
			assertThat(application.get("/run", "acme")).isEqualTo("run-1");
			assertThat(application.get("/run", "globex")).isEqualTo("run-1");
		}
		assertThat(this.api.apiKeys()).containsExactly("sk-acme", "sk-globex");
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void virtualThreadsHaveTheTenantOfTheirRequest() throws Exception {
		try (Application application = new Application(this.api.baseUrl(), "spring.threads.virtual.enabled=true")) {
			assertThat(application.get("/thread", "acme")).isEqualTo("true");
			assertThat(application.get("/run", "acme")).isEqualTo("run-1");
		}
		assertThat(this.api.apiKeys()).containsExactly("sk-acme");
	}

	@Test
	void withoutATenantNothingIsSent() throws Exception {
		try (Application application = new Application(this.api.baseUrl())) {
			assertThat(application.get("/run", null))
				.startsWith("IllegalStateException: No TinyFish API key: the TinyFishApiKeyProvider");
			assertThat(application.get("/elsewhere", "acme"))
				.startsWith("IllegalStateException: No TinyFish API key: the TinyFishApiKeyProvider");
		}
		assertThat(this.api.requests()).isEmpty();
	}

	@Test
	void aDerivedClientTakesTheTenantElsewhere() throws Exception {
		try (Application application = new Application(this.api.baseUrl())) {
			assertThat(application.get("/derived", "acme")).isEqualTo("run-1");
			assertThat(application.get("/derived", null)).startsWith("NullPointerException: no tenant");
		}
		assertThat(this.api.apiKeys()).containsExactly("sk-acme");
	}

	private static final class Application implements AutoCloseable {

		private static final HttpClient CLIENT = HttpClient.newHttpClient();

		private final ConfigurableApplicationContext context;

		Application(String baseUrl, String... properties) {
			this.context = new SpringApplicationBuilder(TenantConfiguration.class).web(WebApplicationType.SERVLET)
				.properties(properties)
				// a key that the provider does not know must not be replaced by this
				.properties("tinyfish.api-key=sk-of-all", "tinyfish.base-url=" + baseUrl, "server.port=0",
						"server.address=127.0.0.1", "spring.main.banner-mode=off")
				.run();
		}

		String get(String path, @Nullable String tenant) throws IOException, InterruptedException {
			int port = Objects.requireNonNull(((WebServerApplicationContext) this.context).getWebServer()).getPort();
			HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
			if (tenant != null) {
				request.header("X-Authenticated-As", tenant);
			}
			HttpResponse<String> response = CLIENT.send(request.build(), BodyHandlers.ofString());
			return response.body();
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ TenantKeys.class, Runs.class })
	static class TenantConfiguration {

		@Bean
		Filter authentication() {
			return (request, response, chain) -> {
				request.setAttribute("tenant", ((HttpServletRequest) request).getHeader("X-Authenticated-As"));
				chain.doFilter(request, response);
			};
		}

	}

	static final class TenantKeys implements TinyFishApiKeyProvider {

		private final Map<String, String> keys = Map.of("acme", "sk-acme", "globex", "sk-globex");

		@Override
		public @Nullable String getApiKey() {
			RequestAttributes request = RequestContextHolder.getRequestAttributes();
			if (request == null) {
				return null;
			}
			Object tenant = request.getAttribute("tenant", RequestAttributes.SCOPE_REQUEST);
			return (tenant != null) ? this.keys.get(tenant) : null;
		}

	}

	@RestController
	static final class Runs {

		private final TinyFishClient tinyFish;

		private final TinyFishApiKeyProvider keys;

		Runs(TinyFishClient tinyFish, TinyFishApiKeyProvider keys) {
			this.tinyFish = tinyFish;
			this.keys = keys;
		}

		@GetMapping("/thread")
		String thread() {
			// Thread.isVirtual() is not there in Java 17
			return String.valueOf(Thread.currentThread().toString().startsWith("VirtualThread"));
		}

		@GetMapping("/run")
		String run() {
			return received(() -> String.valueOf(this.tinyFish.runs().get("run-1").runId()));
		}

		@GetMapping("/elsewhere")
		String elsewhere() {
			return received(
					() -> CompletableFuture.supplyAsync(() -> String.valueOf(this.tinyFish.runs().get("run-1").runId()))
						.join());
		}

		@GetMapping("/derived")
		String derived() {
			return received(() -> {
				String key = Objects.requireNonNull(this.keys.getApiKey(), "no tenant");
				TinyFishClient ofTenant = this.tinyFish.mutate().apiKey(key).build();
				return CompletableFuture.supplyAsync(() -> String.valueOf(ofTenant.runs().get("run-1").runId())).join();
			});
		}

		private static String received(Supplier<String> action) {
			try {
				return action.get();
			}
			catch (RuntimeException ex) {
				Throwable cause = (ex instanceof CompletionException) ? Objects.requireNonNull(ex.getCause()) : ex;
				return cause.getClass().getSimpleName() + ": " + cause.getMessage();
			}
		}

	}

}
