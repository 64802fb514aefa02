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

package ai.tinyfish.durable.autoconfigure;

import ai.tinyfish.durable.internal.store.DurableStartException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Failure analyzer for an application that cannot start with durable runs.
 */
final class DurableStartFailureAnalyzer extends AbstractFailureAnalyzer<DurableStartException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DurableStartException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.action()
				+ " To have no durable runs, set tinyfish.durable.enabled=false, or remove tinyfish-durable from the"
				+ " class path.", cause);
	}

}
