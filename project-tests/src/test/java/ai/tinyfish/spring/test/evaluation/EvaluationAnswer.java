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

package ai.tinyfish.spring.test.evaluation;

import java.math.BigDecimal;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.error.TinyFishException;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.spring.boot.budget.BudgetLedger.Amount;

import org.springframework.context.support.GenericApplicationContext;

/**
 * Answer of evaluations to the question whether a run may exist.
 */
public final class EvaluationAnswer {

	private EvaluationAnswer() {
	}

	/**
	 * Return whether an evaluation counts a run with its maximum after a failure.
	 */
	public static boolean mayHaveStartedRun(TinyFishException failure) {
		try (GenericApplicationContext application = new GenericApplicationContext()) {
			application.registerBean(GoalEvaluator.class, GoalEvaluator::defaults);
			application.refresh();
			EvaluatedRuns runs = new EvaluatedRuns(application, Amount.UNLIMITED, BigDecimal.ZERO);
			RunSubmission submission = RunSubmission.of("agent.run", AgentRequest.of("https://example.com", "Read it"));
			runs.make("candidate", 0, () -> {
				runs.beforeRun(submission);
				runs.error(submission, failure);
				return 0.0;
			});
			return runs.used().runs() > 0;
		}
	}

}
