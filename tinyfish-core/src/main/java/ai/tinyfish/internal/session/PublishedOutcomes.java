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
 * The runs whose endings listeners were told, as far back as memory should go: a run that
 * is awaited twice, or beside its stream, has one ending. Also those that are followed,
 * and what was asked for by those that were queued: a webhook tells no more than the id.
 */
public final class PublishedOutcomes {

	private static final int CAPACITY = 10_000;

	/** By run, whether the ending was told to those who had awaited it. */
	private final Map<String, Boolean> awaited = new Memory<>();

	private final Map<String, RunContext> queued = new Memory<>();

	/** No more than there are submissions that have not ended. */
	private final Set<String> followed = new HashSet<>();

	/** Runs whose endings wait for their listeners. */
	private final Set<String> untold = new HashSet<>();

	/**
	 * Take note of the ending of a submission.
	 * @param runId the run, or null where it is not known
	 * @return whether listeners are to be told, until {@link #delivered}: they are unless
	 * the run was awaited as well, and they were told then
	 */
	synchronized boolean addSubmitted(@Nullable String runId) {
		if (runId == null) {
			return true;
		}
		this.followed.remove(runId);
		return tellIf(!Boolean.TRUE.equals(this.awaited.putIfAbsent(runId, false)), runId);
	}

	/**
	 * Take note of the ending of a run that was awaited.
	 * @param runId the run
	 * @return whether listeners are to be told, until {@link #delivered}: they are unless
	 * they were before, or are going to be by the submission that follows the run
	 */
	synchronized boolean addAwaited(@Nullable String runId) {
		if (runId == null) {
			return true;
		}
		this.queued.remove(runId);
		// whoever follows the run tells its ending, after what came before it
		return tellIf(!this.followed.contains(runId) && this.awaited.putIfAbsent(runId, true) == null, runId);
	}

	private boolean tellIf(boolean toTell, String runId) {
		if (toTell) {
			this.untold.add(runId);
		}
		return toTell;
	}

	/**
	 * Take note that listeners were told an ending.
	 * @param runId the run, or null where it is not known
	 */
	synchronized void delivered(@Nullable String runId) {
		this.untold.remove(runId);
	}

	/**
	 * Take note of a run whose submission follows it.
	 * @param runId the run, until the ending of its submission is added
	 */
	synchronized void follow(String runId) {
		this.followed.add(runId);
	}

	/**
	 * Forget that a run is followed.
	 * @param runId the run
	 */
	synchronized void unfollow(String runId) {
		this.followed.remove(runId);
	}

	/**
	 * Take note of a run that was queued.
	 * @param context the run, with what is known of it
	 */
	synchronized void queued(RunContext context) {
		if (context.runId() != null && !this.awaited.containsKey(context.runId())) {
			this.queued.put(context.runId(), context);
		}
	}

	/**
	 * Add what is known of a run since it was queued.
	 * @param run what else is known of it, which goes before
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
	 * Whether listeners were told the ending of a run, or will be by its submission.
	 */
	public synchronized boolean publishes(String runId) {
		return willPublish(runId) || this.awaited.containsKey(runId);
	}

	/**
	 * Whether listeners have not been told the ending of a run yet, and will be.
	 */
	public synchronized boolean willPublish(String runId) {
		return this.followed.contains(runId) || this.untold.contains(runId);
	}

	/**
	 * Forgets the eldest.
	 */
	private static final class Memory<V> extends LinkedHashMap<String, V> {

		@Override
		protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
			return size() > CAPACITY;
		}

	}

}
