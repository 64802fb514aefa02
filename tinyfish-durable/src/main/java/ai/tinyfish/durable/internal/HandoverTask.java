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

package ai.tinyfish.durable.internal;

import java.util.Objects;

import ai.tinyfish.durable.internal.store.Ending;
import ai.tinyfish.durable.internal.store.RunRow;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.run.GoalVerdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes the event for an outcome, with the verdict of the application's
 * {@link GoalEvaluator}.
 */
final class OutcomePublisher {

	private static final Logger logger = LoggerFactory.getLogger(OutcomePublisher.class);

	private final ApplicationEventPublisher publisher;

	private final GoalEvaluator evaluator;

	OutcomePublisher(ApplicationEventPublisher publisher, GoalEvaluator evaluator) {
		this.publisher = publisher;
		this.evaluator = evaluator;
	}

	/**
	 * Publish the event within the current transaction.
	 */
	void publish(RunRow row, Ending ending) {
		this.publisher.publishEvent(ending.event(row, this::verdict));
	}

	/**
	 * The outcome is not withheld because of an evaluator that fails.
	 */
	private GoalVerdict verdict(AgentRun run) {
		try {
			return Objects.requireNonNull(this.evaluator.evaluate(run), "The GoalEvaluator returned null");
		}
		catch (RuntimeException | LinkageError | AssertionError ex) {
			logger.warn("The GoalEvaluator failed on a durable run; its verdict is UNKNOWN", ex);
			return GoalVerdict.unknown();
		}
	}

}
