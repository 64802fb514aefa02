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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

import ai.tinyfish.support.BrowserControl;
import reactor.core.publisher.Mono;

/**
 * Browser sessions that clients have opened and not ended.
 */
public final class OpenBrowsers implements BrowserControl {

	private final Map<OpenBrowser, Session> all = new ConcurrentHashMap<>();

	private final LongAdder ended = new LongAdder();

	private final LongAdder endedNanos = new LongAdder();

	@Override
	public List<Session> openBrowsers() {
		return this.all.values().stream().sorted(Comparator.comparing(Session::openedAt)).toList();
	}

	@Override
	public CompletableFuture<Boolean> endBrowser(String sessionId) {
		return find(sessionId).findFirst()
			.map((browser) -> browser.end().thenReturn(true))
			.orElse(Mono.just(false))
			.toFuture();
	}

	@Override
	public long endedBrowsers() {
		return this.ended.sum();
	}

	@Override
	public Duration endedBrowserTime() {
		return Duration.ofNanos(this.endedNanos.sum());
	}

	void add(OpenBrowser browser, String openedBy) {
		this.all.put(browser, new Session(browser.sessionId(), Instant.now(), openedBy));
	}

	/**
	 * Record that the service has closed a session, which may be one of these.
	 */
	void closed(String sessionId) {
		find(sessionId).forEach(OpenBrowser::ended);
	}

	/**
	 * Record that a session is no longer open.
	 * @param openFor the time for which it was open
	 */
	void ended(OpenBrowser browser, Duration openFor) {
		if (remove(browser)) {
			this.ended.increment();
			this.endedNanos.add(openFor.toNanos());
		}
	}

	/**
	 * Remove a session.
	 * @return whether it was there
	 */
	boolean remove(OpenBrowser browser) {
		return this.all.remove(browser) != null;
	}

	private Stream<OpenBrowser> find(String sessionId) {
		return this.all.keySet().stream().filter((browser) -> browser.sessionId().equals(sessionId));
	}

}
