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

package ai.tinyfish.spring.webagent;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Failure analyzer for an {@link ImportWebAgents} that cannot be processed: names the
 * annotated class, reason and cure.
 */
final class ImportWebAgentsFailureAnalyzer extends AbstractFailureAnalyzer<ImportWebAgentsException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ImportWebAgentsException cause) {
		return new FailureAnalysis(String.format("@ImportWebAgents is not valid:%n%n    class: %s%n    reason: %s%n",
				cause.importingClass(), cause.reason()), cause.cure() + ".", cause);
	}

}
