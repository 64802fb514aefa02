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

package ai.tinyfish.spring.boot.autoconfigure.budget;

import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.error.TinyFishException;

/**
 * Answer of the budget to the question whether a run may exist.
 */
public final class BudgetAnswer {

	private BudgetAnswer() {
	}

	/**
	 * Return whether the budget keeps the reservation of a run after a failure.
	 */
	public static boolean mayHaveStartedRun(TinyFishException failure) {
		InMemoryBudgetLedger ledger = new InMemoryBudgetLedger();
		RunBudget budget = new RunBudget(new TinyFishBudgetProperties(10L, null, null, null, 150, ZoneOffset.UTC),
				ledger, null, Clock.systemUTC());
		RunSubmission submission = RunSubmission.of("agent.run", AgentRequest.of("https://example.com", "Read it"));
		budget.beforeRun(submission);
		budget.error(submission, failure);
		return ledger.usage(null, LocalDate.now(ZoneOffset.UTC)).runs() > 0;
	}

}
