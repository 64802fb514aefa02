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
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import ai.tinyfish.browser.BrowserSessionRequest;
import ai.tinyfish.browser.RemoteBrowser;
import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.internal.call.BlockingExecutor;
import ai.tinyfish.internal.call.DroppedErrors;
import ai.tinyfish.internal.lifecycle.ClientLifecycle;
import ai.tinyfish.internal.session.BlockingWait;
import ai.tinyfish.internal.wire.SendDecision;
import ai.tinyfish.support.BrowserControl;
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

	/** Never expires, and needs no timer. */
	private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

	/** Maximum time to end a session, with retries. */
	private static final Duration END_TIMEOUT = Duration.ofSeconds(30);

	private static final Logger logger = LoggerFactory.getLogger(OpenBrowser.class);

	private final BrowserSessions client;

	/** How long the session may be idle before the service ends it. */
	private final Duration idle;

	private final String apiKey;

	private final String openedBy;

	private final SendDecision decision = new SendDecision();

	private final Disposable.Swap limit = Disposables.swap();

	/** The creation, which continues if the caller gives up. */
	private final Mono<BrowserCalls.CreatedSession> creation;

	/** The end, once for all who request it. Only a failure is not kept. */
	private final Mono<Void> end = Mono.defer(this::requestEnd)
		.cache((none) -> FOREVER, (failure) -> Duration.ZERO, () -> FOREVER);

	/** The session once it has arrived, whether or not the caller waits for it. */
	private volatile BrowserCalls.@Nullable CreatedSession session;

	private volatile Instant openedAt = Instant.EPOCH;

	OpenBrowser(BrowserSessions client, BrowserSessionRequest given, String apiKey, String openedBy) {
		this.client = client;
		this.apiKey = apiKey;
		this.openedBy = openedBy;
		this.idle = Objects.requireNonNullElse(given.timeout(), client.settings().idleTimeout());
		ReactiveOperationExecutor executor = client.creations();
		this.creation = executor
			.execute(BrowserCalls.create(given.toBuilder().timeout(this.idle).build(), executor.bodies(), this::named,
					this::lost), apiKey, this.decision)
			.doFirst(this::begin)
			.doOnNext(this::arrived)
			.doOnError((failure) -> {
				if (this.session == null) {
					forget();
				}
			})
			.cache();
	}

	@Override
	public String sessionId() {
		return session().sessionId();
	}

	@Override
	public String cdpUrl() {
		return session().cdpUrl();
	}

	@Override
	public @Nullable String baseUrl() {
		return session().baseUrl();
	}

	private BrowserCalls.CreatedSession session() {
		return Objects.requireNonNull(this.session);
	}

	/**
	 * Describe the session for operators.
	 * @return nothing if it has not arrived
	 */
	Stream<BrowserControl.OpenSession> describe() {
		return Stream.ofNullable(this.session)
			.map((arrived) -> new BrowserControl.OpenSession(arrived.sessionId(), this.openedAt, this.openedBy));
	}

	/**
	 * Open the session with the calling thread.
	 * @throws TinyFishConnectionException if the thread is interrupted
	 */
	OpenBrowser openBlocking() {
		BlockingExecutor.requireBlockingThread("browser.create");
		return BlockingWait.get(open(Context.empty()), (interrupted) -> {
			abandon().subscribe();
			throw new TinyFishConnectionException(givenUp("interrupted while waiting for the response"), interrupted)
				.withoutRun();
		});
	}

	/**
	 * Begin to open the session.
	 * @param context the context of the subscriber
	 * @return the open session; cancelling it gives up
	 */
	CompletableFuture<OpenBrowser> open(ContextView context) {
		Duration timeout = this.client.createTimeout();
		return this.creation
			// also at the timeout
			.doOnCancel(() -> abandon().subscribe())
			.map(this::delivered)
			.timeout(timeout,
					Mono.error(() -> new TinyFishTimeoutException(
							givenUp("no complete response within " + timeout.toMillis() + " ms"), null)
						.withoutRun()))
			.onErrorStop()
			// a cancel may come at the same time
			.contextWrite(DroppedErrors.quiet())
			.contextWrite(context)
			.toFuture();
	}

	private void begin() {
		this.client.lifecycle().add(this);
		// the client may not have seen it when it began to close
		if (!this.client.lifecycle().isOpen()) {
			this.decision.abandon();
		}
		this.client.registry().add(this);
	}

	/**
	 * Receive the session, whether or not the caller still waits for it.
	 */
	private void arrived(BrowserCalls.CreatedSession arrived) {
		this.openedAt = Instant.now();
		this.session = arrived;
		Duration maxDuration = this.client.settings().maxDuration();
		// repeated until it is ended: an attempt may fail
		this.limit.update(Flux.interval(maxDuration).subscribe((tick) -> {
			logger.warn("Browser session {}, opened by {}, is ended: it has been open for {}", LogText.of(sessionId()),
					this.openedBy, maxDuration);
			endInBackground();
		}));
		// the client may have been closed meanwhile
		this.client.lifecycle().add(this);
	}

	private OpenBrowser delivered(BrowserCalls.CreatedSession arrived) {
		if (this.decision.isAbandoned()) {
			throw new TinyFishConnectionException("browser.create: the client or the application stops. Session "
					+ arrived.sessionId() + " is being ended", null)
				.withoutRun();
		}
		return this;
	}

	/**
	 * End the session that a response names that is an error or cannot be used.
	 */
	private void named(BrowserCalls.CreatedSession unwanted) {
		arrived(unwanted);
		endInBackground();
	}

	/**
	 * Return the failure if a session may have been opened.
	 */
	private TinyFishException lost(String operation, TinyFishApiException failure) {
		if (this.session != null) {
			return BrowserCalls.noted(operation, failure, "Session " + sessionId() + " is being ended");
		}
		String note = note("It ends");
		// the caller may have given up
		logger.warn("The response to browser.create, called by {}, is lost. {}", this.openedBy, note);
		return BrowserCalls.noted(operation, failure, note);
	}

	/**
	 * Record that the caller no longer waits. A request that was not sent will not be.
	 * @return completes when the session, if it arrives, has ended or has failed to
	 */
	private Mono<Void> abandon() {
		this.decision.abandon();
		return this.creation.onErrorComplete()
			.then(Mono.defer(() -> (this.session != null) ? this.end.onErrorComplete() : Mono.empty()));
	}

	private String givenUp(String problem) {
		return "browser.create: " + problem + (mayBeOpen()
				? ". " + note("It is ended when the response arrives, and otherwise") : "; nothing was started");
	}

	private boolean mayBeOpen() {
		return this.session != null || this.decision.mayHaveSent();
	}

	@Override
	public void close() {
		if (Schedulers.isInNonBlockingThread()) {
			endInBackground();
		}
		else {
			BlockingExecutor.join(this.end);
		}
	}

	/**
	 * End the session without blocking. Once begun, it does not stop with its subscriber.
	 * @return completes when it is ended; the same for all concurrent calls
	 */
	Mono<Void> end() {
		return this.end;
	}

	private Mono<Void> requestEnd() {
		return this.client.followUps()
			.execute(BrowserCalls.close(session()), this.apiKey)
			.timeout(END_TIMEOUT,
					Mono.error(() -> new TinyFishTimeoutException(
							"browser.close: no response within " + END_TIMEOUT.toMillis() + " ms", null)))
			// a gateway may not know the path
			.onErrorComplete((failure) -> failure instanceof TinyFishNotFoundException ex && ex.isFromService())
			.onErrorMap(TinyFishException.class, (ex) -> BrowserCalls.noted("browser.close", ex, note("")).withoutRun())
			// also logged: the exception may be suppressed in another one
			.doOnError((failure) -> logger.warn("Failed to end a browser session. {}",
					LogText.of(String.valueOf(failure.getMessage()))))
			.then(Mono.fromRunnable(() -> {
				if (forget()) {
					this.client.registry().ended(Duration.between(this.openedAt, Instant.now()));
				}
			}));
	}

	/**
	 * Record that there is no session, or that it can no longer be ended.
	 * @return false if this was recorded before
	 */
	private boolean forget() {
		this.limit.dispose();
		this.client.lifecycle().remove(this);
		return this.client.registry().remove(this);
	}

	void endInBackground() {
		this.end.onErrorComplete().subscribe();
	}

	@Override
	public List<Mono<Void>> clientDraining() {
		Mono<Void> end = abandon();
		return mayBeOpen() ? List.of(end) : List.of();
	}

	@Override
	public void clientClosed() {
		// one that arrives later is ended as long as there are connections
		this.client.lifecycle().remove(this);
		if (this.session != null && forget()) {
			logger.warn("A browser session may outlive its client. {}", LogText.of(note("")));
		}
	}

	/**
	 * Return what may be open, until when, and how it is ended.
	 * @param how the way in which a session ends that has not arrived
	 */
	private String note(String how) {
		Instant end = Instant.now().plus(this.idle).truncatedTo(ChronoUnit.SECONDS);
		return (this.session != null)
				? "Session %s is still open and billed. If it is not used, it ends at %s. To end it now, call browser().close(\"%s\")"
					.formatted(sessionId(), end, sessionId())
				: "A session may be open and billed. " + how + " at " + end + ", since it is not used";
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
