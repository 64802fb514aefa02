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
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunHeartbeatEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Events of one run within the limits, each rendered once. They are the buffer of all
 * subscribers of the run, each of which only keeps its position.
 */
final class RunHistory {

	private static final String ID_SEPARATOR = "-";

	private final String runId;

	/**
	 * Distinguishes these events from those before the run was forgotten, or of another
	 * process: events are counted anew, and a browser may send an old id.
	 */
	private final String key = Integer.toHexString(ThreadLocalRandom.current().nextInt());

	private final int maxEvents;

	private final int maxText;

	private final Set<RunWatch> watches = ConcurrentHashMap.newKeySet();

	private final Lock lock = new ReentrantLock();

	private final List<Entry> entries = new ArrayList<>();

	private final ShownEvents shown = new ShownEvents();

	private @Nullable TinyFishRunEvent started;

	private @Nullable TinyFishRunEvent streamingUrl;

	private long lastId;

	private long text;

	private long endedAt;

	private boolean ended;

	RunHistory(String runId, DefaultRunEventRelay.Limits limits) {
		this.runId = runId;
		this.maxEvents = limits.maxEvents();
		this.maxText = limits.maxRunText();
	}

	String runId() {
		return this.runId;
	}

	Set<RunWatch> watches() {
		return this.watches;
	}

	/**
	 * Return the filter for the events of this run.
	 */
	ShownEvents shownEvents() {
		return this.shown;
	}

	/**
	 * Add an event, unless the run has ended.
	 * @param event the event as browsers are shown it
	 * @param frame the event as it is sent, but without an id; empty if it cannot be sent
	 */
	void add(TinyFishRunEvent event, byte[] frame) {
		this.lock.lock();
		try {
			if (this.ended) {
				return;
			}
			Entry entry = entry(++this.lastId, event, frame);
			this.entries.add(entry);
			this.text += entry.frame().length;
			if (event instanceof TinyFishRunStartedEvent && this.started == null) {
				this.started = event;
			}
			if (event instanceof TinyFishRunStreamingUrlEvent) {
				this.streamingUrl = event;
			}
			if (isLast(event)) {
				this.ended = true;
				this.endedAt = System.nanoTime();
			}
			makeRoom();
		}
		finally {
			this.lock.unlock();
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
	 * Make room within the limits. A long result does not displace the events before it.
	 */
	private void makeRoom() {
		while (this.entries.size() > this.maxEvents || (this.text > this.maxText && !this.ended)) {
			Entry entry = leastImportant();
			if (entry == null) {
				return;
			}
			this.entries.remove(entry);
			this.text -= entry.frame().length;
		}
	}

	/**
	 * Return the oldest heartbeat, or else the oldest event that is not kept. The newest
	 * event is no candidate, since no subscriber has received it.
	 */
	private @Nullable Entry leastImportant() {
		Entry oldest = null;
		for (Entry entry : this.entries.subList(0, this.entries.size() - 1)) {
			TinyFishRunEvent event = entry.event().data();
			if (event instanceof TinyFishRunHeartbeatEvent) {
				return entry;
			}
			if (oldest == null && event != this.started && event != this.streamingUrl) {
				oldest = entry;
			}
		}
		return oldest;
	}

	/**
	 * Return the next event.
	 * @param id the event before, or one that was forgotten
	 * @return the event, or null if there is none yet
	 */
	@Nullable Entry after(long id) {
		this.lock.lock();
		try {
			for (Entry entry : this.entries) {
				if (entry.id() > id) {
					return entry;
				}
			}
			return null;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return the position at which a browser resumes.
	 * @param lastEventId the id that the browser sent, which may be any text
	 * @return the id of the last event that it has, 0 for none
	 */
	long resumeAfter(@Nullable String lastEventId) {
		if (lastEventId == null || !lastEventId.startsWith(this.key + ID_SEPARATOR)) {
			return 0;
		}
		this.lock.lock();
		try {
			long id = Long.parseLong(lastEventId.substring(this.key.length() + ID_SEPARATOR.length()));
			return (id <= this.lastId) ? id : 0;
		}
		catch (NumberFormatException ex) {
			return 0;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean isEmpty() {
		this.lock.lock();
		try {
			return this.entries.isEmpty();
		}
		finally {
			this.lock.unlock();
		}
	}

	int size() {
		this.lock.lock();
		try {
			return this.entries.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean hasEnded() {
		this.lock.lock();
		try {
			return this.ended;
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean hasEndedBefore(Duration time) {
		this.lock.lock();
		try {
			return this.ended && System.nanoTime() - this.endedAt >= time.toNanos();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return the size of the text of all events.
	 * @return a number of bytes
	 */
	long text() {
		this.lock.lock();
		try {
			return this.text;
		}
		finally {
			this.lock.unlock();
		}
	}

	private static boolean isLast(TinyFishRunEvent event) {
		return event instanceof TinyFishRunFinishedEvent || event instanceof TinyFishRunErrorEvent;
	}

	/**
	 * One event.
	 *
	 * @param id its number in the run, from 1
	 * @param event the event as browsers are shown it
	 * @param frame the event as it is sent; shared, and never changed. Empty if the event
	 * cannot be sent.
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Entry(long id, ServerSentEvent<TinyFishRunEvent> event, byte[] frame) {

	}

}
