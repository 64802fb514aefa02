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

package ai.tinyfish.simulator.internal.webhook;

import java.net.ConnectException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;

import ai.tinyfish.simulator.internal.api.BoundedLog;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.run.Run;
import ai.tinyfish.simulator.internal.run.RunDocuments;
import ai.tinyfish.simulator.internal.run.RunEngine;
import ai.tinyfish.simulator.internal.run.RunSnapshot;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;

/**
 * Delivery of outcomes to webhooks. A delivery that is not accepted is repeated, up to
 * four attempts in all, unless the answer has a status of 4xx.
 */
public final class Webhooks {

	private static final int MAX_ATTEMPTS = 4;

	/** One line per attempt, without the address. */
	private static final Logger logger = LoggerFactory.getLogger("ai.tinyfish.simulator.webhooks");

	private final WebhookSettings settings;

	private final WebhookHosts hosts;

	private final WebhookForwards forwards = new WebhookForwards();

	private final LoopResources loops;

	private final Scheduler scheduler;

	private final Clock clock;

	private final BoundedLog<WebhookAttempt> log;

	private volatile Disposable.Composite underWay = Disposables.composite();

	private @Nullable HttpClient client;

	public Webhooks(WebhookSettings settings, LoopResources loops, Scheduler scheduler, Clock clock, int maxKept) {
		this.settings = settings;
		this.hosts = new WebhookHosts(settings.hosts());
		this.loops = loops;
		this.scheduler = scheduler;
		this.clock = clock;
		this.log = new BoundedLog<>(maxKept);
	}

	public void runEnded(Run run) {
		String url = run.snapshot().submission().webhookUrl();
		int deliveries = run.script().webhookDeliveries();
		if (url == null || deliveries == 0) {
			return;
		}
		Call call = new Call(run.snapshot(), url);
		if (!this.hosts.isHostOf(this.forwards.targetOf(url))) {
			note(call.outcome(this.clock, 1, null, "host not allowed"));
			return;
		}
		Disposable.Swap slot = Disposables.swap();
		Disposable.Composite underWay = this.underWay;
		underWay.add(slot);
		// duplicates are sent one after the other, as after a lost answer
		slot.update(Flux.range(0, deliveries)
			.concatMap((number) -> attempt(call, 1))
			.doFinally((signal) -> underWay.remove(slot))
			.subscribe((nothing) -> {
			}, (ex) -> RunEngine.about(call.run().id(), () -> logger
				.warn("The webhook of run {} is not delivered: the simulator failed", call.run().id(), ex))));
	}

	public void forward(String url, String target) {
		if (!this.hosts.isHostOf(target)) {
			throw new IllegalArgumentException("Webhooks may go to this machine, and to hosts that are allowed");
		}
		this.forwards.add(url, target);
	}

	public List<WebhookAttempt> attempts() {
		return this.log.entries();
	}

	/**
	 * Give up deliveries in progress and clear the record. Forwards are kept. Called on
	 * the thread that reports the ends of runs.
	 */
	public void reset() {
		Disposable given = this.underWay;
		this.underWay = Disposables.composite();
		given.dispose();
		this.log.clear();
	}

	public void close() {
		this.underWay.dispose();
	}

	private Mono<Void> attempt(Call call, int number) {
		return Mono.defer(() -> send(call))
			.map((status) -> call.outcome(this.clock, number, status, null))
			.onErrorResume((ex) -> Mono.just(call.outcome(this.clock, number, null, problem(ex))))
			.doOnNext(this::note)
			.flatMap((outcome) -> (outcome.isLast() || number == MAX_ATTEMPTS) ? Mono.empty()
					: Mono.delay(waitAfter(number), this.scheduler).then(Mono.defer(() -> attempt(call, number + 1))));
	}

	private Duration waitAfter(int number) {
		return this.settings.retryDelay().multipliedBy(1L << (number - 1));
	}

	private Mono<Integer> send(Call call) {
		String url = this.forwards.targetOf(call.url());
		URI uri = URI.create(url);
		String origin = uri.getScheme() + "://" + uri.getHost() + ((uri.getPort() < 0) ? "" : ":" + uri.getPort());
		HttpClient client = client()
			.headers((headers) -> headers.set(HttpHeaderNames.CONTENT_LENGTH, call.body().length))
			.doOnConnected((connection) -> connection.addHandlerLast(new Target(target(uri))));
		if (WebhookHosts.isThisMachine(url) && uri.getScheme().equalsIgnoreCase("https")) {
			// a self-signed certificate of a test is accepted
			GenericSslContextSpec<?> anyCertificate = Http11SslContextSpec.forClient()
				.configure((builder) -> builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
					.endpointIdentificationAlgorithm(null));
			client = client.secure((spec) -> spec.sslContext(anyCertificate));
		}
		return client.post()
			.uri(origin)
			.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(call.body())))
			.response()
			.map((response) -> response.status().code())
			.timeout(this.settings.timeout(), this.scheduler);
	}

	/**
	 * Return the client, created once on first use, as its resolver holds a socket.
	 */
	private synchronized HttpClient client() {
		if (this.client == null) {
			// Reactor Netty repeats a request automatically unless this is disabled
			this.client = HttpClient.newConnection()
				.runOn(this.loops)
				.resolver((spec) -> spec.runOn(this.loops))
				.disableRetry(true)
				.headers((headers) -> headers.set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON));
		}
		return this.client;
	}

	private void note(WebhookAttempt outcome) {
		this.log.add(outcome);
		RunEngine.about(outcome.runId(), () -> logger.debug("{} of run {}, attempt {} -> {}", outcome.event(),
				outcome.runId(), outcome.attempt(), (outcome.status() != null) ? outcome.status() : outcome.problem()));
	}

	private static String target(URI uri) {
		String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
		return (uri.getRawQuery() != null) ? path + "?" + uri.getRawQuery() : path;
	}

	private static String problem(Throwable ex) {
		if (ex instanceof TimeoutException) {
			return "timeout";
		}
		return (ex instanceof ConnectException) ? "not connected" : "broken off";
	}

	/**
	 * Handler that adds the path and query to a request. They may contain a secret, and
	 * the client would log them.
	 */
	private static final class Target extends ChannelOutboundHandlerAdapter {

		private final String target;

		private Target(String target) {
			this.target = target;
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof HttpRequest request) {
				request.setUri(this.target);
			}
			context.write(message, promise);
		}

	}

	/**
	 * Delivery of an outcome.
	 */
	private record Call(RunSnapshot run, String url, String event, byte[] body) {

		private Call(RunSnapshot run, String url) {
			this(run, url, "run." + run.state().name().toLowerCase(Locale.ROOT), Json.bytes(RunDocuments.webhook(run)));
		}

		private WebhookAttempt outcome(Clock clock, int attempt, @Nullable Integer status, @Nullable String problem) {
			return new WebhookAttempt(clock.instant(), this.run.id(), this.url, this.event, attempt, status, problem);
		}

	}

}
