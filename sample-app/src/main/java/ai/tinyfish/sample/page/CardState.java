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

import ai.tinyfish.run.RunStatus;

/**
 * State of a run, with the text for it.
 */
public enum CardState {

	WAITING("Waiting"), RUNNING("Running"), COMPLETED("Completed"), FAILED("Failed"), CANCELLED("Cancelled"),
	DEADLINE("Deadline passed"), NO_OUTCOME("No outcome");

	private final String text;

	CardState(String text) {
		this.text = text;
	}

	public String getText() {
		return this.text;
	}

	static CardState of(RunStatus status) {
		return switch (status) {
			case COMPLETED -> COMPLETED;
			case FAILED -> FAILED;
			case CANCELLED -> CANCELLED;
			default -> NO_OUTCOME;
		};
	}

}
