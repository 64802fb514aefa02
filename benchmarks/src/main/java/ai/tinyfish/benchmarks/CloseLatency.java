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

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import reactor.core.Disposable;

/**
 * Time from closing an idle stream until the server sees it, which it reports over its
 * standard output.
 */
final class CloseLatency {

	private static final String GOAL = Script.waitingAfter(1).goal();

	private CloseLatency() {
	}

	/**
	 * Measure.
	 * @param arguments the options
	 * @param out takes the table
	 * @return the milliseconds, by the way of closing
	 */
	static Map<String, Samples> run(List<String> arguments, PrintStream out) throws InterruptedException {
		Options options = new Options(arguments, Map.of("streams", List.of(300)));
		Map<String, List<Double>> millis = new TreeMap<>();
		try (ServerProcess server = new ServerProcess();
				TinyFishClient client = TinyFishClient.builder().apiKey(Wire.API_KEY).baseUrl(server.baseUrl()).build();
				EventSource tinyFish = new TinyFishSource(server.baseUrl(), 10);
				EventSource webClient = new WebClientSource(server.baseUrl(), 10)) {
			for (int i = 0; i < options.one("streams"); i++) {
				add(millis, "AgentStream.close()", close(server, client));
				add(millis, "AgentStream.close() while another thread waits for an event",
						closeWhileRead(server, client));
				add(millis, "cancelled Flux of the client", cancel(server, tinyFish));
				add(millis, "cancelled Flux of WebClient by hand", cancel(server, webClient));
			}
		}
		Map<String, Samples> results = new TreeMap<>();
		millis.forEach((way, all) -> results.put(way, new Samples(all)));
		out.printf(Locale.ROOT, "%nFrom closing an idle stream until the server has seen it%n%n");
		out.println("| | streams | median, ms | max, ms |");
		out.println("|---|---|---|---|");
		results.forEach((way, samples) -> out.printf(Locale.ROOT, "| %s | %d | %.2f | %.2f |%n", way, samples.count(),
				samples.median(), samples.max()));
		return results;
	}

	private static void add(Map<String, List<Double>> millis, String way, double value) {
		millis.computeIfAbsent(way, (key) -> new ArrayList<>()).add(value);
	}

	private static double close(ServerProcess server, TinyFishClient client) {
		AgentStream stream = client.agent().stream(AgentRequest.of(Wire.URL, GOAL));
		String runId = readOpening(stream.iterator());
		long begin = System.nanoTime();
		stream.close();
		return millis(server, runId, begin);
	}

	private static double closeWhileRead(ServerProcess server, TinyFishClient client) throws InterruptedException {
		AgentStream stream = client.agent().stream(AgentRequest.of(Wire.URL, GOAL));
		Iterator<AgentEvent> events = stream.iterator();
		String runId = readOpening(events);
		Thread reader = new Thread(() -> {
			try {
				events.hasNext();
			}
			catch (TinyFishRunOutcomeUnknownException ex) {
				// this is its command
			}
		}, "reader");
		reader.start();
		while (reader.getState() != Thread.State.WAITING && reader.getState() != Thread.State.TIMED_WAITING) {
			if (reader.getState() == Thread.State.TERMINATED) {
				throw new IllegalStateException("The stream has ended before it was closed");
			}
			Thread.sleep(1);
		}
		long begin = System.nanoTime();
		stream.close();
		double millis = millis(server, runId, begin);
		reader.join();
		return millis;
	}

	private static String readOpening(Iterator<AgentEvent> events) {
		String runId = Objects.requireNonNull(events.next().runId());
		for (int i = 0; i < Script.OPENING_EVENTS; i++) {
			events.next();
		}
		return runId;
	}

	private static double cancel(ServerProcess server, EventSource source) throws InterruptedException {
		BlockingQueue<AgentEvent> events = new LinkedBlockingQueue<>();
		Disposable stream = source.stream(GOAL).subscribe(events::add);
		String runId = Objects.requireNonNull(next(events).runId());
		for (int i = 0; i < Script.OPENING_EVENTS; i++) {
			next(events);
		}
		long begin = System.nanoTime();
		stream.dispose();
		return millis(server, runId, begin);
	}

	private static AgentEvent next(BlockingQueue<AgentEvent> events) throws InterruptedException {
		return Objects.requireNonNull(events.poll(1, TimeUnit.MINUTES), "no event");
	}

	private static double millis(ServerProcess server, String runId, long begin) {
		return (server.awaitClosed(runId) - begin) / 1e6;
	}

}
