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

package ai.tinyfish.spring.relay;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ai.tinyfish.ReactiveTinyFishClient;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.ReactiveRunHandle;
import ai.tinyfish.simulator.TinyFishSimulator;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.context.reactive.ReactiveWebApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.ResponseEntity;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Web application that relays runs to browsers, on a random port.
 */
final class RelayApplication implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private RelayApplication(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/**
	 * Start an application.
	 * @param type Spring MVC or WebFlux
	 * @param initializer registers further beans
	 * @param properties further properties, as {@code name=value}
	 */
	static RelayApplication start(WebApplicationType type, Consumer<GenericApplicationContext> initializer,
			String... properties) {
		String[] arguments = Stream
			.concat(Stream.of("server.port=0", "server.address=127.0.0.1",
					"tinyfish.api-key=" + TinyFishSimulator.DEFAULT_API_KEY, "spring.main.banner-mode=off",
					"spring.reactor.netty.shutdown-quiet-period=0s"), Stream.of(properties))
			.map((property) -> "--" + property)
			.toArray(String[]::new);
		Class<?> configuration = (type == WebApplicationType.SERVLET) ? ServletApplication.class
				: ReactiveApplication.class;
		return new RelayApplication(new SpringApplicationBuilder(configuration).web(type)
			.initializers((context) -> initializer.accept((GenericApplicationContext) context))
			.run(arguments));
	}

	/**
	 * Start an application without further beans.
	 */
	static RelayApplication start(WebApplicationType type, String... properties) {
		return start(type, (context) -> {
		}, properties);
	}

	ConfigurableApplicationContext context() {
		return this.context;
	}

	/**
	 * Start a run with the client that such an application uses.
	 * @return its id
	 */
	String startRun(AgentRequest request) {
		Mono<String> started = (this.context instanceof ReactiveWebApplicationContext)
				? this.context.getBean(ReactiveTinyFishClient.class)
					.agent()
					.start(request)
					.map(ReactiveRunHandle::runId)
				: Mono.fromCompletionStage(() -> client().agent().start(request).started());
		return String.valueOf(started.block(Duration.ofSeconds(30)));
	}

	TinyFishClient client() {
		return this.context.getBean(TinyFishClient.class);
	}

	RunHistories histories() {
		return ((DefaultRunEventRelay) this.context.getBean(RunEventRelay.class)).histories();
	}

	void publish(TinyFishRunEvent... events) {
		for (TinyFishRunEvent event : events) {
			this.context.publishEvent(event);
		}
	}

	Browser browse(String runId) {
		return browse(runId, null);
	}

	Browser browse(String runId, @Nullable String lastEventId) {
		return Browser.open(URI.create("http://127.0.0.1:" + port() + path(runId)), lastEventId);
	}

	/**
	 * Request the events of a run on behalf of a viewer.
	 */
	Browser browseAs(String viewer, String runId) {
		return Browser.open(URI.create("http://127.0.0.1:" + port() + path(runId) + "?viewer=" + viewer), null);
	}

	/**
	 * Request the events that the application derives from those of a run.
	 */
	Browser browseSteps(String runId) {
		return Browser.open(URI.create("http://127.0.0.1:" + port() + "/runs/" + runId + "/steps"), null);
	}

	/**
	 * Request the events of a run, and read nothing.
	 */
	Socket connect(String runId) throws IOException {
		return request(path(runId));
	}

	String get(String path) throws IOException {
		try (InputStream stream = URI.create("http://127.0.0.1:" + port() + path).toURL().openStream()) {
			return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/**
	 * Prepare a HEAD request.
	 */
	HttpURLConnection head(String path) throws IOException {
		HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port() + path)
			.toURL()
			.openConnection();
		connection.setRequestMethod("HEAD");
		return connection;
	}

	/**
	 * Send a request, and read nothing.
	 */
	Socket request(String path) throws IOException {
		Socket socket = new Socket();
		socket.setReceiveBufferSize(4 * 1024);
		socket.connect(new InetSocketAddress("127.0.0.1", port()));
		String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	/**
	 * Derive another event.
	 */
	private static ServerSentEvent<String> step(ServerSentEvent<TinyFishRunEvent> event) {
		if (event.data() instanceof TinyFishRunProgressEvent progress) {
			return ServerSentEvent.builder(progress.getPurpose()).build();
		}
		if (event.data() instanceof TinyFishRunFinishedEvent) {
			return ServerSentEvent.builder("The end").build();
		}
		return ServerSentEvent.<String>builder().comment("still there").build();
	}

	private static String path(String runId) {
		return "/runs/" + runId + "/events";
	}

	private int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ServletApplication {

		@Bean
		ServletController controller(RunEventEmitters emitters, RunEventRelay relay) {
			return new ServletController(emitters, relay);
		}

	}

	@RestController
	static class ServletController {

		private final RunEventEmitters emitters;

		private final RunEventRelay relay;

		ServletController(RunEventEmitters emitters, RunEventRelay relay) {
			this.emitters = emitters;
			this.relay = relay;
		}

		@GetMapping("/runs/{runId}/events")
		SseEmitter watch(@PathVariable("runId") String runId,
				@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
				@RequestParam(name = "viewer", required = false) @Nullable String viewer) {
			return this.emitters.emitter(RelayRequest.of(runId).withLastEventId(lastEventId).withViewer(viewer));
		}

		@GetMapping("/runs/{runId}/steps")
		SseEmitter steps(@PathVariable("runId") String runId) {
			return this.emitters.emitter(this.relay.events(RelayRequest.of(runId)).map(RelayApplication::step));
		}

		@GetMapping("/plain")
		String plain() {
			return "plain";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class ReactiveApplication {

		@Bean
		ReactiveController controller(RunEventRelay relay) {
			return new ReactiveController(relay);
		}

		/**
		 * The mapping creates this bean even with lazy initialization.
		 */
		@Bean
		RouterFunction<ServerResponse> routes(ObjectProvider<RunEventRelay> relay) {
			return RouterFunctions.route()
				.GET("/functional/{runId}",
						(request) -> Mono
							.just(relay.getObject().response(RelayRequest.of(request.pathVariable("runId")))))
				.build();
		}

	}

	@RestController
	static class ReactiveController {

		private final RunEventRelay relay;

		ReactiveController(RunEventRelay relay) {
			this.relay = relay;
		}

		@GetMapping("/runs/{runId}/events")
		ServerResponse watch(@PathVariable("runId") String runId,
				@RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId,
				@RequestParam(name = "viewer", required = false) @Nullable String viewer) {
			return this.relay.response(RelayRequest.of(runId).withLastEventId(lastEventId).withViewer(viewer));
		}

		@GetMapping("/plain")
		String plain() {
			return "plain";
		}

		@GetMapping("/runs/{runId}/steps")
		ResponseEntity<Flux<ServerSentEvent<String>>> steps(@PathVariable("runId") String runId) {
			return ResponseEntity.ok()
				.header("X-Accel-Buffering", "no")
				.body(this.relay.events(RelayRequest.of(runId)).map(RelayApplication::step));
		}

	}

}
