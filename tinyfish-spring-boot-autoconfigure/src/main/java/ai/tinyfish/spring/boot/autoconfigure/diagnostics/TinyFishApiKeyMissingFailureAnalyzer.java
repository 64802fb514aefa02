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

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.env.Environment;

/**
 * Failure analyzer for a missing API key: names the page that issues keys, the places to
 * configure one, and the simulator.
 */
final class TinyFishApiKeyMissingFailureAnalyzer extends AbstractFailureAnalyzer<TinyFishApiKeyMissingException> {

	private static final String ACTION = """
			Get a key at https://agent.tinyfish.ai/api-keys, then do one of the following:

			    - set the environment variable TINYFISH_API_KEY
			    - set the property tinyfish.api-key
			    - define a bean of type TinyFishApiKeyProvider or TinyFishConnectionDetails

			To go without a key:

			    - with ai.tinyfish:tinyfish-simulator on the class path, set tinyfish.simulator.enabled=auto: a \
			simulator takes the place of TinyFish as long as no key is set, not even a blank one
			    - set tinyfish.enabled=false: there is no TinyFishClient bean then
			""";

	private final @Nullable Environment environment;

	TinyFishApiKeyMissingFailureAnalyzer(@Nullable Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TinyFishApiKeyMissingException cause) {
		return new FailureAnalysis(describe(new ConfiguredProperties(this.environment)), ACTION, cause);
	}

	private static String describe(ConfiguredProperties properties) {
		StringBuilder description = new StringBuilder(
				"TinyFishClient needs an API key, and none is configured for TinyFish.");
		String apiKey = ConfiguredProperties.API_KEY_PROPERTY;
		properties.findOrigin(apiKey)
			.map((origin) -> "'" + apiKey + "'" + origin)
			.or(() -> properties.findApiKeyVariable())
			.ifPresent((blank) -> description.append(String.format("%n%nThe property %s is set, but blank.", blank)));
		List<String> lookalikes = properties.findApiKeyLookalikes();
		if (!lookalikes.isEmpty()) {
			description.append(System.lineSeparator());
		}
		for (String lookalike : lookalikes) {
			description.append(String.format("%nThe property %s is not read; did you mean '%s'?", lookalike, apiKey));
		}
		return description.toString();
	}

}
