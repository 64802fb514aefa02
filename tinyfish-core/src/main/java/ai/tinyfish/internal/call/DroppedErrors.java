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

package ai.tinyfish.internal.call;

import java.util.function.Consumer;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/**
 * Handling of errors that occur once the outcome is decided, such as in the body of a
 * response that is no longer read. Reactor would report them as errors of the
 * application, with a stack trace.
 */
public final class DroppedErrors {

	private static final Logger logger = LoggerFactory.getLogger(DroppedErrors.class);

	/** Context key of Reactor for the consumer of the dropped errors of one pipeline. */
	private static final String HOOK = "reactor.onErrorDropped.local";

	private static final Consumer<Throwable> LOG = (failure) -> logger.debug("Failed after the outcome was decided",
			failure);

	private DroppedErrors() {
	}

	/**
	 * Log them for debugging only.
	 * @return the change of the context of a pipeline
	 */
	public static Function<Context, Context> quiet() {
		return (context) -> context.put(HOOK, LOG);
	}

}
