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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import reactor.core.publisher.Mono;

/**
 * Browser sessions that clients are opening, or have opened and not ended. Clients keep
 * it in weak sets, so that it is equal only to itself.
 */
public final class OpenBrowsers {

	private final Set<OpenBrowser> all = ConcurrentHashMap.newKeySet();

	private final AtomicLong endedCount = new AtomicLong();

	private final AtomicLong endedNanos = new AtomicLong();

	/**
	 * Return the number of ended sessions.
	 * @return their number
	 */
	public long endedCount() {
		return this.endedCount.get();
	}

	/**
	 * Return the total time for which the ended sessions were open.
	 * @return the sum
	 */
	public Duration endedTime() {
		return Duration.ofNanos(this.endedNanos.get());
	}

	void add(OpenBrowser browser) {
		this.all.add(browser);
	}

	/**
	 * Return the open sessions.
	 * @return the sessions, the oldest first
	 */
	public List<OpenBrowser> list() {
		return this.all.stream().sorted(Comparator.comparing(OpenBrowser::openedAt)).toList();
	}

	private Stream<OpenBrowser> find(String sessionId) {
		return list().stream().filter((browser) -> browser.sessionId().equals(sessionId));
	}

	/**
	 * End one of the open sessions, with the key that opened it.
	 * @param sessionId its id
	 * @return whether the session was one of these. Fails if it could not be ended
	 */
	public Mono<Boolean> end(String sessionId) {
		return find(sessionId).findFirst().map((browser) -> browser.end().thenReturn(true)).orElse(Mono.just(false));
	}

	/**
	 * Record that the service has closed a session, which may be one of these.
	 */
	void closed(String sessionId) {
		find(sessionId).forEach(OpenBrowser::ended);
	}

	void ended(OpenBrowser browser) {
		if (this.all.remove(browser)) {
			this.endedNanos.addAndGet(Duration.between(browser.openedAt(), Instant.now()).toNanos());
			this.endedCount.incrementAndGet();
		}
	}

}
