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

package ai.tinyfish.testing;

import java.util.List;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The threads of clients that are open. Registered as a service: a test class that leaves
 * one open fails, and not one that comes after it in the same JVM.
 */
public final class OwnThreads implements AfterAllCallback {

	@Override
	public void afterAll(ExtensionContext context) {
		Soon.untilAsserted(() -> assertThat(names()).as("threads of clients that were not closed").isEmpty());
	}

	public static List<String> names() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter(Thread::isAlive)
			.map(Thread::getName)
			.filter((name) -> name.startsWith("tinyfish-") || name.startsWith("reactor-"))
			.filter((name) -> !name.startsWith("tinyfish-simulator"))
			.toList();
	}

}
