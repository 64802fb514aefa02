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

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Failure analyzer for a missing database.
 */
final class DurableDataSourceMissingFailureAnalyzer extends AbstractFailureAnalyzer<DurableDataSourceMissingException> {

	private static final String DISABLE = "set tinyfish.durable.enabled=false, or remove tinyfish-durable from the class"
			+ " path.";

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DurableDataSourceMissingException cause) {
		return new FailureAnalysis(cause.several()
				? "tinyfish-durable stores runs in the application's database, and there are several"
						+ " DataSource beans of which none is the primary one."
				: "tinyfish-durable stores runs in the application's database, and there is no DataSource bean.",
				cause.several() ? "Mark one of them as @Primary, or " + DISABLE
						: "Add spring-boot-starter-jdbc, which brings a connection pool, and a driver, and set"
								+ " spring.datasource.url (without a pool, it has no effect), or " + DISABLE,
				cause);
	}

}
