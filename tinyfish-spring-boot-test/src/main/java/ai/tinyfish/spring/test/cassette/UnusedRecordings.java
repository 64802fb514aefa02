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

package ai.tinyfish.spring.test.cassette;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recordings of a cassette that no test has used, which are logged when all tests have
 * run.
 *
 * @param cassette the name of the cassette
 * @param unused the recordings, and the scenarios of the tests
 */
record UnusedRecordings(String cassette, Set<String> unused) implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(UnusedRecordings.class);

	/**
	 * Forget the recordings that a test has used.
	 */
	static void retain(ExtensionContext context, String cassette, List<String> unusedByTest) {
		context.getRoot()
			.getStore(Namespace.create(UnusedRecordings.class))
			.computeIfAbsent(cassette,
					(key) -> new UnusedRecordings(key, Collections.synchronizedSet(new LinkedHashSet<>(unusedByTest))),
					UnusedRecordings.class)
			.unused()
			.retainAll(unusedByTest);
	}

	@Override
	public void close() {
		List<String> recordings = this.unused.stream().filter((each) -> each.startsWith("recording of ")).toList();
		if (!recordings.isEmpty()) {
			logger.info("No test used these recordings of {}:\n  {}", this.cassette, String.join("\n  ", recordings));
		}
	}

}
