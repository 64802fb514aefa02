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

package ai.tinyfish.spring.boot.autoconfigure.diagnostics;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Failure analyzer for invalid settings: names the property or bean, its origin and the
 * reason, never the value. Comes before Boot's analyzer for properties that cannot be
 * bound, which does not know the origin.
 */
@Order(0)
final class TinyFishConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<TinyFishConfigurationException> {

	private final @Nullable Environment environment;

	TinyFishConfigurationFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TinyFishConfigurationException cause) {
		return new FailureAnalysis(
				"The " + cause.subject() + origin(cause.property()) + " is not valid: " + cause.reason() + ".",
				"Correct the " + cause.subject() + ".", cause);
	}

	private String origin(@Nullable String property) {
		return (property != null) ? new ConfiguredProperties(this.environment).findOrigin(property).orElse("") : "";
	}

}
