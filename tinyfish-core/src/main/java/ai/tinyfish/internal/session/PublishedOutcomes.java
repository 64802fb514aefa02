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

package ai.tinyfish.internal.session;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import ai.tinyfish.agent.RunContext;
import org.jspecify.annotations.Nullable;

/**
 * Memory of published outcomes, so that a run that is awaited twice, or beside its
 * stream, has one published outcome. Also of the runs that sessions follow, and of what
 * queued runs were asked for: a webhook names no more than the id.
 */
public final class PublishedOutcomes {

	private static final int CAPACITY = 10_000;

	/** By run, whether an await has published the outcome. */
	private final Map<String, Boolean> awaited = new Memory<>();

	private final Map<String, RunContext> queued = new Memory<>();

	/** No more than there are open sessions. */
	private final Set<String> followed = new HashSet<>();

	/** Runs whose outcome is on its way to listeners. */
	private final Set<String> undelivered = new HashSet<>();

	/**
	 * Add the outcome of a session that follows its run.
	 * @param runId the run, or null where it is not known
	 * @return whether to publish it, which lasts until {@link #delivered}: unless an
	 * await has published it
	 */
	synchronized boolean addSubmitted(@Nullable String runId) {
		if (runId == null) {
			return true;
		}
		this.followed.remove(runId);
		return publishIf(!Boolean.TRUE.equals(this.awaited.putIfAbsent(runId, false)), runId);
	}

	/**
	 * Add the outcome of an await.
	 * @param runId the run
	 * @return whether to publish it, which lasts until {@link #delivered}: unless it is
	 * published, or will be by the session that follows the run
	 */
	synchronized boolean addAwaited(@Nullable String runId) {
		if (runId == null) {
			return true;
		}
		this.queued.remove(runId);
		// a session that follows the run publishes its outcome after its events
		return publishIf(!this.followed.contains(runId) && this.awaited.putIfAbsent(runId, true) == null, runId);
	}

	private boolean publishIf(boolean publish, String runId) {
		if (publish) {
			this.undelivered.add(runId);
		}
		return publish;
	}

	/**
	 * Note that listeners were notified of an outcome.
	 * @param runId the run, or null where it is not known
	 */
	synchronized void delivered(@Nullable String runId) {
		this.undelivered.remove(runId);
	}

	/**
	 * Note that a session follows a run, until its outcome is added.
	 * @param runId the run
	 */
	synchronized void follow(String runId) {
		this.followed.add(runId);
	}

	/**
	 * Remember a run that was queued.
	 * @param context the run, with its URL, goal and tag
	 */
	synchronized void queued(RunContext context) {
		if (context.runId() != null && !this.awaited.containsKey(context.runId())) {
			this.queued.put(context.runId(), context);
		}
	}

	/**
	 * Complete a run with what is remembered since it was queued.
	 * @param run the run; what it has stays
	 */
	synchronized RunContext complete(RunContext run) {
		RunContext known = this.queued.get(run.runId());
		if (known == null) {
			return run;
		}
		return new RunContext(run.runId(), (run.url() != null) ? run.url() : known.url(),
				(run.goal() != null) ? run.goal() : known.goal(), (run.tag() != null) ? run.tag() : known.tag());
	}

	/**
	 * Return whether the outcome of a run is published, or will be by its session.
	 */
	public synchronized boolean publishes(String runId) {
		return willPublish(runId) || this.awaited.containsKey(runId);
	}

	/**
	 * Return whether listeners will still be notified of the outcome of a run.
	 */
	public synchronized boolean willPublish(String runId) {
		return this.followed.contains(runId) || this.undelivered.contains(runId);
	}

	/**
	 * Map that forgets its eldest entry.
	 */
	private static final class Memory<V> extends LinkedHashMap<String, V> {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
			return size() > CAPACITY;
		}

	}

}
