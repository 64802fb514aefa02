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

package ai.tinyfish.support;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Operations on the browser sessions of an application for the modules of this project.
 *
 * @since 0.1.0
 */
public interface BrowserControl {

	/**
	 * Return the sessions that the application has opened and not ended.
	 * @return a snapshot, the oldest first
	 */
	List<OpenSession> openBrowsers();

	/**
	 * End one of {@link #openBrowsers}, with the key that opened it.
	 * @param sessionId its id
	 * @return false if none of the sessions has this id. Fails if it could not be ended
	 */
	CompletableFuture<Boolean> endBrowser(String sessionId);

	/**
	 * Add a callback for each session that the application ends.
	 * @param callback receives the longest time for which it may have been open: the
	 * service may have ended it before. Must not block
	 */
	void onEnd(Consumer<Duration> callback);

	/**
	 * Open session.
	 *
	 * @param sessionId its id
	 * @param openedAt when it was opened
	 * @param openedBy class and line of the code that opened it
	 */
	record OpenSession(String sessionId, Instant openedAt, String openedBy) {

		@Override
		public String toString() {
			return LogText.of("OpenSession[" + this.sessionId + ", opened by " + this.openedBy + "]");
		}

	}

}
