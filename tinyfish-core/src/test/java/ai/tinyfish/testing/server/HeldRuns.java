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

package ai.tinyfish.testing.server;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;

/**
 * A service that keeps each run until it is let go, and counts how many it has at once.
 */
public final class HeldRuns implements AutoCloseable {

	private static final Pattern GOAL = Pattern.compile("\"goal\":\"([^\"]*)\"");

	private final List<String> goals = new CopyOnWriteArrayList<>();

	private final ScriptedServer server;

	private int letGo;

	private int now;

	private int most;

	public HeldRuns() {
		this.server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("POST /v1/automation/run-async ")) {
				exchange.answer(200, "application/json", Operation.QUEUE.success());
				return;
			}
			boolean stream = exchange.request().startsWith("POST /v1/automation/run-sse ");
			int number = arrived(goal(exchange));
			String id = "run-" + number;
			if (stream) {
				exchange.startStream();
				exchange.event("{\"type\":\"STARTED\",\"run_id\":\"" + id + "\"}");
			}
			awaitLetGo(number);
			// before the client can know of it
			left();
			answer(exchange, stream, "\"run_id\":\"" + id + "\",\"status\":\"COMPLETED\",\"result\":{\"price\":7}}");
		});
	}

	private static void answer(Exchange exchange, boolean stream, String run) throws IOException {
		if (stream) {
			exchange.event("{\"type\":\"COMPLETE\"," + run);
		}
		else {
			exchange.answer(200, "application/json", "{" + run);
		}
	}

	private static String goal(Exchange exchange) {
		Matcher matcher = GOAL.matcher(exchange.request());
		return matcher.find() ? matcher.group(1) : "";
	}

	private synchronized int arrived(String goal) {
		this.goals.add(goal);
		this.now++;
		this.most = Math.max(this.most, this.now);
		return this.goals.size();
	}

	/**
	 * Wait for one's turn: the first to come is let go first, whichever thread is ahead.
	 */
	private synchronized void awaitLetGo(int number) throws InterruptedException {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
		long left = TimeUnit.SECONDS.toMillis(30);
		while (this.letGo < number && left > 0) {
			wait(left);
			left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
		}
	}

	private synchronized void left() {
		this.now--;
	}

	/**
	 * End some of the runs, or of those to come.
	 */
	public synchronized void letGo(int count) {
		this.letGo += count;
		notifyAll();
	}

	/**
	 * Return the goals of the runs, in the order of their arrival.
	 */
	public List<String> goals() {
		return this.goals;
	}

	/**
	 * How many runs there were at once.
	 */
	public synchronized int most() {
		return this.most;
	}

	public List<String> requests() {
		return this.server.requests();
	}

	public String baseUrl() {
		return this.server.baseUrl();
	}

	@Override
	public void close() {
		letGo(1000);
		this.server.close();
	}

}
