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
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import ai.tinyfish.internal.lifecycle.RunsStoppedException;
import ai.tinyfish.internal.session.SharedRuns;
import ai.tinyfish.support.BrowserControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Browser sessions that clients are opening, or have opened and not ended. They end with
 * their clients, and all together when the application stops.
 */
public final class OpenBrowsers implements BrowserControl {

	private static final Logger logger = LoggerFactory.getLogger(OpenBrowsers.class);

	private final SharedRuns runs;

	private final Set<OpenBrowser> all = ConcurrentHashMap.newKeySet();

	private final List<Consumer<Duration>> endCallbacks = new CopyOnWriteArrayList<>();

	/**
	 * Create the sessions of an application.
	 * @param runs its runs, with which they stop
	 */
	public OpenBrowsers(SharedRuns runs) {
		this.runs = runs;
	}

	@Override
	public List<OpenSession> openBrowsers() {
		return this.all.stream()
			.flatMap(OpenBrowser::describe)
			.sorted(Comparator.comparing(OpenSession::openedAt))
			.toList();
	}

	@Override
	public CompletableFuture<Boolean> endBrowser(String sessionId) {
		return this.all.stream()
			.filter((browser) -> browser.describe().anyMatch((open) -> open.sessionId().equals(sessionId)))
			.findFirst()
			.map((browser) -> browser.end().thenReturn(true))
			.orElse(Mono.just(false))
			.toFuture();
	}

	@Override
	public void onEnd(Consumer<Duration> callback) {
		this.endCallbacks.add(callback);
	}

	/**
	 * Return all sessions, at any time.
	 */
	public Set<OpenBrowser> all() {
		return this.all;
	}

	/**
	 * Add a session that is about to be opened.
	 * @throws RunsStoppedException if the application stops
	 */
	void add(OpenBrowser browser) {
		this.all.add(browser);
		this.runs.requireAccepting();
	}

	/**
	 * Remove a session.
	 * @return whether it was there
	 */
	boolean remove(OpenBrowser browser) {
		return this.all.remove(browser);
	}

	/**
	 * Record that a session was ended.
	 * @param openFor the longest time for which it may have been open
	 */
	void ended(Duration openFor) {
		for (Consumer<Duration> callback : this.endCallbacks) {
			try {
				callback.accept(openFor);
			}
			catch (RuntimeException ex) {
				logger.warn("A callback for the end of a browser session failed", ex);
			}
		}
	}

}
