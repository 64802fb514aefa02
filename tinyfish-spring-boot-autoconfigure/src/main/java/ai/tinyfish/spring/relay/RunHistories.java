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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import ai.tinyfish.spring.event.TinyFishRunEvent;
import org.jspecify.annotations.Nullable;

/**
 * The runs that are remembered, and who watches them. Where there is room for no more,
 * runs are forgotten: those that have ended, then those that nobody watches.
 */
final class RunHistories {

	private static final int MAX_FORGOTTEN = 10_000;

	private final RelayLimits limits;

	private final Lock lock = new ReentrantLock();

	private final Map<String, RunHistory> open = new LinkedHashMap<>();

	private final Map<String, RunHistory> ended = new LinkedHashMap<>();

	/** Runs of which nothing more will be heard. */
	private final Map<String, Boolean> forgotten = new LinkedHashMap<>() {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
			return size() > MAX_FORGOTTEN;
		}

	};

	private final Set<RunWatch> watches = ConcurrentHashMap.newKeySet();

	private long endedText;

	private boolean closed;

	RunHistories(RelayLimits limits) {
		this.limits = limits;
	}

	/**
	 * Add an event.
	 * @return the run with this event, or null if it is not added
	 */
	@Nullable RunHistory add(String runId, TinyFishRunEvent event) {
		this.lock.lock();
		try {
			if (this.ended.containsKey(runId)) {
				return null;
			}
			RunHistory history = open(runId);
			if (history == null) {
				return null;
			}
			history.add(event);
			if (history.hasEnded()) {
				this.open.remove(runId);
				this.ended.put(runId, history);
				this.endedText += history.text();
				while (this.endedText > this.limits.maxEndedText() && this.ended.size() > 1) {
					forgetOldest();
				}
			}
			return history;
		}
		finally {
			this.lock.unlock();
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
		if (hasRoom()) {
			return true;
		}
		if (!this.ended.isEmpty()) {
			forgetOldest();
			return true;
		}
		return this.open.values()
			.stream()
			.filter((history) -> history.watches().isEmpty())
			.findFirst()
			.map((history) -> this.open.remove(history.runId(), history))
			.orElse(false);
	}

	private boolean canMakeRoom() {
		return hasRoom() || !this.ended.isEmpty()
				|| this.open.values().stream().anyMatch((history) -> history.watches().isEmpty());
	}

	private boolean hasRoom() {
		return this.open.size() + this.ended.size() < this.limits.maxRuns();
	}

	/**
	 * Forget the run that has ended first. Who is still reading its events keeps them.
	 */
	private void forgetOldest() {
		Iterator<RunHistory> histories = this.ended.values().iterator();
		RunHistory history = histories.next();
		histories.remove();
		this.endedText -= history.text();
		this.forgotten.put(history.runId(), true);
	}

	/**
	 * Whether a run may be watched.
	 * @param runId the run
	 * @param followed whether more is going to be heard of it, unless all was
	 */
	boolean knows(String runId, boolean followed) {
		this.lock.lock();
		try {
			return this.open.containsKey(runId) || this.ended.containsKey(runId)
					|| (followed && !this.forgotten.containsKey(runId) && canMakeRoom());
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Watch a run.
	 * @param watch who watches, until it is removed
	 * @param runId the run
	 * @param followed whether more is going to be heard of it, unless all was
	 * @return whether the run is known and there is room for it
	 */
	boolean watch(RunWatch watch, String runId, boolean followed) {
		this.lock.lock();
		try {
			RunHistory history = this.ended.get(runId);
			if (history == null && knows(runId, followed)) {
				history = open(runId);
			}
			if (history == null) {
				return false;
			}
			watch.attachTo(history);
			history.watches().add(watch);
			this.watches.add(watch);
			if (this.closed) {
				watch.close();
			}
			return true;
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
	 * End those who watch now. They may come again.
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
	 * Whether time makes a difference.
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
	 * Forget what was kept for long enough, and see that connections stay alive.
	 * @param followed whether more is going to be heard of a run
	 */
	void lookAfter(Predicate<String> followed) {
		List<RunWatch> waitInVain = new ArrayList<>();
		this.lock.lock();
		try {
			while (!this.ended.isEmpty()
					&& this.ended.values().iterator().next().hasEndedBefore(this.limits.retention())) {
				forgetOldest();
			}
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
			watch.lookAfter(this.limits.retention());
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
