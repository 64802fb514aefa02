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

package ai.tinyfish.simulator.internal.schema;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Report on the validation of a result against the requested schema.
 *
 * @param mismatches the mismatches, none if the result fits
 */
public record SchemaReport(List<Mismatch> mismatches) {

	/** Number of times that the service asks its agent again. */
	private static final int MAX_RE_PROMPTS = 2;

	/**
	 * Copy the list.
	 */
	public SchemaReport {
		mismatches = List.copyOf(mismatches);
	}

	public boolean valid() {
		return this.mismatches.isEmpty();
	}

	public int rePromptAttempts() {
		return valid() ? 0 : MAX_RE_PROMPTS;
	}

	/**
	 * Mismatch between a result and its schema.
	 *
	 * @param path names and array indexes with dots between them, empty for the result as
	 * a whole
	 * @param expected the type or values that the schema requires
	 * @param received the type of the value
	 * @param form the form of a result that fits, if this one has nothing of it, or
	 * {@code null}
	 */
	public record Mismatch(String path, String expected, String received, @Nullable String form) {

		Mismatch withForm(String form) {
			return new Mismatch(this.path, this.expected, this.received, form);
		}

		public String message() {
			return "Expected " + this.expected + ", received " + this.received
					+ ((this.form != null) ? ". This form fits: " + this.form : "");
		}

	}

}
