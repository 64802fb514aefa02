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

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * Stored runs and their subscriptions. When a limit is reached, runs are removed: first
 * ended ones without subscriptions, then others without subscriptions, then ended ones,
 * always the oldest first.
 */
final class RunHistories {

	private static final Comparator<RunHistory> IMPORTANCE = Comparator
		.comparing((RunHistory history) -> !history.watches().isEmpty())
		.thenComparing((history) -> !history.hasEnded());

	private final RelayFactory.Settings settings;

	private final EventFrames frames;

	private final Map<String, RunHistory> runs = new LinkedHashMap<>();

	private final List<RunWatch> watches = new CopyOnWriteArrayList<>();

	private final AtomicLong size = new AtomicLong();

	private final RelayDrops drops = new RelayDrops();

	private boolean closed;

	RunHistories(RelayFactory.Settings settings, EventFrames frames) {
		this.settings = settings;
		this.frames = frames;
	}

	RelayDrops drops() {
		return this.drops;
	}

	/**
	 * Add an event.
	 * @param runId the run
	 * @param event the event
	 */
	void add(String runId, TinyFishRunEvent event) {
		// outside the lock, since rendering may take long and may fail
		byte[] frame = this.frames.render(event);
		add(runId, event, frame);
	}

	private synchronized void add(String runId, TinyFishRunEvent event, byte[] frame) {
		if (isFull() && !this.runs.containsKey(runId)) {
			return;
		}
		RunHistory history = open(runId);
		history.add(event, frame);
		boolean removed = true;
		while (removed && this.size.get() > this.settings.maxSize().toBytes()) {
			removed = makeRoom(history);
		}
		history.watches().forEach(RunWatch::signal);
	}

	/**
	 * Return a run, and store it unless it is already stored.
	 */
	private RunHistory open(String runId) {
		RunHistory history = this.runs.get(runId);
		if (history == null) {
			if (this.runs.size() >= this.settings.maxRuns()) {
				leastImportant(null).ifPresent((other) -> forget(other, this.drops.forgotten()));
			}
			history = new RunHistory(runId, this.settings.maxEventsPerRun(), this.size);
			this.runs.put(runId, history);
		}
		return history;
	}

	/**
	 * Return whether there is no room for a further run, since all stored runs are in
	 * progress and watched.
	 */
	private boolean isFull() {
		return this.runs.size() >= this.settings.maxRuns() && this.runs.values()
			.stream()
			.noneMatch((history) -> history.hasEnded() || history.watches().isEmpty());
	}

	/**
	 * Remove a run without subscriptions, or else an old event of the growing run, or
	 * else another run.
	 * @return false if nothing can be removed
	 */
	private boolean makeRoom(RunHistory growing) {
		Optional<RunHistory> other = leastImportant(growing);
		if (other.filter((history) -> history.watches().isEmpty()).isEmpty() && growing.removeOldest()) {
			return true;
		}
		other.ifPresent((history) -> forget(history, this.drops.forgotten()));
		return other.isPresent();
	}

	private Optional<RunHistory> leastImportant(@Nullable RunHistory kept) {
		return this.runs.values().stream().filter((history) -> history != kept).min(IMPORTANCE);
	}

	/**
	 * Remove a run. Its subscriptions end, since they would keep its events.
	 */
	private void forget(RunHistory history, LongAdder dropped) {
		this.runs.remove(history.runId());
		history.clear();
		history.watches().forEach((watch) -> drop(watch, dropped));
	}

	/**
	 * Check that a run may be watched.
	 * @param request the request
	 * @param followed whether further events are expected, unless all were published
	 * @return the watch that has to be closed for this one, or null if there is room
	 * @throws TinyFishUnknownRunException if the run is unknown, or if there is no room
	 * for it
	 * @throws ResponseStatusException if there are too many watches
	 */
	synchronized @Nullable RunWatch check(RelayRequest request, boolean followed) {
		RunHistory history = this.runs.get(request.runId());
		if (history == null && (!followed || isFull())) {
			throw new TinyFishUnknownRunException(request.runId());
		}
		if (history != null && history.watches().size() >= this.settings.maxStreamsPerRun()) {
			return toBeClosed(history.watches(), request.viewer(), "This run has");
		}
		return (this.watches.size() >= this.settings.maxStreams())
				? toBeClosed(this.watches, request.viewer(), "All runs together have") : null;
	}

	/**
	 * Return the oldest watch of the viewer that would have most of them, counting the
	 * new one. Watches without a viewer may belong to different persons and are not
	 * closed for one another.
	 */
	private static RunWatch toBeClosed(List<RunWatch> watches, @Nullable String viewer, String subject) {
		Map<Optional<String>, List<RunWatch>> shares = watches.stream()
			.collect(Collectors.groupingBy((watch) -> Optional.ofNullable(watch.viewer()), LinkedHashMap::new,
					Collectors.toList()));
		List<RunWatch> own = shares.getOrDefault(Optional.ofNullable(viewer), List.of());
		List<RunWatch> largest = Collections.max(shares.values(), Comparator.comparingInt(List::size));
		if (largest.size() > own.size() + 1) {
			return largest.get(0);
		}
		if (viewer == null || own.isEmpty()) {
			throw new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE,
					subject + " the maximum number of subscribers");
		}
		return own.get(0);
	}

	/**
	 * Watch a run, until the watch is removed.
	 * @param request the request
	 * @param followed whether further events are expected, unless all were published
	 * @throws ResponseStatusException as {@link #check} does
	 */
	synchronized RunWatch watch(RelayRequest request, boolean followed) {
		RunWatch closed = check(request, followed);
		if (closed != null) {
			drop(closed, this.drops.displaced());
		}
		RunHistory history = open(request.runId());
		RunWatch watch = new RunWatch(history, request);
		history.watches().add(watch);
		this.watches.add(watch);
		if (this.closed) {
			watch.close();
		}
		return watch;
	}

	synchronized void remove(RunWatch watch) {
		RunHistory history = watch.history();
		this.watches.remove(watch);
		history.watches().remove(watch);
		if (history.watches().isEmpty() && history.isEmpty()) {
			this.runs.remove(history.runId(), history);
		}
	}

	/**
	 * End all watches, also those that come before {@link #reopen}.
	 */
	synchronized void close() {
		this.closed = true;
		endWatches();
	}

	synchronized void reopen() {
		this.closed = false;
	}

	/**
	 * End the current watches. Subscribers may reconnect.
	 */
	void endWatches() {
		this.watches.forEach(RunWatch::close);
	}

	/**
	 * Remove runs after their retention, and keep connections alive.
	 * @param followed tests whether further events of a run are expected
	 */
	synchronized void maintain(Predicate<String> followed) {
		for (RunHistory history : List.copyOf(this.runs.values())) {
			if (history.hasEndedBefore(this.settings.retention())) {
				forget(history, this.drops.slow());
			}
			else if (history.isEmpty() && !followed.test(history.runId())) {
				// its last event was published just before the relay was created
				history.watches().forEach(RunWatch::close);
			}
		}
		this.watches.forEach(RunWatch::keepAlive);
	}

	/**
	 * Close a watch. From now on it does not count, though its browser may take a moment
	 * to disconnect.
	 */
	private void drop(RunWatch watch, LongAdder dropped) {
		if (watch.close()) {
			dropped.increment();
		}
		remove(watch);
	}

	synchronized int runs() {
		return this.runs.size();
	}

	long size() {
		return this.size.get();
	}

	int watches() {
		return this.watches.size();
	}

}
