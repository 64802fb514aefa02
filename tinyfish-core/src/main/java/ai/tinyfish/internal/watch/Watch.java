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

package ai.tinyfish.internal.watch;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

import ai.tinyfish.error.TinyFishApiException;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.error.TinyFishPermissionDeniedException;
import ai.tinyfish.error.TinyFishStatusException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;

/**
 * Who waits for one run, and when it is looked at next.
 *
 * @param <R> what says how a run stands
 */
final class Watch<R> {

	final Set<MonoSink<R>> waiters = new LinkedHashSet<>();

	/** In terms of {@link System#nanoTime()}. */
	long due;

	private long interval;

	/** When the look began whose outcome is awaited. */
	long lookedAt;

	/** Since when no look has been answered, or null. */
	private @Nullable Long failingSince;

	/** Since when the run is not known to the service, or null. */
	private @Nullable Long missingSince;

	Watch(long due, long interval) {
		this.due = due;
		this.interval = interval;
	}

	/**
	 * Whether it is no use to ask again.
	 * @return what the waiters are told, or null to go on
	 */
	@Nullable Throwable giveUp(boolean found, @Nullable Throwable failure, String runId, long now, WatchSettings settings) {
		if (found) {
			this.failingSince = null;
			this.missingSince = null;
			return null;
		}
		if (failure == null) {
			this.failingSince = null;
			this.missingSince = (this.missingSince != null) ? this.missingSince : this.lookedAt;
			return (now - this.missingSince >= settings.notFoundToleranceNanos()) ? new RunNotFoundException(runId)
					: null;
		}
		this.failingSince = (this.failingSince != null) ? this.failingSince : this.lookedAt;
		return (isFinal(failure) || now - this.failingSince >= settings.tolerance().toNanos()) ? failure : null;
	}

	/**
	 * Whether the service itself says that it will not answer: a page of a gateway does
	 * not speak for it.
	 */
	private static boolean isFinal(Throwable failure) {
		if (failure instanceof TinyFishAuthenticationException
				|| failure instanceof TinyFishPermissionDeniedException) {
			return ((TinyFishStatusException) failure).code() != null;
		}
		return !(failure instanceof TinyFishApiException);
	}

	/**
	 * Look again later.
	 */
	void later(@Nullable Throwable failure, long now, WatchSettings settings) {
		long delay = WatchSettings.withJitter(this.interval);
		Duration asked = (failure instanceof TinyFishStatusException answered) ? answered.retryAfter() : null;
		this.due = now + ((asked != null) ? Math.max(delay, settings.withinTolerance(asked).toNanos()) : delay);
		this.interval = settings.nextIntervalNanos(this.interval);
	}

}
