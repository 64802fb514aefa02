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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.ApiCall;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.IoFailures;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.lifecycle.CloseBudget;
import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.session.BlockingWait;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.support.LogText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Browser session of a client, from its request until it is ended. If the caller gives up
 * or the client is closing, the response is still awaited, and the session is ended when
 * it arrives.
 */
public final class OpenBrowser implements RemoteBrowser, ClientLifecycle.Member {

	/** How much longer than the caller a response is awaited. */
	private static final Duration LATE = Duration.ofSeconds(60);

	/** Never expires, and needs no timer. */
	private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

	private static final Logger logger = LoggerFactory.getLogger(OpenBrowser.class);

	private final BrowserSessions client;

	private final BrowserSessionRequest request;

	private final String apiKey;

	private final String openedBy;

	private final SendDecision decision = new SendDecision();

	/** The session, when it has arrived, whether or not the caller waits for it. */
	private final CompletableFuture<BrowserCalls.Session> arrival = new CompletableFuture<>();

	private final Disposable.Swap limit = Disposables.swap();

	/** The latest attempt to open the session, which continues if the caller gives up. */
	private volatile Mono<?> exchange = Mono.empty();

	private volatile long openedNanos;

	/** The end, once for all who request it. Only a failure is not kept. */
	private final Mono<Void> end = Mono.defer(this::requestEnd)
		.cache((none) -> FOREVER, (failure) -> Duration.ZERO, () -> FOREVER);

	private volatile boolean ended;

	OpenBrowser(BrowserSessions client, BrowserSessionRequest request, String apiKey, String openedBy) {
		this.client = client;
		this.request = (request.timeout() != null) ? request
				: request.toBuilder().timeout(client.settings().idleTimeout()).build();
		this.apiKey = apiKey;
		this.openedBy = openedBy;
	}

	@Override
	public String sessionId() {
		return this.arrival.join().sessionId();
	}

	@Override
	public String cdpUrl() {
		return this.arrival.join().cdpUrl();
	}

	@Override
	public @Nullable String baseUrl() {
		return this.arrival.join().baseUrl();
	}

	/**
	 * Open the session with the calling thread.
	 * @throws TinyFishConnectionException if the thread is interrupted
	 */
	OpenBrowser openBlocking() {
		BlockingExecutor.requireBlockingThread("browser.create");
		CompletableFuture<OpenBrowser> opened = open(Context.empty());
		return BlockingWait.get(opened, (interrupted) -> {
			if (!opened.cancel(true)) {
				// it has arrived meanwhile
				endOnArrival();
			}
			throw new TinyFishConnectionException("browser.create: interrupted while waiting for the response"
					+ (mayBeOpen() ? ". " + note() : "; nothing was started"), interrupted);
		});
	}

	/**
	 * Begin to open the session.
	 * @param context the context of the subscriber
	 * @return the open session; cancelling it gives up
	 */
	CompletableFuture<OpenBrowser> open(ContextView context) {
		ReactiveOperationExecutor executor = this.client.executor();
		ApiCall<BrowserCalls.Session> call = BrowserCalls.create(
				this.request, executor.bodies(), this::arrived, (operation, failure) -> BrowserCalls.noted(operation,
						failure, this.arrival.isDone() ? "Session " + sessionId() + " is being ended" : note()),
				this::keep);
		return executor.execute(call, this.apiKey, this.decision).map((answer) -> {
			if (!this.client.lifecycle().isOpen()) {
				throw new TinyFishConnectionException(
						"browser.create: the client was closed and with it session " + sessionId(), null);
			}
			return this;
		})
			.doOnError((failure) -> endOnArrival())
			.doOnCancel(this::giveUp)
			.onErrorStop()
			.contextWrite(context)
			.toFuture();
	}

	/**
	 * Keep the exchange of an attempt. No attempt begins once the client is closing.
	 */
	private <A> Mono<A> keep(Mono<A> attempt, Duration timeout) {
		this.client.lifecycle().add(this);
		Mono<A> kept = Mono.defer(() -> {
			this.client.lifecycle().requireOpen();
			return attempt.timeout(timeout.plus(LATE));
		}).doOnTerminate(() -> {
			if (!this.arrival.isDone()) {
				this.client.lifecycle().remove(this);
			}
		}).cache();
		this.exchange = kept;
		return kept;
	}

	/**
	 * Take the session of a response.
	 */
	private synchronized BrowserCalls.Session arrived(byte[] body) {
		BrowserCalls.Session session = BrowserCalls.readSession(body);
		if (this.arrival.isDone()) {
			// an earlier attempt has opened one as well
			OpenBrowser other = new OpenBrowser(this.client, this.request, this.apiKey, this.openedBy);
			other.endOnArrival();
			return other.arrived(body);
		}
		this.openedNanos = System.nanoTime();
		this.client.registry().add(this, session.sessionId(), this.openedBy);
		// an earlier attempt that failed meanwhile has removed it
		this.client.lifecycle().add(this);
		Duration maxDuration = this.client.settings().maxDuration();
		// repeated until it is ended: an attempt may fail
		this.limit.update(
				Flux.interval(maxDuration).takeWhile((tick) -> this.client.lifecycle().isOpen()).subscribe((tick) -> {
					logger.warn("Browser session {}, opened by {}, is ended: it has been open for {}",
							LogText.of(sessionId()), this.openedBy, maxDuration);
					endInBackground();
				}));
		this.arrival.complete(session);
		Checks.that(!session.cdpUrl().isBlank(), "it has no cdp_url");
		return session;
	}

	/**
	 * Record that the caller no longer waits. A request that was not sent will not be.
	 */
	private void giveUp() {
		this.decision.giveUp();
		endOnArrival();
		this.exchange.subscribe((answer) -> {
		}, this::failedLate);
	}

	private void failedLate(Throwable failure) {
		if (mayBeOpen() && IoFailures.mayHaveStarted(failure)) {
			logger.warn("The response to browser.create, called by {}, is lost. {}", this.openedBy, note());
		}
	}

	private void endOnArrival() {
		this.arrival.thenRun(this::endInBackground);
	}

	private boolean mayBeOpen() {
		return this.arrival.isDone() || this.decision.mayHaveSent();
	}

	@Override
	public void close() {
		if (Schedulers.isInNonBlockingThread()) {
			endInBackground();
			return;
		}
		BlockingWait.get(this.end.toFuture(), (interrupted) -> CloseBudget.join(this.end,
				() -> new TinyFishTimeoutException("browser.close: no response to an interrupted thread. " + note(),
						interrupted)));
	}

	/**
	 * End the session without blocking. Once begun, it does not stop with its subscriber.
	 * @return completes when it is ended; the same for all concurrent calls
	 */
	Mono<Void> end() {
		return this.end;
	}

	private Mono<Void> requestEnd() {
		if (this.ended) {
			return Mono.empty();
		}
		return this.client.followUps()
			.execute(BrowserCalls.close(sessionId()), this.apiKey)
			// without a code, it may be a gateway that does not know the path
			.onErrorComplete(
					(failure) -> this.ended || (failure instanceof TinyFishNotFoundException ex && ex.code() != null))
			.onErrorMap(TinyFishException.class, (ex) -> BrowserCalls.noted("browser.close", ex, note()))
			.doOnError(this::logFailure)
			.doOnSuccess((closed) -> ended())
			.then();
	}

	/**
	 * Log that the session is still open: the exception may be suppressed in another one.
	 */
	private void logFailure(Throwable failure) {
		// otherwise it has been logged that it may outlive its client
		if (!this.client.lifecycle().isClosed()) {
			logger.warn("Failed to end a browser session. {}", LogText.of(String.valueOf(failure.getMessage())));
		}
	}

	/**
	 * Record that the session is no longer open.
	 */
	void ended() {
		this.ended = true;
		this.limit.dispose();
		this.client.registry().ended(this, Duration.ofNanos(System.nanoTime() - this.openedNanos));
		this.client.lifecycle().remove(this);
	}

	void endInBackground() {
		this.end.onErrorComplete().subscribe();
	}

	@Override
	public Mono<Void> clientDraining() {
		endOnArrival();
		return !mayBeOpen() ? Mono.empty() : this.exchange.onErrorComplete()
			.then(Mono.defer(() -> this.arrival.isDone() ? this.end.onErrorComplete() : Mono.empty()));
	}

	@Override
	public void clientClosed() {
		if (mayBeOpen()) {
			logger.warn("A browser session may outlive its client. {}", LogText.of(note()));
			this.limit.dispose();
			this.client.registry().remove(this);
		}
	}

	/**
	 * Return what may be open, until when, and how it is ended.
	 */
	private String note() {
		Duration idle = Objects.requireNonNull(this.request.timeout());
		Instant end = Instant.now().plus(idle).truncatedTo(ChronoUnit.SECONDS);
		return this.arrival.isDone()
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
