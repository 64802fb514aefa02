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

package ai.tinyfish.benchmarks;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.benchmarks.CpuPerEvent.Subject;
import ai.tinyfish.internal.json.Json;
import com.sun.management.OperatingSystemMXBean;
import reactor.core.publisher.Flux;
import tools.jackson.databind.ObjectReader;

/**
 * Measures one subject of {@link CpuPerEvent}: streams some times to warm up, and then
 * five times, of which the mean counts, since process CPU time is measured in steps of
 * some milliseconds.
 */
final class CpuPerEventProcess {

	private static final int MEASURED = 5;

	private static final int DIFFERENT_EVENTS = 1000;

	private CpuPerEventProcess() {
	}

	public static void main(String[] args) {
		Subject subject = Subject.valueOf(args[0]);
		int events = Integer.parseInt(args[1]);
		int runs = Integer.parseInt(args[4]);
		int perRun = events / runs;
		String goal = Script.of(perRun, Integer.parseInt(args[2])).goal();
		int warmUp = Integer.parseInt(args[3]);
		if (subject == Subject.JSON) {
			List<byte[]> documents = documents();
			measure(events, warmUp, () -> parse(documents, events));
			return;
		}
		try (ServerProcess server = new ServerProcess()) {
			switch (subject) {
				case TINYFISH -> {
					try (EventSource source = new TinyFishSource(server.baseUrl(), 1)) {
						measure(events, warmUp, () -> repeat(runs, () -> stream(source.stream(goal), perRun)));
					}
				}
				case BLOCKING -> {
					try (TinyFishClient client = TinyFishClient.builder()
						.apiKey(Wire.API_KEY)
						.baseUrl(server.baseUrl())
						// the server has none
						.readOutcome(false)
						.maxOpenStreams(1)
						.build()) {
						measure(events, warmUp, () -> repeat(runs, () -> read(client, goal, perRun)));
					}
				}
				case LISTENER, EVENT_LISTENER, CONDITIONAL -> {
					try (ListeningApplication application = new ListeningApplication(server.baseUrl(), subject)) {
						measure(events, warmUp, () -> repeat(runs, () -> listen(application, goal, perRun)));
					}
				}
				case WEBCLIENT -> {
					try (EventSource source = new WebClientSource(server.baseUrl(), 1)) {
						measure(events, warmUp, () -> repeat(runs, () -> stream(source.stream(goal), perRun)));
					}
				}
				default -> {
					try (WebClientSource source = new WebClientSource(server.baseUrl(), 1)) {
						measure(events, warmUp, () -> repeat(runs, () -> receive(source, goal, perRun)));
					}
				}
			}
		}
	}

	private static void measure(int events, int warmUp, Runnable action) {
		for (int i = 0; i < warmUp; i++) {
			action.run();
		}
		OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
		System.gc();
		long cpu = process.getProcessCpuTime();
		long time = System.nanoTime();
		for (int i = 0; i < MEASURED; i++) {
			action.run();
		}
		double measured = (double) MEASURED * events;
		Processes.report("micros", (process.getProcessCpuTime() - cpu) / 1e3 / measured);
		Processes.report("rate", measured * 1e9 / (System.nanoTime() - time));
	}

	private static void repeat(int times, Runnable action) {
		for (int i = 0; i < times; i++) {
			action.run();
		}
	}

	private static void stream(Flux<? extends AgentEvent> stream, int expected) {
		Tally tally = new Tally();
		stream.doOnNext(tally::add).blockLast();
		tally.requireProgress(expected);
	}

	private static void read(TinyFishClient client, String goal, int expected) {
		Tally tally = new Tally();
		try (AgentStream stream = client.agent().stream(AgentRequest.of(Wire.URL, goal))) {
			stream.forEach(tally::add);
		}
		tally.requireProgress(expected);
	}

	private static void listen(ListeningApplication application, String goal, int expected) {
		int arrived = application.run(goal);
		if (arrived != expected) {
			throw new IllegalStateException(arrived + " events of progress instead of " + expected);
		}
	}

	private static void receive(WebClientSource source, String goal, int expected) {
		long bytes = Objects.requireNonNull(source.receive(goal).block());
		// no event is smaller
		if (bytes < expected * 128L) {
			throw new IllegalStateException("Only " + bytes + " bytes arrived");
		}
	}

	private static List<byte[]> documents() {
		List<byte[]> documents = new ArrayList<>();
		for (int i = 0; i < DIFFERENT_EVENTS; i++) {
			documents.add(Wire.progress(Wire.RUN_ID, i).getBytes(StandardCharsets.UTF_8));
		}
		return documents;
	}

	private static void parse(List<byte[]> documents, int expected) {
		ObjectReader reader = Json.mapper().readerFor(HandWrittenEvent.class);
		Tally tally = new Tally();
		for (int i = 0; i < expected; i++) {
			tally.add(reader.readValue(documents.get(i % DIFFERENT_EVENTS)));
		}
		tally.add(reader.readValue(Wire.complete(Wire.RUN_ID)));
		tally.requireProgress(expected);
	}

	/**
	 * Count of the events that have arrived.
	 */
	private static final class Tally {

		private int progress;

		private boolean completed;

		void add(AgentEvent event) {
			if (event.type().equals("PROGRESS") && event.timestamp() != null && Wire.RUN_ID.equals(event.runId())) {
				this.progress++;
			}
			this.completed = HandWrittenEvent.isCompleted(event);
		}

		void requireProgress(int expected) {
			if (this.progress != expected || !this.completed) {
				throw new IllegalStateException(this.progress + " events of progress instead of " + expected
						+ ", completed: " + this.completed);
			}
		}

	}

}
