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

package ai.tinyfish.observation;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;
import org.jspecify.annotations.Nullable;

/**
 * All observations, with the names of their keys. A key of low cardinality is always
 * present, so that a timer's tags never vary. Micrometer adds the tag {@code error} to
 * timers. A key of high cardinality is on spans only.
 *
 * @since 0.1.0
 */
public enum TinyFishObservationDocumentation implements ObservationDocumentation {

	/**
	 * One API call, with all its attempts and the delays between them. For a stream it
	 * ends when the stream is open.
	 */
	CLIENT_CALL {

		@Override
		public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
			return DefaultTinyFishCallObservationConvention.class;
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityCallKeyNames.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityRunKeyNames.values();
		}

		@Override
		public Observation.Event[] getEvents() {
			return CallEvents.values();
		}

	},

	/**
	 * One run from its submission to its outcome, if this application follows it.
	 */
	RUN {

		@Override
		public String getName() {
			return "tinyfish.run";
		}

		@Override
		public @Nullable String getContextualName() {
			return "tinyfish run";
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityRunKeyNames.values();
		}

		@Override
		public KeyName[] getHighCardinalityKeyNames() {
			return HighCardinalityRunKeyNames.values();
		}

	},

	/**
	 * The time for which one run waited because the maximum number of runs was in flight.
	 * Absent for runs that need not wait.
	 */
	RUN_WAIT {

		@Override
		public String getName() {
			return "tinyfish.run.wait";
		}

		@Override
		public @Nullable String getContextualName() {
			return "tinyfish run wait";
		}

		@Override
		public KeyName[] getLowCardinalityKeyNames() {
			return LowCardinalityRunWaitKeyNames.values();
		}

	};

	/**
	 * The keys of a call that are tags of its timer as well.
	 */
	public enum LowCardinalityCallKeyNames implements KeyName {

		/** The operation, such as {@code agent.run} or {@code runs.get}. */
		OPERATION("operation"),

		/**
		 * {@code SUCCESS}, {@code REDIRECTION}, {@code CLIENT_ERROR} or
		 * {@code SERVER_ERROR} after the status; {@code CANCELLED} if the caller
		 * cancelled the call, {@code UNKNOWN} without a response, {@code PENDING} while
		 * the call is in progress. A retry has the outcome of the attempt that failed.
		 */
		OUTCOME("outcome"),

		/**
		 * The HTTP status of the last response; {@code none} without a response, and
		 * while the call is in progress. A retry has the status of the attempt that
		 * failed.
		 */
		STATUS("status");

		private final String key;

		LowCardinalityCallKeyNames(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Events of a call.
	 */
	public enum CallEvents implements Observation.Event {

		/** An attempt failed, and another follows. */
		RETRY {

			@Override
			public String getName() {
				return "retry";
			}

		}

	}

	/**
	 * The keys of a run that are tags of its timer as well.
	 */
	public enum LowCardinalityRunKeyNames implements KeyName {

		/**
		 * The operation: {@code agent.run}, {@code agent.stream} or {@code agent.start}.
		 */
		OPERATION("operation"),

		/**
		 * Status of the outcome; {@code REJECTED} if the run was not accepted,
		 * {@code UNKNOWN} if its outcome is unknown, {@code PENDING} while it waits or is
		 * in progress.
		 */
		STATUS("status"),

		/**
		 * Name of the agent interface that declares the run; {@code none} if the run was
		 * not started through one.
		 */
		AGENT_INTERFACE("agent.interface"),

		/** Name of the method of the agent interface, or {@code none}. */
		AGENT_METHOD("agent.method"),

		/** Version of the goal; absent if it has none. */
		GOAL_VERSION("goal.version");

		private final String key;

		LowCardinalityRunKeyNames(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

		@Override
		public boolean isRequired() {
			return this != GOAL_VERSION;
		}

	}

	/**
	 * The keys of the wait of a run that are tags of its timer as well.
	 */
	public enum LowCardinalityRunWaitKeyNames implements KeyName {

		/**
		 * {@code ADMITTED} if the run was sent, {@code REJECTED} if it waited too long or
		 * the client was closed, {@code CANCELLED} if the caller cancelled it,
		 * {@code PENDING} while it waits.
		 */
		OUTCOME {

			@Override
			public String asString() {
				return "outcome";
			}

		}

	}

	/**
	 * The keys of a run, and of a call about one, that are on their spans only.
	 */
	public enum HighCardinalityRunKeyNames implements KeyName {

		/**
		 * The run; absent if its id is not known, or if a call is not about a run.
		 */
		RUN_ID {

			@Override
			public String asString() {
				return "run.id";
			}

			@Override
			public boolean isRequired() {
				return false;
			}

		}

	}

}
