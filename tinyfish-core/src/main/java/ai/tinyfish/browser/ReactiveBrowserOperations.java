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

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishConnectionException;
import ai.tinyfish.error.TinyFishInsufficientCreditsException;
import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.usage.UsagePage;
import ai.tinyfish.usage.UsageQuery;
import reactor.core.publisher.Mono;

/**
 * Operations that start and close remote browsers, which the application drives itself,
 * without blocking. Nothing is sent before there is a subscriber; cancelling closes the
 * connection. Closing and reading may be repeated, so that failures are retried; starting
 * is not.
 */
public interface ReactiveBrowserOperations {

	/**
	 * Start a browser with the service's defaults, on an empty page
	 * ({@code POST /v1/browser}), as {@link #create(BrowserSessionRequest)} does. It is
	 * billed until {@link #close} or its inactivity timeout.
	 * @return the session
	 */
	default Mono<BrowserSession> create() {
		return create(BrowserSessionRequest.defaults());
	}

	/**
	 * Start a browser ({@code POST /v1/browser}), with each subscription another one. The
	 * session is billed by its time until {@link #close}, or until it has been inactive
	 * for the timeout of the request. To close the browser over the Chrome DevTools
	 * Protocol, such as with Playwright's {@code browser.close()}, only disconnects: the
	 * session goes on and is billed. Close it whatever happens: <pre>
	 * Mono.usingWhen(client.browser().create(),
	 *         (session) -&gt; drive(session.cdpUrl()),
	 *         (session) -&gt; client.browser().close(session.sessionId()));
	 * </pre>
	 * <p>
	 * Like the start of a run, this is sent again only where the service has said, or it
	 * is certain, that there is no session. If the response is lost, or the subscription
	 * cancelled, one may have been started all the same: {@link #usage} lists it, and the
	 * service ends it after its time.
	 * @param request how to start it
	 * @return the session. Fails with {@link TinyFishInsufficientCreditsException} if the
	 * account is out of credit, with {@link TinyFishConnectionException} if there is no
	 * response (unless it says that it could not connect, there may be a session), and
	 * with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<BrowserSession> create(BrowserSessionRequest request);

	/**
	 * Close a session ({@code DELETE /v1/browser/{id}}), so that it is no longer billed.
	 * May be called more than once. A session that is not there any more after an attempt
	 * whose response was lost is closed.
	 * @param sessionId the session's id, whatever the service has given
	 * @return completes when it is closed. Fails with {@link TinyFishNotFoundException}
	 * if there is no such session, and with {@link TinyFishApiException} if there is no
	 * usable response
	 * @throws IllegalArgumentException if the id is none that can be sent: blank,
	 * {@code .} or {@code ..}, or one with control characters
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
	 * @param query the conditions, and which page
	 * @return the page
	 * @throws IllegalArgumentException if the query has a condition for other records.
	 * Fails with {@link TinyFishApiException} if there is no usable response
	 */
	Mono<UsagePage<BrowserUsage>> usage(UsageQuery query);

}
