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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunHeartbeatEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Stored events of one run, each rendered once. They are the buffer of all subscribers of
 * the run, each of which only keeps its position.
 */
final class RunHistory {

	private static final String ID_SEPARATOR = "-";

	private final String runId;

	/**
	 * Distinguishes these events from earlier ones of a removed run or another process:
	 * the numbers begin again, and a browser may send an old id.
	 */
	private final String key = Integer.toHexString(ThreadLocalRandom.current().nextInt());

	private final int maxEvents;

	private final AtomicLong totalSize;

	/** The oldest one is the first. */
	private final List<RunWatch> watches = new CopyOnWriteArrayList<>();

	private final List<Entry> entries = new ArrayList<>();

	private @Nullable Entry started;

	private @Nullable Entry streamingUrl;

	private long lastId;

	private long size;

	private boolean ended;

	private long endedAt;

	/**
	 * Create a new history.
	 * @param runId the run
	 * @param maxEvents maximum number of stored events
	 * @param totalSize size of the events of all runs, to which those of this run count
	 */
	RunHistory(String runId, int maxEvents, AtomicLong totalSize) {
		this.runId = runId;
		this.maxEvents = maxEvents;
		this.totalSize = totalSize;
	}

	String runId() {
		return this.runId;
	}

	List<RunWatch> watches() {
		return this.watches;
	}

	/**
	 * Add an event, unless the run has ended.
	 * @param event the event
	 * @param frame the event as it is sent, but without an id; empty if it cannot be sent
	 */
	synchronized void add(TinyFishRunEvent event, byte[] frame) {
		if (this.ended) {
			return;
		}
		Entry entry = entry(++this.lastId, event, frame);
		this.entries.add(entry);
		resize(entry.frame().length);
		if (event instanceof TinyFishRunStartedEvent && this.started == null) {
			this.started = entry;
		}
		if (event instanceof TinyFishRunStreamingUrlEvent) {
			this.streamingUrl = entry;
		}
		if (event instanceof TinyFishRunFinishedEvent || event instanceof TinyFishRunErrorEvent) {
			this.ended = true;
			this.endedAt = System.nanoTime();
		}
		if (this.entries.size() > this.maxEvents) {
			removeOldest();
		}
	}

	private Entry entry(long number, TinyFishRunEvent event, byte[] frame) {
		String id = this.key + ID_SEPARATOR + number;
		ServerSentEvent<TinyFishRunEvent> sent = ServerSentEvent.builder(event)
			.id(id)
			.event(event.getClass().getSimpleName())
			.build();
		return new Entry(number, sent, (frame.length > 0) ? EventFrames.withId(id, frame) : frame);
	}

	/**
	 * Remove the oldest heartbeat, or else the oldest event apart from the first started
	 * event and the last streaming URL. The newest event stays, since no subscriber has
	 * received it.
	 * @return false if there is no such event
	 */
	synchronized boolean removeOldest() {
		Optional<Entry> oldest = this.entries.stream()
			.limit(Math.max(0, this.entries.size() - 1))
			.filter((entry) -> entry != this.started && entry != this.streamingUrl)
			.min(Comparator.comparing((entry) -> !(entry.event().data() instanceof TinyFishRunHeartbeatEvent)));
		oldest.ifPresent((entry) -> {
			this.entries.remove(entry);
			resize(-entry.frame().length);
		});
		return oldest.isPresent();
	}

	/**
	 * Remove all events.
	 */
	synchronized void clear() {
		this.entries.clear();
		resize(-this.size);
	}

	private void resize(long change) {
		this.size += change;
		this.totalSize.addAndGet(change);
	}

	/**
	 * Return the next event.
	 * @param id the event before, or one that was removed
	 * @return the event, or null if it is not published yet
	 */
	synchronized @Nullable Entry after(long id) {
		return this.entries.stream().filter((entry) -> entry.id() > id).findFirst().orElse(null);
	}

	/**
	 * Return the position at which a browser resumes.
	 * @param lastEventId the id that the browser sent, which may be any text
	 * @return the id of the last event that it has, 0 for none
	 */
	synchronized long resumeAfter(@Nullable String lastEventId) {
		String prefix = this.key + ID_SEPARATOR;
		if (lastEventId == null || !lastEventId.startsWith(prefix)) {
			return 0;
		}
		try {
			long id = Long.parseLong(lastEventId.substring(prefix.length()));
			return (id <= this.lastId) ? id : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
	}

	synchronized boolean isEmpty() {
		return this.entries.isEmpty();
	}

	synchronized boolean hasEnded() {
		return this.ended;
	}

	synchronized boolean hasEndedBefore(Duration time) {
		return this.ended && System.nanoTime() - this.endedAt >= time.toNanos();
	}

	/**
	 * One event.
	 *
	 * @param id its number in the run, from 1
	 * @param event the event
	 * @param frame the event as it is sent; shared, and never changed. Empty if the event
	 * cannot be sent.
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Entry(long id, ServerSentEvent<TinyFishRunEvent> event, byte[] frame) {

	}

}
