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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import ai.tinyfish.TinyFishApiKeyProvider;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.boot.testing.RunEvents;
import ai.tinyfish.spring.boot.testing.SystemEnvironment;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import jakarta.servlet.Filter;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/**
 * A web application that receives webhooks, on a port of its own.
 */
final class WebhookApplication implements AutoCloseable {

	static final String SECRET = "s3cret-s3cret-s3cret";

	static final String PATH = "/tinyfish/webhook/" + SECRET;

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final ConfigurableApplicationContext context;

	private WebhookApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an application that receives webhooks.
	 * @param type the kind of receiver
	 * @param baseUrl where the API is
	 * @param properties further properties, as {@code name=value}
	 */
	static WebhookApplication start(WebApplicationType type, String baseUrl, String... properties) {
		List<String> all = new ArrayList<>(List.of("tinyfish.webhook.enabled=true", "tinyfish.webhook.secret=" + SECRET,
				"tinyfish.base-url=" + baseUrl));
		all.addAll(List.of(properties));
		return of(type, Application.class, all.toArray(String[]::new));
	}

	/**
	 * Start an application that has the simulator for a bean.
	 */
	static WebhookApplication startWith(TinyFishSimulator simulator, WebApplicationType type, String publicUrl,
			String... properties) {
		List<String> all = new ArrayList<>(List.of("tinyfish.webhook.enabled=true", "tinyfish.webhook.secret=" + SECRET,
				"tinyfish.webhook.url=" + publicUrl, "tinyfish.base-url=" + simulator.baseUrl()));
		all.addAll(List.of(properties));
		return of(type, Application.class,
				(context) -> context.getBeanFactory().registerSingleton("simulator", simulator),
				all.toArray(String[]::new));
	}

	static WebhookApplication of(WebApplicationType type, Class<?> configuration, String... properties) {
		return of(type, configuration, (context) -> {
		}, properties);
	}

	private static WebhookApplication of(WebApplicationType type, Class<?> configuration,
			ApplicationContextInitializer<ConfigurableApplicationContext> initializer, String... properties) {
		String[] arguments = Stream
			.concat(Stream.of("server.port=0", "server.address=127.0.0.1",
					"tinyfish.api-key=" + TinyFishSimulator.DEFAULT_API_KEY, "tinyfish.run.poll-interval=20ms",
					"tinyfish.run.shutdown-timeout=0s", "tinyfish.retry.delay=10ms", "tinyfish.retry.jitter=0",
					"spring.main.banner-mode=off"), Stream.of(properties))
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		return new WebhookApplication(
				new SpringApplicationBuilder(configuration, RunEvents.class, OwnConnections.class).web(type)
					.initializers(initializer, SystemEnvironment.empty())
					.run(arguments));
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	RunEvents events() {
		return bean(RunEvents.class);
	}

	/**
	 * Deliver what the service would.
	 */
	HttpResponse<String> deliver(String runId) {
		return post(PATH, delivery(runId));
	}

	CompletableFuture<HttpResponse<String>> deliverAsync(String runId) {
		return CLIENT.sendAsync(request(PATH, "POST", BodyPublishers.ofString(delivery(runId))),
				BodyHandlers.ofString());
	}

	static String delivery(String runId) {
		return """
				{"event": "run.completed", "run_id": "%s", "status": "COMPLETED", "data": {"run_id": "%s",
				"status": "COMPLETED", "goal": "As the delivery has it", "result": {"price": "as the delivery has it"}}}"""
			.formatted(runId, runId);
	}

	HttpResponse<String> post(String path, String body) {
		return send(path, "POST", BodyPublishers.ofString(body));
	}

	HttpResponse<String> send(String path, String method, BodyPublisher body) {
		try {
			return CLIENT.send(request(path, method, body), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	private HttpRequest request(String path, String method, BodyPublisher body) {
		return HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.method(method, body)
			.build();
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	String baseUrl() {
		return "http://127.0.0.1:" + port();
	}

	private URI uri(String path) {
		return URI.create(baseUrl() + path);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	/**
	 * The resources that Reactor Netty shares in a JVM are released with the first
	 * application that stops.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnConnections {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory factory = new ReactorResourceFactory();
			factory.setUseGlobalResources(false);
			factory.setShutdownQuietPeriod(Duration.ZERO);
			return factory;
		}

	}

	/**
	 * An application that gives its keys itself.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Keys {

		final List<String> askedOn = new CopyOnWriteArrayList<>();

		@Bean
		TinyFishApiKeyProvider keyProvider() {
			return () -> {
				this.askedOn.add(Thread.currentThread().getName());
				return TinyFishSimulator.DEFAULT_API_KEY;
			};
		}

	}

	/**
	 * An application that remembers observations.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Observed {

		final List<String> observed = new CopyOnWriteArrayList<>();

		@Bean
		ObservationHandler<Observation.Context> recorder() {
			return new ObservationHandler<>() {

				@Override
				public void onStop(Observation.Context context) {
					Observed.this.observed
						.add(context.getName() + " " + context.getContextualName() + " " + context.getAllKeyValues());
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

			};
		}

	}

	/**
	 * An application with a filter that supports no asynchronous requests.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class BlockingFilter {

		@Bean
		FilterRegistrationBean<Filter> blockingFilter() {
			FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>(
					(request, response, chain) -> chain.doFilter(request, response));
			filter.setAsyncSupported(false);
			return filter;
		}

	}

	/**
	 * An application that answers all other requests.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ServletCatchAll {

		@Bean
		org.springframework.web.servlet.function.RouterFunction<org.springframework.web.servlet.function.ServerResponse> catchAll() {
			return org.springframework.web.servlet.function.RouterFunctions.route()
				.route((request) -> true,
						(request) -> org.springframework.web.servlet.function.ServerResponse.ok().body("anything"))
				.build();
		}

	}

	/**
	 * An application that answers all other requests.
	 */
	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ReactiveCatchAll {

		@Bean
		org.springframework.web.reactive.function.server.RouterFunction<org.springframework.web.reactive.function.server.ServerResponse> catchAll() {
			return org.springframework.web.reactive.function.server.RouterFunctions.route()
				.route((request) -> true,
						(request) -> org.springframework.web.reactive.function.server.ServerResponse.ok()
							.bodyValue("anything"))
				.build();
		}

	}

}
