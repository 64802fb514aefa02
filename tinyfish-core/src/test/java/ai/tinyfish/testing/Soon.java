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

package ai.tinyfish.testing;

import java.time.Duration;
import java.util.concurrent.Callable;

import org.awaitility.core.ConditionFactory;
import org.awaitility.core.ThrowingRunnable;

import static org.awaitility.Awaitility.await;

/**
 * Waits for something that comes in a moment, even on a machine that is busy, and looks
 * often.
 */
public final class Soon {

	private Soon() {
	}

	public static void until(Callable<Boolean> condition) {
		looking().until(condition);
	}

	public static void untilAsserted(ThrowingRunnable assertion) {
		looking().untilAsserted(assertion);
	}

	private static ConditionFactory looking() {
		return await().atMost(Duration.ofSeconds(20)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5));
	}

}
