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

package ai.tinyfish.spring.relay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpStatus;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.server.ResponseStatusException;

/**
 * Remembered runs and their subscriptions. When the limit is reached, runs are forgotten:
 * first those without subscriptions, and among these the ended ones, always the oldest
 * first.
 */
final class RunHistories {

	private static final Logger logger = LoggerFactory.getLogger(RunHistories.class);

	private static final int MAX_FORGOTTEN = 10_000;

	private final DefaultRunEventRelay.Limits limits;

	private final EventFrames frames;

	private final Lock lock = new ReentrantLock();

	private final Map<String, RunHistory> open = new LinkedHashMap<>();

	private final Map<String, RunHistory> ended = new LinkedHashMap<>();

	/** Ended runs whose events were forgotten. */
	private final Map<String, Boolean> forgotten = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > MAX_FORGOTTEN;
		}

	};

	private final Set<RunWatch> watches = ConcurrentHashMap.newKeySet();

	private final RelayDrops drops = new RelayDrops();

	private long text;

	private boolean closed;

	RunHistories(DefaultRunEventRelay.Limits limits, EventFrames frames) {
		this.limits = limits;
		this.frames = frames;
	}

	RelayDrops drops() {
		return this.drops;
	}

	/**
	 * Add an event.
	 * @param runId the run
	 * @param published the event as listeners have it
	 * @return the run with this event, or null if it is not added
	 */
	@Nullable RunHistory add(String runId, TinyFishRunEvent published) {
		// outside the lock, since rendering may take long and may fail
		TinyFishRunEvent event = shownEvents(runId).show(published);
		byte[] frame = render(event);
		this.lock.lock();
		try {
			if (this.ended.containsKey(runId)) {
				return null;
			}
			RunHistory history = open(runId);
			if (history == null) {
				return null;
			}
			long before = history.text();
			try {
				history.add(event, frame);
			}
			finally {
				this.text += history.text() - before;
			}
			if (history.hasEnded()) {
				this.open.remove(runId);
				this.ended.put(runId, history);
			}
			while (this.text > this.limits.maxText() && this.open.size() + this.ended.size() > 1) {
				forget(leastImportant(history), this.drops.forgotten());
			}
			return history;
		}
		finally {
			this.lock.unlock();
		}
	}

	private ShownEvents shownEvents(String runId) {
		this.lock.lock();
		try {
			RunHistory history = this.open.get(runId);
			return (history != null) ? history.shownEvents() : new ShownEvents();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Render an event, without the id that it gets when it is added.
	 * @return the bytes, none if it cannot be written: other listeners still receive it
	 */
	private byte[] render(TinyFishRunEvent event) {
		try {
			return this.frames.render(ServerSentEvent.builder(event).event(event.getClass().getSimpleName()).build());
		}
		catch (RuntimeException | StackOverflowError ex) {
			logger.warn("An event of class {} is not sent to browsers, since it cannot be written as JSON",
					event.getClass(), ex);
			return new byte[0];
		}
	}

	private @Nullable RunHistory open(String runId) {
		RunHistory history = this.open.get(runId);
		if (history == null && makeRoom()) {
			history = new RunHistory(runId, this.limits);
			this.open.put(runId, history);
		}
		return history;
	}

	private boolean makeRoom() {
		if (!canMakeRoom()) {
			return false;
		}
		if (this.open.size() + this.ended.size() >= this.limits.maxRuns()) {
			forget(leastImportant(null), this.drops.forgotten());
		}
		return true;
	}

	private boolean canMakeRoom() {
		return this.open.size() + this.ended.size() < this.limits.maxRuns() || !this.ended.isEmpty()
				|| this.open.values().stream().anyMatch((history) -> history.watches().isEmpty());
	}

	/**
	 * Return the run to forget next.
	 * @param kept a run that is to stay, or null
	 */
	private RunHistory leastImportant(@Nullable RunHistory kept) {
		return Stream.concat(this.ended.values().stream(), this.open.values().stream())
			.filter((history) -> history != kept)
			.min(Comparator.comparing((history) -> !history.watches().isEmpty()))
			.orElseThrow();
	}

	/**
	 * Forget a run. Its subscriptions end, since they would keep its events.
	 * @param history the run
	 * @param dropped counts its subscriptions
	 */
	private void forget(RunHistory history, LongAdder dropped) {
		this.text -= history.text();
		if (this.ended.remove(history.runId()) != null) {
			this.forgotten.put(history.runId(), true);
		}
		this.open.remove(history.runId());
		history.watches().forEach((watch) -> drop(watch, dropped));
	}

	/**
	 * Check that a run may be watched.
	 * @param runId the run
	 * @param followed whether more of its events are to come, unless all were published
	 * @throws TinyFishUnknownRunException if nothing is known of the run, or if there is
	 * no room for it
	 * @throws ResponseStatusException if there are too many subscriptions
	 */
	void check(String runId, boolean followed) {
		this.lock.lock();
		try {
			RunHistory history = this.ended.getOrDefault(runId, this.open.get(runId));
			if (history == null && (!followed || this.forgotten.containsKey(runId) || !canMakeRoom())) {
				throw new TinyFishUnknownRunException(runId);
			}
			if (history != null && history.watches().size() >= this.limits.maxRunWatches()) {
				throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
						"This run has the maximum number of subscribers");
			}
			if (this.watches.size() >= this.limits.maxWatches()) {
				throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
						"All runs together have the maximum number of subscribers");
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Watch a run, until the watch is removed.
	 * @param watch the watch
	 * @param runId the run
	 * @param followed whether more of its events are to come, unless all were published
	 * @throws ResponseStatusException as {@link #check} does
	 */
	void watch(RunWatch watch, String runId, boolean followed) {
		this.lock.lock();
		try {
			check(runId, followed);
			RunHistory history = this.ended.get(runId);
			if (history == null) {
				history = open(runId);
			}
			if (history == null) {
				throw new TinyFishUnknownRunException(runId);
			}
			watch.attachTo(history);
			history.watches().add(watch);
			this.watches.add(watch);
			if (this.closed) {
				watch.close();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void remove(RunWatch watch) {
		this.lock.lock();
		try {
			this.watches.remove(watch);
			RunHistory history = watch.history();
			if (history != null) {
				history.watches().remove(watch);
				if (history.watches().isEmpty() && history.isEmpty()) {
					this.open.remove(history.runId(), history);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * End all watches, also those that come before {@link #reopen}.
	 */
	void close() {
		this.lock.lock();
		try {
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		endWatches();
	}

	/**
	 * End the current watches. Subscribers may reconnect.
	 */
	void endWatches() {
		this.watches.forEach(RunWatch::close);
	}

	void reopen() {
		this.lock.lock();
		try {
			this.closed = false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return whether there is anything that depends on time.
	 */
	boolean areToBeLookedAfter() {
		this.lock.lock();
		try {
			return !this.watches.isEmpty() || !this.ended.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Forget runs that were kept for long enough, and keep connections alive.
	 * @param followed tests whether more events of a run are to come
	 */
	void lookAfter(Predicate<String> followed) {
		List<RunWatch> waitInVain = new ArrayList<>();
		this.lock.lock();
		try {
			this.ended.values()
				.stream()
				.takeWhile((history) -> history.hasEndedBefore(this.limits.retention()))
				.toList()
				.forEach((history) -> forget(history, this.drops.slow()));
			this.open.values().removeIf((history) -> {
				// its last event was published just before the relay was there
				boolean inVain = history.isEmpty() && !followed.test(history.runId());
				if (inVain) {
					waitInVain.addAll(history.watches());
				}
				return inVain;
			});
		}
		finally {
			this.lock.unlock();
		}
		waitInVain.forEach(RunWatch::close);
		for (RunWatch watch : this.watches) {
			if (watch.takesNothing(this.limits.retention())) {
				drop(watch, this.drops.slow());
			}
			else {
				watch.keepAlive();
			}
		}
	}

	private static void drop(RunWatch watch, LongAdder dropped) {
		if (watch.close()) {
			dropped.increment();
		}
	}

	int runs() {
		this.lock.lock();
		try {
			return this.open.size() + this.ended.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	long text() {
		this.lock.lock();
		try {
			return this.text;
		}
		finally {
			this.lock.unlock();
		}
	}

	int forgotten() {
		this.lock.lock();
		try {
			return this.forgotten.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	int watches() {
		return this.watches.size();
	}

}
