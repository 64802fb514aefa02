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

package ai.tinyfish.internal.session;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import ai.tinyfish.testing.server.ScriptedServer;

/**
 * A service whose streams all break at once, after which their runs have ended.
 */
final class ManyRuns implements AutoCloseable {

	private static final Pattern RUN_ID = Pattern.compile("run-\\d+");

	private final AtomicInteger submissions = new AtomicInteger();

	private final AtomicInteger looks = new AtomicInteger();

	private final CountDownLatch started;

	private final CountDownLatch broken = new CountDownLatch(1);

	private final ScriptedServer server;

	ManyRuns(int count) {
		this.started = new CountDownLatch(count);
		this.server = new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("POST /v1/automation/run-sse ")) {
				exchange.startStream();
				exchange.event("{\"type\":\"STARTED\",\"run_id\":\"run-" + this.submissions.incrementAndGet() + "\"}");
				this.started.countDown();
				this.broken.await(30, TimeUnit.SECONDS);
				return;
			}
			this.looks.incrementAndGet();
			List<String> found = RUN_ID.matcher(request).results().map((id) -> run(id.group())).toList();
			exchange.answer(200, "application/json", request.startsWith("GET ") ? found.get(0)
					: found.stream().collect(Collectors.joining(",", "{\"data\":[", "],\"not_found\":null}")));
		});
	}

	private static String run(String id) {
		return "{\"run_id\":\"" + id + "\",\"status\":\"COMPLETED\",\"result\":{\"id\":\"" + id + "\"}}";
	}

	void breakAll() throws InterruptedException {
		this.started.await(20, TimeUnit.SECONDS);
		this.broken.countDown();
	}

	int submissions() {
		return this.submissions.get();
	}

	int looks() {
		return this.looks.get();
	}

	String baseUrl() {
		return this.server.baseUrl();
	}

	@Override
	public void close() {
		this.server.close();
	}

}
