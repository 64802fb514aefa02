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

package ai.tinyfish.browser;

import java.util.function.Function;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Operations that start and close remote browsers, which the application drives itself,
 * without blocking. Nothing is sent before there is a subscriber; cancelling closes the
 * connection. Closing and reading may be repeated, so that failures are retried; starting
 * is not.
 *
 * @since 0.1.0
 */
public interface ReactiveBrowserOperations {

	/**
	 * Start a browser, and end its session when the publisher that uses it completes,
	 * fails or is cancelled, with each subscription another one: <pre>
	 * Flux&lt;String&gt; titles = client.browser().use(request, (remote) -&gt; titles(remote.cdpUrl()));
	 * </pre>
	 * <p>
	 * If the session cannot be ended after the publisher has completed, the subscriber
	 * receives this failure; if the publisher has failed, it is suppressed in its
	 * failure, and after a cancel it is logged.
	 * @param <T> the type of the values
	 * @param request the settings of the session
	 * @param function creates the publisher that uses the browser; it need not close the
	 * browser
	 * @return the values of the publisher. Fails as {@link #create} does
	 */
	<T> Flux<T> use(BrowserSessionRequest request, Function<? super RemoteBrowser, ? extends Publisher<T>> function);

	/**
	 * Start a browser with the service's defaults, on an empty page
	 * ({@code POST /v1/browser}), as {@link #create(BrowserSessionRequest)} does. It is
	 * billed until {@link RemoteBrowser#close} or its inactivity timeout.
	 * @return the browser
	 */
	default Mono<RemoteBrowser> create() {
		return create(BrowserSessionRequest.defaults());
	}

	/**
	 * Start a browser ({@code POST /v1/browser}), with each subscription another one.
	 * Prefer {@link #use}, which ends the session. A browser that an operator discards
	 * after it was delivered, such as one in a queue or in a {@code zip} that fails,
	 * stays open, unless a {@code doOnDiscard(RemoteBrowser.class, RemoteBrowser::close)}
	 * follows this operator. It is billed by its time until {@link RemoteBrowser#close},
	 * or until it has been inactive for the timeout of the request, and belongs to this
	 * client, or to the original of a derived client: it is ended when that client is
	 * closed or the application stops, and at the latest after
	 * {@code browserMaxDuration}.
	 * <p>
	 * Like the start of a run, this is sent again only if the service has confirmed, or
	 * it is certain, that there is no session. If the subscription is cancelled or the
	 * response takes too long, it is still awaited in the background, 60 seconds longer
	 * than the timeout of the call, and the session is ended. If the response is lost,
	 * the exception or the log says until when there may be a session.
	 * @param request the settings of the session
	 * @return the browser. Fails with {@link TinyFishInsufficientCreditsException} if the
	 * account is out of credit, with {@link TinyFishConnectionException} if there is no
	 * response (unless it says that it could not connect, there may be a session), and
	 * with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<RemoteBrowser> create(BrowserSessionRequest request);

	/**
	 * Close a session ({@code DELETE /v1/browser/{id}}) that was opened elsewhere, so
	 * that it is no longer billed. May be called repeatedly. A session that no longer
	 * exists after an attempt whose response was lost counts as closed. A session of this
	 * client counts as open until its {@link RemoteBrowser#close}.
	 * @param sessionId the session's id, as the service has given it
	 * @return completes when it is closed. Fails with {@link TinyFishNotFoundException}
	 * if there is no such session, and with {@link TinyFishApiException} if there is no
	 * usable response
	 * @throws IllegalArgumentException if the id is not valid in a path: blank, {@code .}
	 * or {@code ..}, or with control characters
	 */
	Mono<Void> close(String sessionId);

	/**
	 * Read the first page of the account's sessions ({@code GET /v1/browser/usage}).
	 * @return the first page. Fails with {@link TinyFishApiException} if there is no
	 * usable response
	 */
	default Mono<UsagePage<BrowserUsage>> usage() {
		return usage(UsageQuery.all());
	}

	/**
	 * Read one page of the account's sessions ({@code GET /v1/browser/usage}).
	 * @param query the conditions and the page
	 * @return the page
	 * @throws IllegalArgumentException if the query has a condition for other records.
	 * Fails with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<UsagePage<BrowserUsage>> usage(UsageQuery query);

}
