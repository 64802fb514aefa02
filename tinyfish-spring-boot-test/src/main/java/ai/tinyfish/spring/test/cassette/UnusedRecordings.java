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

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recordings of a cassette that no test has used, which are logged when all tests have
 * run.
 */
final class UnusedRecordings implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(UnusedRecordings.class);

	private final String cassette;

	private @Nullable Set<String> unused;

	private UnusedRecordings(String cassette) {
		this.cassette = cassette;
	}

	static UnusedRecordings of(ExtensionContext context, String cassette) {
		return context.getRoot()
			.getStore(Namespace.create(UnusedRecordings.class))
			.computeIfAbsent(cassette, (key) -> new UnusedRecordings(cassette), UnusedRecordings.class);
	}

	/**
	 * Forget the recordings that a test has used.
	 */
	synchronized void retain(Collection<String> unusedByTest) {
		if (this.unused == null) {
			this.unused = new LinkedHashSet<>(unusedByTest);
			this.unused.removeIf((each) -> !each.startsWith("recording of "));
		}
		this.unused.retainAll(unusedByTest);
	}

	@Override
	public synchronized void close() {
		if (this.unused != null && !this.unused.isEmpty()) {
			logger.info("No test used these recordings of {}:\n  {}", this.cassette, String.join("\n  ", this.unused));
		}
	}

}
