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

package ai.tinyfish.sample;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Passes the events of a run on to browsers. Who comes late gets what has been missed.
 */
@Component
class RunFeed {

	private static final int MAX_RUNS = 100;

	private static final long TIMEOUT_MILLIS = 30 * 60 * 1000;

	private final Map<String, Feed> feeds = new LinkedHashMap<>();

	@EventListener
	void on(TinyFishRunEvent event) {
		if (event.getRunId() != null) {
			open(event.getRunId()).add(event);
		}
	}

	/**
	 * Watch a run.
	 * @return its events, or empty if it is not known here
	 */
	Optional<SseEmitter> subscribe(String runId) {
		Feed feed;
		synchronized (this.feeds) {
			feed = this.feeds.get(runId);
		}
		if (feed == null) {
			return Optional.empty();
		}
		SseEmitter emitter = new SseEmitter(TIMEOUT_MILLIS);
		feed.subscribe(emitter);
		return Optional.of(emitter);
	}

	/**
	 * Keep the events of a run from now on, and forget the oldest run that has ended.
	 */
	Feed open(String runId) {
		synchronized (this.feeds) {
			if (this.feeds.size() >= MAX_RUNS && !this.feeds.containsKey(runId)) {
				this.feeds.values().stream().filter(Feed::hasEnded).findFirst().ifPresent(this.feeds.values()::remove);
			}
			return this.feeds.computeIfAbsent(runId, (id) -> new Feed());
		}
	}

	/**
	 * The events of one run and the browsers that watch it.
	 */
	static final class Feed {

		private final List<TinyFishRunEvent> events = new ArrayList<>();

		private final List<SseEmitter> emitters = new ArrayList<>();

		synchronized boolean hasEnded() {
			return !this.events.isEmpty() && isLast(this.events.get(this.events.size() - 1));
		}

		private static boolean isLast(TinyFishRunEvent event) {
			return event instanceof TinyFishRunFinishedEvent || event instanceof TinyFishRunErrorEvent;
		}

		synchronized void add(TinyFishRunEvent event) {
			this.events.add(event);
			this.emitters.removeIf((emitter) -> !send(emitter, event));
		}

		synchronized void subscribe(SseEmitter emitter) {
			for (TinyFishRunEvent event : this.events) {
				if (!send(emitter, event)) {
					return;
				}
			}
			this.emitters.add(emitter);
		}

		/**
		 * Send an event.
		 * @return whether there is more to send to this browser
		 */
		private boolean send(SseEmitter emitter, TinyFishRunEvent event) {
			try {
				emitter.send(SseEmitter.event().name(event.getClass().getSimpleName()).data(event));
				if (isLast(event)) {
					emitter.complete();
					return false;
				}
				return true;
			}
			catch (IOException | IllegalStateException ex) {
				// the browser has gone
				return false;
			}
		}

	}

}
