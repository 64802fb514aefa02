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

package ai.tinyfish.agent;

import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.observation.LogText;
import org.jspecify.annotations.Nullable;

/**
 * Description of the run that a listener is called for.
 *
 * @param runId the run, or null as long as it is not known
 * @param url the URL that the agent was sent to, or null where it is not known
 * @param goal the goal of the agent, or null where it is not known
 * @param tag the request's own tag, which is never sent, or null
 */
public record RunContext(@Nullable String runId, @Nullable String url, @Nullable String goal, @Nullable String tag) {

	/**
	 * MDC key of the run id, which is set while a listener is called on the event
	 * executor, if the id is known.
	 */
	public static final String MDC_RUN_ID = "tinyfish.run.id";

	/**
	 * MDC key of the tag, which is set while a listener is called on the event executor,
	 * if there is a tag. Both values are {@link LogText}.
	 */
	public static final String MDC_TAG = "tinyfish.run.tag";

	/**
	 * Return a short description without secrets.
	 * @return run, url without user, query and fragment, beginning of the goal, and tag
	 */
	@Override
	public String toString() {
		return LogText.of("RunContext[runId=%s, url=%s, goal=%s, tag=%s]".formatted(this.runId,
				Descriptions.url(this.url), Descriptions.text(this.goal), this.tag));
	}

}
