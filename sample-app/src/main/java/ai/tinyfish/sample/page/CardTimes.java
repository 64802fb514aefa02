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
package ai.tinyfish.sample.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * Times of a run: from its submission to its end.
 */
public final class CardTimes {

	private static final DateTimeFormatter TEXT = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'")
		.withZone(ZoneOffset.UTC);

	/** A run that need not wait starts in less time. */
	private static final Duration SHORT_WAIT = Duration.ofSeconds(1);

	/** Whose queue the run was in. */
	private final String queue;

	private final Instant createdAt;

	private @Nullable Instant startedAt;

	private @Nullable Instant endedAt;

	CardTimes() {
		this.queue = "queued here for ";
		this.createdAt = Instant.now();
	}

	/**
	 * Create the times of a record. A run that has ended has an end, even if its record
	 * has none.
	 */
	CardTimes(Run run) {
		Instant now = Instant.now();
		this.queue = "queued at the service for ";
		this.startedAt = run.startedAt();
		this.endedAt = run.status().isTerminal() ? Objects.requireNonNullElse(run.finishedAt(), now) : null;
		this.createdAt = Objects.requireNonNullElse(run.createdAt(), Objects.requireNonNullElse(this.startedAt, now));
	}

	void start() {
		this.startedAt = Instant.now();
	}

	void end() {
		this.endedAt = Instant.now();
	}

	public Instant getCreatedAt() {
		return this.createdAt;
	}

	public String getCreated() {
		return TEXT.format(this.createdAt);
	}

	@Nullable Instant getEndedAt() {
		return this.endedAt;
	}

	/**
	 * Return how long the run was queued.
	 */
	Duration getWaited() {
		return between(this.createdAt, (this.startedAt != null) ? this.startedAt : this.endedAt);
	}

	/**
	 * Return how long the run has been running, or null if it has not started.
	 */
	@Nullable Duration getRan() {
		return (this.startedAt != null) ? between(this.startedAt, this.endedAt) : null;
	}

	/**
	 * Return the time since the submission, or from it to the end.
	 */
	Duration getWhole() {
		return between(this.createdAt, this.endedAt);
	}

	/**
	 * Return the times in words.
	 */
	public String getText() {
		Duration ran = getRan();
		boolean queued = ran == null || getWaited().compareTo(SHORT_WAIT) > 0;
		String waited = queued ? this.queue + seconds(getWaited()) : "";
		return (ran == null) ? waited : seconds(ran) + (queued ? ", " + waited : "");
	}

	static Duration between(Instant start, @Nullable Instant end) {
		Duration duration = Duration.between(start, (end != null) ? end : Instant.now());
		return duration.isNegative() ? Duration.ZERO : duration;
	}

	static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.1f s", duration.getSeconds() + duration.getNano() / 1e9);
	}

}
