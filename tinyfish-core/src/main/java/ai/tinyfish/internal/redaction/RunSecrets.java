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

package ai.tinyfish.internal.redaction;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The secrets of the requests of the latest runs, by run: the service may repeat them
 * whenever a run is read, for whichever account. In memory only.
 */
public final class RunSecrets {

	private static final int CAPACITY = 10_000;

	/** A longer one is no id that a run could be asked for. */
	private static final int MAX_ID_LENGTH = 128;

	/** A service that names all of its runs alike must not fill the memory. */
	private static final int MAX_SECRETS = 1_000;

	private final Map<String, List<String>> secrets = new LinkedHashMap<>() {
		@Override
		protected boolean removeEldestEntry(Map.Entry<String, List<String>> eldest) {
			return size() > CAPACITY;
		}
	};

	synchronized void remember(String runId, List<String> secrets) {
		if (runId.length() <= MAX_ID_LENGTH) {
			this.secrets.merge(runId, secrets, RunSecrets::merge);
		}
	}

	/**
	 * Merge the secrets of several requests: another service may have a run of the same
	 * id.
	 */
	private static List<String> merge(List<String> known, List<String> secrets) {
		List<String> all = Stream.concat(known.stream(), secrets.stream()).distinct().toList();
		return all.subList(Math.max(0, all.size() - MAX_SECRETS), all.size());
	}

	synchronized List<String> of(@Nullable String runId) {
		return this.secrets.getOrDefault(runId, List.of());
	}

}
