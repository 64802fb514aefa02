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

package ai.tinyfish.durable.watch;

/**
 * Outcome of a slot of a watch.
 *
 * @since 0.1.0
 */
public enum WatchOutcome {

	/**
	 * The first result, with which others are compared.
	 */
	BASELINE,

	/**
	 * The result does not differ from the baseline.
	 */
	UNCHANGED,

	/**
	 * The page had not changed, and nothing was run.
	 */
	SAME_PAGE,

	/**
	 * The result differs, and not enough results have agreed on that.
	 */
	UNCONFIRMED,

	/**
	 * Enough results have agreed on changes, which are published.
	 */
	CHANGED,

	/**
	 * The run failed or missed its goal, or its result does not fit.
	 */
	MISSED,

	/**
	 * The run was refused by a budget, a rule or the service, or the run before was still
	 * open.
	 */
	SKIPPED,

	/**
	 * It is not known whether the run was started, or how it ended.
	 */
	UNKNOWN,

	/**
	 * The result is older than another one, and was not compared.
	 */
	LATE

}
