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

package ai.tinyfish.internal.area;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Browser session of a client, from its request until it is ended. The response is
 * awaited for some time after its caller has given up, and the session ended.
 */
public final class OpenBrowser implements RemoteBrowser {

	private static final Duration LATE = Duration.ofSeconds(60);

	private static final Logger logger = LoggerFactory.getLogger(OpenBrowser.class);

	private static final BrowserCalls.Session UNKNOWN = new BrowserCalls.Session("", "", null);

	private final BrowserSessions client;

	private final BrowserSessionRequest request;

	private final String apiKey;

	private final String openedBy;

	private final SendDecision decision = new SendDecision();

	/**
	 * Number of the waiting: the caller, and the exchanges that are awaited without the
	 * caller.
	 */
	private final AtomicInteger waiting = new AtomicInteger(1);

	private final Sinks.Empty<Void> settled = Sinks.empty();

	private final AtomicBoolean ended = new AtomicBoolean();

	private final Disposable.Swap limit = Disposables.swap();

	private volatile BrowserCalls.Session session = UNKNOWN;

	private volatile Instant openedAt = Instant.now();

	private volatile boolean abandoned;

	private @Nullable Mono<Void> ending;

	OpenBrowser(BrowserSessions client, BrowserSessionRequest request, String apiKey, String openedBy) {
		this.client = client;
		this.request = (request.timeout() != null) ? request
				: request.toBuilder().timeout(client.settings().idleTimeout()).build();
		this.apiKey = apiKey;
		this.openedBy = openedBy;
		client.registry().add(this);
	}

	@Override
	public String sessionId() {
		return this.session.sessionId();
	}

	@Override
	public String cdpUrl() {
		return this.session.cdpUrl();
	}

	@Override
	public @Nullable String baseUrl() {
		return this.session.baseUrl();
	}

	/**
	 * Return when the session was opened.
	 * @return the time of the response
	 */
	public Instant openedAt() {
		return this.openedAt;
	}

	/**
	 * Return the code that opened the session.
	 * @return class and line
	 */
	public String openedBy() {
		return this.openedBy;
	}

	/**
	 * Return whether a session that was closed by its id is this one. Another account or
	 * service may not know the id, which does not say that this one is closed.
	 */
	boolean isClosedBy(BrowserSessions closing, String closingKey) {
		return this.apiKey.equals(closingKey) && this.client.url().equals(closing.url());
	}

	boolean isKnown() {
		return this.session != UNKNOWN;
	}

	boolean isOf(ClientLifecycle owner) {
		return this.client.lifecycle() == owner;
	}

	/**
	 * Create the session with the calling thread.
	 * @throws TinyFishConnectionException if the client is closed
	 */
	OpenBrowser open(OperationExecutor executor) {
		try {
			requireOpen("and nothing was sent");
			return opened(executor.execute(call(executor.bodies()), this.apiKey, this.decision));
		}
		finally {
			settle();
		}
	}

	Mono<OpenBrowser> open(ReactiveOperationExecutor executor) {
		return Mono.defer(() -> {
			requireOpen("and nothing was sent");
			return executor.execute(call(executor.bodies()), this.apiKey, this.decision);
		}).map(this::opened).doFinally((signal) -> settle());
	}

	private void requireOpen(String otherwise) {
		if (!this.client.lifecycle().isOpen()) {
			throw new TinyFishConnectionException("browser.create: the client was closed " + otherwise, null);
		}
	}

	private ApiCall<BrowserCalls.Session> call(RequestBodies bodies) {
		return BrowserCalls.create(this.request, bodies,
				(operation, failure) -> BrowserCalls.noted(operation, failure, note()), this::late);
	}

	private OpenBrowser opened(BrowserCalls.Session arrived) {
		OpenBrowser browser = take(arrived);
		if (this.abandoned || !this.client.lifecycle().isOpen()) {
			browser.endInBackground();
			requireOpen("and with it session " + arrived.sessionId());
		}
		return browser;
	}

	/**
	 * Take a session, or leave it to another object if a repeated request has opened it.
	 */
	private synchronized OpenBrowser take(BrowserCalls.Session arrived) {
		if (isKnown()) {
			return new OpenBrowser(this.client, this.request, this.apiKey, this.openedBy).take(arrived);
		}
		this.openedAt = Instant.now();
		this.session = arrived;
		Duration maxDuration = this.client.settings().maxDuration();
		// repeated until it is ended: an attempt may fail
		this.limit.update(
				Flux.interval(maxDuration).takeWhile((tick) -> this.client.lifecycle().isOpen()).subscribe((tick) -> {
					logger.warn("Browser session {}, opened by {}, is ended: it has been open for {}",
							LogText.of(sessionId()), this.openedBy, maxDuration);
					endInBackground();
				}));
		return this;
	}

	/**
	 * Record that the caller gives up. The session is ended, also if it is just being
	 * returned.
	 */
	void abandon() {
		this.abandoned = true;
		if (isKnown()) {
			endInBackground();
		}
	}

	private void late(Mono<BrowserCalls.Session> response) {
		this.waiting.incrementAndGet();
		response.timeout(LATE).doFinally((signal) -> settle()).subscribe((arrived) -> {
			// the caller may have given up when the session had just arrived
			if (!sessionId().equals(arrived.sessionId())) {
				take(arrived).endInBackground();
			}
		}, (failure) -> logger.warn("The response to browser.create, called by {}, is lost. {}", this.openedBy,
				note()));
	}

	/**
	 * Record that the caller no longer waits, or that an exchange has ended without the
	 * caller.
	 */
	private void settle() {
		if (this.waiting.decrementAndGet() == 0) {
			if (!isKnown()) {
				this.client.registry().remove(this);
			}
			this.settled.tryEmitEmpty();
		}
	}

	@Override
	public void close() {
		if (Schedulers.isInNonBlockingThread()) {
			endInBackground();
			return;
		}
		CompletableFuture<Void> end = end().toFuture();
		try {
			try {
				end.get();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				Mono.fromFuture(end)
					.timeout(CloseBudget.CANCELLING,
							Mono.error(() -> new TinyFishTimeoutException(
									"browser.close: no response to an interrupted thread. " + note(), ex)))
					.toFuture()
					.join();
			}
		}
		catch (ExecutionException | CompletionException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex);
		}
	}

	/**
	 * End the session without blocking. Once begun, it does not stop with its subscriber.
	 * @return completes when it is ended; the same for all concurrent calls
	 */
	synchronized Mono<Void> end() {
		if (this.ended.get()) {
			return Mono.empty();
		}
		if (this.ending == null) {
			// it may be a gateway that does not know the path, which proves nothing
			this.ending = Mono.defer(() -> this.client.calls().execute(BrowserCalls.close(sessionId()), this.apiKey))
				.onErrorResume(TinyFishNotFoundException.class,
						(ex) -> (ex.code() != null) ? Mono.just(Boolean.TRUE) : Mono.error(ex))
				.doOnNext((closed) -> ended())
				.onErrorMap(TinyFishException.class, (ex) -> BrowserCalls.noted("browser.close", ex, note()))
				.doOnError((ex) -> failed())
				.then()
				.cache();
		}
		return this.ending;
	}

	private synchronized void failed() {
		this.ending = null;
	}

	/**
	 * Begin to end the session; a failure is logged.
	 * @return completes when it is ended or has failed to end
	 */
	private Mono<Void> endInBackground() {
		Mono<Void> end = end().onErrorResume((ex) -> {
			logger.warn("Failed to end a browser session. {}", LogText.of(String.valueOf(ex.getMessage())));
			return Mono.empty();
		}).cache();
		end.subscribe();
		return end;
	}

	/**
	 * End the session with its client, even if it has not arrived yet.
	 * @return completes when it is ended or has failed to end
	 */
	Mono<Void> endWithClient() {
		Mono<Void> arrival = (isKnown() || !this.decision.mayHaveSent()) ? Mono.empty() : this.settled.asMono();
		return arrival.then(Mono.defer(() -> isKnown() ? endInBackground() : Mono.empty()));
	}

	/**
	 * Record that the session is no longer open.
	 */
	void ended() {
		if (this.ended.compareAndSet(false, true)) {
			this.limit.dispose();
			this.client.registry().ended(this);
		}
	}

	void logLeft() {
		logger.warn("A browser session may outlive its client. {}", LogText.of(note()));
	}

	private String note() {
		Instant end = Instant.now().plus(this.client.idleTimeoutOf(this.request)).truncatedTo(ChronoUnit.SECONDS);
		return isKnown()
				? "Session %s is still open and billed. If it is not used, it ends at %s. To end it now, call browser().close(\"%s\")"
					.formatted(sessionId(), end, sessionId())
				: "A session may be open and billed. It is ended if the response still arrives, and otherwise at " + end
						+ ", since it is not used";
	}

	/**
	 * Return a description without the URLs.
	 * @return the id
	 */
	@Override
	public String toString() {
		return LogText.of("RemoteBrowser[sessionId=" + sessionId() + "]");
	}

}
