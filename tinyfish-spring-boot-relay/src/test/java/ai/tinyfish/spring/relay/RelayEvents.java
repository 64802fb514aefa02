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

import java.io.Serial;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.spring.event.TinyFishRunErrorEvent;
import ai.tinyfish.spring.event.TinyFishRunEvent;
import ai.tinyfish.spring.event.TinyFishRunFinishedEvent;
import ai.tinyfish.spring.event.TinyFishRunHeartbeatEvent;
import ai.tinyfish.spring.event.TinyFishRunProgressEvent;
import ai.tinyfish.spring.event.TinyFishRunStartedEvent;
import ai.tinyfish.spring.event.TinyFishRunStreamingUrlEvent;
import org.jspecify.annotations.Nullable;

/**
 * Events as the application publishes them.
 */
public final class RelayEvents {

	private static final Object SOURCE = new Object();

	private RelayEvents() {
	}

	public static TinyFishRunEvent started(String runId) {
		return new TinyFishRunStartedEvent(SOURCE, context(runId));
	}

	static TinyFishRunEvent streamingUrl(String runId, String url) {
		return new TinyFishRunStreamingUrlEvent(SOURCE, context(runId), url);
	}

	static TinyFishRunEvent progress(String runId, String purpose) {
		return new TinyFishRunProgressEvent(SOURCE, context(runId), purpose, null);
	}

	static TinyFishRunEvent heartbeat(String runId) {
		return new TinyFishRunHeartbeatEvent(SOURCE, context(runId));
	}

	public static TinyFishRunEvent finished(String runId) {
		return finished(runId, "{\"price\": 42}");
	}

	static TinyFishRunEvent finished(String runId, String json) {
		return new TinyFishRunFinishedEvent(SOURCE, context(runId), AgentRun.completed(runId, RunResult.ofJson(json)));
	}

	static TinyFishRunEvent error(@Nullable String runId) {
		return new TinyFishRunErrorEvent(SOURCE, context(runId),
				new TinyFishRunOutcomeUnknownException("No one knows", null, runId));
	}

	static TinyFishRunEvent error(String runId, String message) {
		return new TinyFishRunErrorEvent(SOURCE, context(runId),
				new TinyFishRunOutcomeUnknownException(message, null, runId));
	}

	static RunContext context(@Nullable String runId) {
		return RunContext.builder()
			.runId(runId)
			.url("https://shop.example/")
			.goal("Find the price")
			.tag("order-42")
			.build();
	}

	/**
	 * An event that cannot be written as JSON.
	 */
	static final class Unwritable extends TinyFishRunEvent {

		@Serial
		private static final long serialVersionUID = 1L;

		Unwritable(String runId) {
			super(SOURCE, context(runId));
		}

		public String getText() {
			throw new IllegalStateException("This event is never written");
		}

	}

	/**
	 * An event with a value that is computed when it is rendered.
	 */
	static final class Computed extends TinyFishRunEvent {

		@Serial
		private static final long serialVersionUID = 1L;

		private final transient Supplier<Object> value;

		Computed(String runId, Supplier<Object> value) {
			super(SOURCE, context(runId));
			this.value = value;
		}

		public Object getValue() {
			return this.value.get();
		}

	}

	/**
	 * An event that counts how often it is rendered.
	 */
	static final class Counted extends TinyFishRunEvent {

		@Serial
		private static final long serialVersionUID = 1L;

		private final AtomicInteger times = new AtomicInteger();

		Counted(String runId) {
			super(SOURCE, context(runId));
		}

		public int getTimes() {
			return this.times.incrementAndGet();
		}

	}

}
