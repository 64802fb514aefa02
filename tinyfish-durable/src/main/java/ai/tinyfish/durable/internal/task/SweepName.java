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

package ai.tinyfish.durable.internal.task;

import java.time.Instant;

/**
 * Names of the tasks that follow the open runs of an account. A range has the sweep in
 * its name, so that the next sweep polls the same runs at once, although the process that
 * polls them may have died.
 */
public final class SweepName {

	private static final char SEPARATOR = '#';

	private SweepName() {
	}

	public static String plan(String account) {
		return "account" + SEPARATOR + account;
	}

	public static String accountOfPlan(String plan) {
		return plan.substring(plan.indexOf(SEPARATOR) + 1);
	}

	public static String prefix(String account) {
		return account + SEPARATOR;
	}

	public static String range(String account, Instant sweep, int number) {
		return prefix(account) + sweep.toEpochMilli() + SEPARATOR + number;
	}

	public static String accountOfRange(String range) {
		return range.substring(0, range.indexOf(SEPARATOR));
	}

	public static Instant sweepOfRange(String range) {
		int from = range.indexOf(SEPARATOR) + 1;
		return Instant.ofEpochMilli(Long.parseLong(range.substring(from, range.indexOf(SEPARATOR, from))));
	}

}
