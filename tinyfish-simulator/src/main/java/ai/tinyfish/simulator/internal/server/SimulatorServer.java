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

package ai.tinyfish.simulator.internal.server;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.api.HttpAnswer;
import ai.tinyfish.simulator.internal.chromium.Chromiums;
import ai.tinyfish.simulator.internal.run.ScriptSource;
import ai.tinyfish.simulator.internal.server.Exchanges.Exchange;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.concurrent.ImmediateEventExecutor;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import reactor.netty.resources.LoopResources;

/**
 * HTTP server of the simulator. It listens only on the loopback address and owns its
 * threads.
 */
public final class SimulatorServer {

	private static final String HOST = "127.0.0.1";

	private static final String OTHER = "other";

	private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

	/** Time for answers to end once their runs are cancelled. */
	private static final Duration RESET_GRACE = Duration.ofMillis(200);

	/** One line per request. */
	private static final Logger requests = LoggerFactory.getLogger("ai.tinyfish.simulator.requests");

	private static final Logger logger = LoggerFactory.getLogger(SimulatorServer.class);

	private final AtomicBoolean closed = new AtomicBoolean();

	private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);

	private final LoopResources loops = LoopResources.create("tinyfish-simulator", 1, 2, true);

	/** Known once bound; a request may come in just before. */
	private final CompletableFuture<String> address = new CompletableFuture<>();

	private final Exchanges exchanges = new Exchanges();

	private final Admission admission;

	private final Chromiums chromiums;

	private final Simulation simulation;

	private final Handlers handlers;

	private final DisposableServer server;

	/**
	 * Start to listen.
	 * @param settings the settings
	 * @param scripts the source of the scripts of runs
	 * @throws IllegalStateException if the port is not available
	 */
	public SimulatorServer(ServerSettings settings, ScriptSource scripts) {
		this.admission = new Admission(settings.apiKeys(), settings.anyApiKey());
		this.chromiums = new Chromiums(settings.chromium(), this.loops);
		this.simulation = Simulation.create(settings, scripts, this.loops, this.chromiums, this.address::join);
		this.handlers = new Handlers(settings, this.simulation, scripts, this.address::join);
		try {
			this.server = HttpServer.create()
				.host(HOST)
				.port(settings.port())
				.runOn(this.loops)
				.option(ChannelOption.SO_BACKLOG, 1024)
				.doOnConnection((connection) -> this.connections.add(connection.channel()))
				.handle(this::handle)
				.bindNow(CLOSE_TIMEOUT);
			this.address.complete(baseUrl());
		}
		catch (RuntimeException ex) {
			closeThreads();
			throw new IllegalStateException("Cannot listen on " + HOST + ":" + settings.port(), ex);
		}
	}

	/**
	 * Return the port.
	 * @return the port that the server listens on
	 */
	public int port() {
		return this.server.port();
	}

	/**
	 * Return the root of all endpoints.
	 * @return the address without a slash at the end
	 */
	public String baseUrl() {
		return "http://" + HOST + ":" + port();
	}

	/**
	 * Return the simulated service.
	 * @return its parts and records
	 */
	public Simulation simulation() {
		return this.simulation;
	}

	/**
	 * Cancel the runs in flight, end open streams and unfinished answers, and remove
	 * runs, records, planned faults and the data of the other endpoints.
	 * @throws IllegalStateException if the server is closed
	 */
	public void reset() {
		try {
			List<Exchange> open = this.exchanges.open();
			this.simulation.engine().cancelAll(() -> {
			}).join();
			Exchanges.finish(open, RESET_GRACE, CLOSE_TIMEOUT);
			this.simulation.engine().cancelAll(this.simulation::forget).join();
		}
		catch (RejectedExecutionException ex) {
			throw new IllegalStateException("The simulator is closed", ex);
		}
	}

	/**
	 * Stop the runs, close all connections and end all threads. Further calls do nothing.
	 */
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			this.simulation.services().close();
			this.chromiums.close();
			this.simulation.webhooks().close();
			this.simulation.engine().close(Duration.ofSeconds(1));
			this.server.dispose();
			this.connections.close();
			closeThreads();
		}
	}

	private void closeThreads() {
		this.simulation.engine().close(Duration.ofSeconds(1));
		Mono<Void> end = this.loops.disposeLater(Duration.ZERO, Duration.ofSeconds(2));
		if (Schedulers.isInNonBlockingThread()) {
			end.subscribe();
			return;
		}
		try {
			end.block(CLOSE_TIMEOUT);
		}
		catch (IllegalStateException ex) {
			logger.warn("The network threads did not stop in time");
		}
	}

	private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
		long began = System.nanoTime();
		QueryStringDecoder uri = new QueryStringDecoder(request.uri());
		String path = uri.rawPath();
		Channel channel = channelOf(request);
		Exchange exchange = this.exchanges.begin(channel);
		return Mono
			.defer(() -> this.closed.get() ? Mono.error(new RejectedExecutionException()) : answer(request, uri, path))
			.onErrorResume((ex) -> Mono.just(answer(ex)))
			.publishOn(Schedulers.fromExecutorService(channel.eventLoop()))
			.flatMap((answer) -> Mono.from(answer.send(response)))
			.doFinally((signal) -> {
				this.exchanges.end(exchange);
				if (requests.isDebugEnabled()) {
					long millis = (System.nanoTime() - began) / 1_000_000;
					requests.debug("{} {} -> {} in {} ms", request.method(), shorten(path), response.status().code(),
							millis);
				}
			});
	}

	/**
	 * Return the connection, whose thread sends the answers. If the thread of a run sent
	 * an answer, it would race with the end of its request, and Reactor Netty might
	 * neither finish it nor read on.
	 */
	private static Channel channelOf(HttpServerRequest request) {
		AtomicReference<Channel> channel = new AtomicReference<>();
		request.withConnection((connection) -> channel.set(connection.channel()));
		return Objects.requireNonNull(channel.get());
	}

	private Mono<HttpAnswer> answer(HttpServerRequest request, QueryStringDecoder uri, String path) {
		Endpoint.Route route = Endpoint.route(request.method().name(), path);
		String label = (route != null) ? route.endpoint().label() : OTHER;
		this.simulation.traffic().received(label);
		ReceivedCall call = new ReceivedCall(Instant.now(), label, request.method().name(), request.uri());
		if (route != null && route.endpoint().isAboutRun()) {
			call.run(route.id());
		}
		this.simulation.calls().add(call);
		Admission.checkHost(request.requestHeaders().getAll(HttpHeaderNames.HOST));
		if (path.startsWith("/v1/")) {
			call.apiKey(this.admission.checkKey(request.requestHeaders().get("X-API-Key")));
		}
		if (route == null) {
			return Mono.just(noEndpoint(Endpoint.methodsOf(path)));
		}
		return this.handlers.handle(route, parameters(uri), request, call);
	}

	private static HttpAnswer noEndpoint(Set<String> methods) {
		if (methods.isEmpty()) {
			throw ApiException.nothingHere();
		}
		ApiException error = new ApiException(405, "METHOD_NOT_ALLOWED",
				"This path accepts only " + String.join(" and ", methods));
		return HttpAnswer.json(error.status(), error.envelope(),
				Map.of(HttpHeaderNames.ALLOW, String.join(", ", methods)));
	}

	private static Map<String, List<String>> parameters(QueryStringDecoder uri) {
		try {
			return uri.parameters();
		}
		catch (IllegalArgumentException ex) {
			throw ApiException.invalidInput("The query string is not valid");
		}
	}

	private static HttpAnswer answer(Throwable ex) {
		if (ex instanceof ApiException api) {
			return HttpAnswer.error(api);
		}
		if (ex instanceof RejectedExecutionException) {
			return HttpAnswer.error(new ApiException(503, "SERVICE_BUSY", "The simulator is shutting down"));
		}
		logger.error("A request failed inside the simulator", ex);
		return HttpAnswer
			.error(new ApiException(500, "INTERNAL_ERROR", "The simulator failed: " + ex.getClass().getSimpleName()));
	}

	private static String shorten(String path) {
		return (path.length() <= 200) ? path : path.substring(0, 200);
	}

}
