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

/**
 * Operations that start and close remote browsers, which the application drives itself.
 * Closing and reading may be repeated, so that failures are retried; starting is not.
 *
 * @since 0.1.0
 */
public interface BrowserOperations {

	/**
	 * Start a browser with the service's defaults, on an empty page
	 * ({@code POST /v1/browser}), as {@link #create(BrowserSessionRequest)} does. It is
	 * billed until {@link RemoteBrowser#close} or its inactivity timeout.
	 * @return the browser
	 * @throws TinyFishInsufficientCreditsException if the account is out of credit
	 * @throws TinyFishApiException if there is no usable response
	 */
	default RemoteBrowser create() {
		return create(BrowserSessionRequest.defaults());
	}

	/**
	 * Start a browser ({@code POST /v1/browser}). The session is billed by its time until
	 * {@link RemoteBrowser#close}, or until it has been inactive for the timeout of the
	 * request. Closing the browser over the Chrome DevTools Protocol, such as with
	 * Playwright's {@code browser.close()}, only disconnects: the session continues and
	 * is billed. <pre>
	 * try (RemoteBrowser remote = client.browser().create(request);
	 *         Playwright playwright = Playwright.create();
	 *         Browser browser = playwright.chromium().connectOverCDP(remote.cdpUrl())) {
	 *     Page page = browser.contexts().get(0).pages().get(0);
	 * }
	 * </pre>
	 * <p>
	 * The session belongs to this client, or to the original of a derived client: it is
	 * ended when that client is closed or the application stops, and at the latest after
	 * {@code browserMaxDuration}.
	 * <p>
	 * Like the start of a run, this is sent again only if the service has confirmed, or
	 * it is certain, that there is no session. If the calling thread is interrupted or
	 * the response takes too long, it is still awaited in the background, 60 seconds
	 * longer than the timeout of the call, and the session is ended. If the response is
	 * lost, the exception or the log says until when there may be a session.
	 * @param request the settings of the session
	 * @return the browser
	 * @throws TinyFishInsufficientCreditsException if the account is out of credit
	 * @throws TinyFishConnectionException if there is no response; unless it says that it
	 * could not connect, or that nothing was sent, there may be a session
	 * @throws TinyFishApiException if there is no usable response
	 * @throws IllegalStateException on a thread that must not block, or if the client is
	 * closed or the application stops
	 */
	RemoteBrowser create(BrowserSessionRequest request);

	/**
	 * Close a session ({@code DELETE /v1/browser/{id}}) that was opened elsewhere, so
	 * that it is no longer billed. May be called repeatedly. A session that no longer
	 * exists after an attempt whose response was lost counts as closed. A session of this
	 * client counts as open until its {@link RemoteBrowser#close}.
	 * @param sessionId the session's id, as the service has given it
	 * @throws IllegalArgumentException if the id is not valid in a path: blank, {@code .}
	 * or {@code ..}, or with control characters
	 * @throws TinyFishNotFoundException if there is no such session
	 * @throws TinyFishApiException if there is no usable response
	 */
	void close(String sessionId);

	/**
	 * Read the first page of the account's sessions ({@code GET /v1/browser/usage}).
	 * @return the first page
	 * @throws TinyFishApiException if there is no usable response
	 */
	default UsagePage<BrowserUsage> usage() {
		return usage(UsageQuery.all());
	}

	/**
	 * Read one page of the account's sessions ({@code GET /v1/browser/usage}).
	 * @param query the conditions and the page
	 * @return the page
	 * @throws IllegalArgumentException if the query has a condition for other records
	 * @throws TinyFishApiException if there is no usable response
	 */
	UsagePage<BrowserUsage> usage(UsageQuery query);

}
