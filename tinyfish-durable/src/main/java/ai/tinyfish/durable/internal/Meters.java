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

package ai.tinyfish.durable.internal;

import java.time.Duration;

/**
 * Callback interface for what is measured.
 */
public interface Meters {

	/** Measures nothing. */
	Meters NONE = new Meters() {
	};

	/**
	 * Called before a request is sent.
	 * @param operation such as {@code poll}
	 */
	default void called(String operation) {
	}

	/**
	 * Called after an outcome was handed over, or was not.
	 * @param result {@code delivered}, {@code failed} or {@code parked}
	 */
	default void handedOver(String result) {
	}

	/**
	 * Called after an outcome was handed over.
	 * @param delay the time since the run ended, as the service says
	 */
	default void delay(Duration delay) {
	}

	/**
	 * Called when a sweep was planned.
	 * @param calls how many calls it needs
	 */
	default void planned(int calls) {
	}

	/**
	 * Called when a range of open runs was polled.
	 * @param time the time since the sweep was planned
	 */
	default void polled(Duration time) {
	}

	/**
	 * Called when a run has become uncertain or lost.
	 * @param state the state in lower case
	 */
	default void undecided(String state) {
	}

}
