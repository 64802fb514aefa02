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

package ai.tinyfish.spring.boot.testing;

import java.util.Set;

import static java.util.stream.Collectors.toSet;

/**
 * Threads that an HTTP client may have started since a moment.
 */
public final class NewThreads {

	private final Set<Thread> before = Thread.getAllStackTraces().keySet();

	private NewThreads() {
	}

	public static NewThreads since() {
		return new NewThreads();
	}

	/**
	 * The names of ours and of connections that are shared in the JVM.
	 */
	public Set<String> ofConnections() {
		return names("tinyfish", "reactor-");
	}

	/**
	 * The names of all that may have to do with HTTP, those of shared schedulers
	 * included.
	 */
	public Set<String> ofAnyHttpClient() {
		return names("tinyfish", "reactor", "parallel", "boundedElastic", "netty", "epoll", "HttpClient");
	}

	private Set<String> names(String... parts) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.isAlive() && !this.before.contains(thread))
			.map(Thread::getName)
			.filter((name) -> Set.of(parts).stream().anyMatch(name::contains))
			.collect(toSet());
	}

}
