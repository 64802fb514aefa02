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

package ai.tinyfish.spring.ai.tools;

import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.event.ProgressEvent;

import org.springframework.ai.chat.model.ToolContext;

/**
 * Callback interface for the steps of runs that tools have started. Beans of it are
 * called on the event executor, as listeners of runs are. Their exceptions are logged.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface ToolProgressListener {

	/**
	 * Handle a step of the agent.
	 * @param toolContext the context of the call that started the run, with the entries
	 * of the application
	 * @param run the run
	 * @param event the step
	 */
	void progress(ToolContext toolContext, RunContext run, ProgressEvent event);

}
