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

package ai.tinyfish.support;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The run that log lines are about, in the MDC of the thread, so that a log can be
 * filtered by run. Key-value pairs of single lines are not used: a line in a listener
 * would have each of them twice, which structured logging refuses.
 *
 * @since 0.1.0
 */
public final class RunLog {

	/** MDC key of the run id. */
	public static final String RUN_ID = "tinyfish.run.id";

	/** MDC key of the tag. */
	public static final String TAG = "tinyfish.run.tag";

	/** MDC key of the account. */
	public static final String ACCOUNT = "tinyfish.run.account";

	private RunLog() {
	}

	/**
	 * Call an action that logs lines about a run, and put back the MDC of the thread.
	 * @param runId the run, or null if it is not known
	 * @param tag the tag of the run, or null if it has none or it is not known here
	 * @param account the account of a durable run, or null
	 * @param action the action
	 */
	public static void about(@Nullable String runId, @Nullable String tag, @Nullable String account, Runnable action) {
		Map<String, String> previous = MDC.getCopyOfContextMap();
		set(runId, tag, account);
		try {
			action.run();
		}
		finally {
			if (previous != null) {
				MDC.setContextMap(previous);
			}
			else {
				MDC.clear();
			}
		}
	}

	/**
	 * Have the following lines of the thread about a run, for a caller that puts back the
	 * MDC itself. If they are already about this run, a tag and an account that they have
	 * stay.
	 * @param runId the run, or null if it is not known
	 * @param tag the tag of the run, or null if it has none or it is not known here
	 * @param account the account of a durable run, or null
	 */
	public static void set(@Nullable String runId, @Nullable String tag, @Nullable String account) {
		if (runId == null || !LogText.of(runId).equals(MDC.get(RUN_ID))) {
			// the thread may be in a listener of another run
			List.of(RUN_ID, TAG, ACCOUNT).forEach(MDC::remove);
		}
		put(RUN_ID, runId);
		put(TAG, tag);
		put(ACCOUNT, account);
	}

	private static void put(String key, @Nullable String value) {
		if (value != null) {
			MDC.put(key, LogText.of(value));
		}
	}

}
