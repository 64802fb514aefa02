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

package ai.tinyfish.simulator.internal.run;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

import ai.tinyfish.simulator.internal.run.RunDocuments.RunPage;
import org.jspecify.annotations.Nullable;

/**
 * Store of runs. Runs in flight are always kept; of the ended ones, those that ended
 * first are removed.
 */
public final class RunStore {

	private final Map<String, Run> byId = new ConcurrentHashMap<>();

	private final ConcurrentNavigableMap<Long, Run> byNumber = new ConcurrentSkipListMap<>();

	private final Object lock = new Object();

	private final Deque<Run> ended = new ArrayDeque<>();

	private final int maxRuns;

	private final Clock clock;

	private volatile long created;

	private int inFlight;

	private volatile int maxInFlight;

	private Instant lastCreatedAt = Instant.MIN;

	public RunStore(int maxRuns, Clock clock) {
		this.maxRuns = maxRuns;
		this.clock = clock;
	}

	/**
	 * Add a run, so that the order of numbers is the order of creation times.
	 */
	Run add(String id, Submission submission, Function<RunSnapshot, Run> factory) {
		synchronized (this.lock) {
			Instant now = this.clock.instant().truncatedTo(ChronoUnit.MILLIS);
			if (now.isAfter(this.lastCreatedAt)) {
				this.lastCreatedAt = now;
			}
			long number = this.created + 1;
			Run run = factory.apply(RunSnapshot.pending(id, number, submission, this.lastCreatedAt));
			this.byId.put(id, run);
			this.byNumber.put(number, run);
			this.created = number;
			this.inFlight++;
			this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
			makeRoom();
			return run;
		}
	}

	/**
	 * Count a run as ended. Called before its end becomes visible, since a client may
	 * then submit the next one at once.
	 */
	void ends(Run run) {
		synchronized (this.lock) {
			// a run that was submitted during a reset is not counted
			if (this.byId.containsKey(run.snapshot().id())) {
				this.inFlight--;
			}
		}
	}

	void ended(Run run) {
		synchronized (this.lock) {
			this.ended.add(run);
			makeRoom();
		}
	}

	/**
	 * Remove all runs and reset the counts.
	 */
	public void clear() {
		synchronized (this.lock) {
			this.byId.clear();
			this.byNumber.clear();
			this.ended.clear();
			this.created = 0;
			this.inFlight = 0;
			this.maxInFlight = 0;
		}
	}

	/**
	 * Return the runs that have not ended.
	 */
	List<Run> inFlight() {
		return this.byNumber.values().stream().filter((run) -> !run.snapshot().state().ended()).toList();
	}

	public @Nullable Run find(String id) {
		return this.byId.get(id);
	}

	public long created() {
		return this.created;
	}

	/**
	 * Return how many runs were in flight at once, at most.
	 */
	public int maxInFlight() {
		return this.maxInFlight;
	}

	public List<RunSnapshot> all() {
		return this.byNumber.values().stream().map(Run::snapshot).toList();
	}

	/**
	 * Return the types of the events that were sent, by run id.
	 */
	public Map<String, List<String>> sent() {
		Map<String, List<String>> sent = new HashMap<>();
		this.byId.forEach((id, run) -> sent.put(id, run.sent()));
		return sent;
	}

	public RunPage list(RunQuery query) {
		List<RunSnapshot> page = new ArrayList<>();
		Instant now = this.clock.instant();
		int total = 0;
		boolean more = false;
		Map<Long, Run> ordered = query.ascending() ? this.byNumber : this.byNumber.descendingMap();
		for (Run run : ordered.values()) {
			RunSnapshot snapshot = run.record(now);
			if (query.matches(snapshot)) {
				total++;
				if (query.isBeyondCursor(snapshot)) {
					if (page.size() < query.limit()) {
						page.add(snapshot);
					}
					else {
						more = true;
					}
				}
			}
		}
		return new RunPage(page, total, more ? query.cursorAfter(page.get(page.size() - 1)) : null);
	}

	private void makeRoom() {
		while (this.byId.size() > this.maxRuns && !this.ended.isEmpty()) {
			RunSnapshot oldest = this.ended.remove().snapshot();
			this.byId.remove(oldest.id());
			this.byNumber.remove(oldest.number());
		}
	}

}
