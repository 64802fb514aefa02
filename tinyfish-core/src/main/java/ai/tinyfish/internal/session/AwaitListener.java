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

package ai.tinyfish.internal.session;

import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.QueuedRun;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * Is told how runs end that are awaited. Not for applications: they take a
 * {@code TinyFishRunListener}.
 */
public interface AwaitListener {

	/**
	 * A wait begins.
	 * @param run the run
	 * @param context the context of who waits
	 * @return what is told how it ends
	 */
	Wait begin(QueuedRun run, ContextView context);

	/**
	 * Is told how one wait ends.
	 */
	interface Wait {

		/**
		 * The run has ended.
		 * @param run how
		 */
		void finished(AgentRun run);

		/**
		 * How the run ended cannot be learnt.
		 * @param exception why
		 */
		void error(TinyFishException exception);

		/**
		 * End the wait when its listeners are told that the application stops.
		 * @param outcome gives the outcome of the run
		 * @return the same, failing with what they are told then
		 */
		Mono<AgentRun> untilStopped(Mono<AgentRun> outcome);

		/**
		 * Nobody waits any more, whether or not the ending was learnt.
		 */
		void over();

	}

}
