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
import org.jspecify.annotations.Nullable;

/**
 * Remote browser that this application has opened, and ends with {@link #close()}. It is
 * billed until then. Closing the connection of the Chrome DevTools Protocol, such as with
 * Playwright's {@code browser.close()}, does not end it. Its description does not contain
 * its URLs, which may be enough to drive it. Thread-safe.
 *
 * @since 0.1.0
 */
public interface RemoteBrowser extends AutoCloseable {

	/**
	 * Return the session.
	 * @return its id
	 */
	String sessionId();

	/**
	 * Return the WebSocket URL to drive the browser at with the Chrome DevTools Protocol.
	 * @return the URL, such as for Playwright's {@code connectOverCDP}
	 */
	String cdpUrl();

	/**
	 * Return the URL that the pages of the session are listed below.
	 * @return the https URL, or null if the service does not say
	 */
	@Nullable String baseUrl();

	/**
	 * End the session, with the key that opened it, so that it is no longer billed. Does
	 * nothing if it has been ended. Failures are retried, for 30 seconds in all. An
	 * interrupt does not end this wait, and its flag stays set. A thread that must not
	 * block does not wait, and a failure is logged.
	 * @throws TinyFishApiException if the session could not be ended, which is also
	 * logged. The message has its id, the time at which the service ends it if it is not
	 * used, and the call that ends it
	 */
	@Override
	void close();

}
