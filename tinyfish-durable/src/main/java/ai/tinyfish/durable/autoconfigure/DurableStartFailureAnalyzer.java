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

import ai.tinyfish.durable.internal.store.TablesMissingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Says how to create the tables of durable runs.
 */
final class DurableTablesMissingFailureAnalyzer extends AbstractFailureAnalyzer<TablesMissingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TablesMissingException cause) {
		return new FailureAnalysis(cause.getMessage(),
				"Set tinyfish.durable.initialize-schema=always, or add the script to the migrations of the application:"
						+ " ai/tinyfish/durable/schema/schema-postgresql.sql or schema-h2.sql in the jar. By default the"
						+ " tables are created only in an H2 database in memory.",
				cause);
	}

}
