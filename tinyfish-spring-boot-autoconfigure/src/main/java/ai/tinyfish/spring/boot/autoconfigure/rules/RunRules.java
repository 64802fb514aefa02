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

package ai.tinyfish.spring.boot.autoconfigure.rules;

import java.time.Duration;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.RunSubmission;
import ai.tinyfish.agent.TinyFishRunInterceptor;
import ai.tinyfish.spring.boot.autoconfigure.TinyFishProperties;
import org.jspecify.annotations.Nullable;

/**
 * Interceptor that applies the rules for all runs: the defaults of their limits.
 */
final class RunRules implements TinyFishRunInterceptor {

	private final @Nullable Integer maxSteps;

	private final @Nullable Duration maxDuration;

	private RunRules(TinyFishProperties.Run properties) {
		this.maxSteps = properties.maxSteps();
		this.maxDuration = properties.maxDuration();
	}

	/**
	 * Return the rules, or null if no default is set.
	 */
	static @Nullable RunRules of(TinyFishProperties.Run properties) {
		RunRules rules = new RunRules(properties);
		return (rules.maxSteps != null || rules.maxDuration != null) ? rules : null;
	}

	@Override
	public AgentRequest beforeRun(RunSubmission submission) {
		AgentRequest request = submission.request();
		AgentConfig given = request.agentConfig();
		AgentConfig.Builder config = (given != null) ? given.toBuilder() : AgentConfig.builder();
		boolean steps = this.maxSteps != null && (given == null || given.maxSteps() == null);
		boolean duration = this.maxDuration != null && (given == null || given.maxDuration() == null);
		if (steps) {
			config.maxSteps(this.maxSteps);
		}
		if (duration) {
			config.maxDuration(this.maxDuration);
		}
		return (steps || duration) ? request.toBuilder().agentConfig(config.build()).build() : request;
	}

}
