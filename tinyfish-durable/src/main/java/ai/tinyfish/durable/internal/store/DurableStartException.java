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

package ai.tinyfish.durable.internal.store;

/**
 * Exception for a configuration or database with which durable runs cannot start.
 */
public final class DurableStartException extends RuntimeException {

	private final String action;

	/**
	 * Create a new exception.
	 * @param description the problem
	 * @param action the action to take
	 */
	public DurableStartException(String description, String action) {
		super(description);
		this.action = action;
	}

	/**
	 * Return what to do.
	 */
	public String action() {
		return this.action;
	}

}
