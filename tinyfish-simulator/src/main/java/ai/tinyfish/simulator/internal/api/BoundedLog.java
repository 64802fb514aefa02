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

package ai.tinyfish.simulator.internal.api;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Log of the last entries. Safe for use by several threads.
 *
 * @param <T> the type of the entries
 */
public final class BoundedLog<T> {

	private final Deque<T> entries = new ArrayDeque<>();

	private final int max;

	public BoundedLog(int max) {
		this.max = max;
	}

	public synchronized void add(T entry) {
		if (this.max == 0) {
			return;
		}
		if (this.entries.size() == this.max) {
			this.entries.removeFirst();
		}
		this.entries.addLast(entry);
	}

	public synchronized void clear() {
		this.entries.clear();
	}

	public synchronized List<T> entries() {
		return List.copyOf(this.entries);
	}

}
