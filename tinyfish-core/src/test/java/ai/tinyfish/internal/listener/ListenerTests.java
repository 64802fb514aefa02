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

package ai.tinyfish.internal.listener;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.RunContext;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.agent.event.CompleteEvent;
import ai.tinyfish.agent.event.ProgressEvent;
import ai.tinyfish.agent.event.StartedEvent;
import ai.tinyfish.agent.event.StreamingUrlEvent;
import ai.tinyfish.error.TinyFishAuthenticationException;
import ai.tinyfish.run.TinyFishRunFailedException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.RecordingListener;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Events that listeners of the client receive.
 */
@BothClients
class ListenerTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	@Parameter
	ClientKind kind;

	@Test
	void everySubmissionThatIsWaitedForHasExactlyOneEnding() {
		for (Operation operation : List.of(Operation.RUN, Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (ScriptedServer server = new ScriptedServer(
					(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
					TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
				operation.call(client);
			}
			assertThat(listener.calls()).as("%s", operation)
				.filteredOn((call) -> call.equals("finished") || call.equals("error"))
				.containsExactly("finished");
			assertThat(listener.contexts()).last()
				.isEqualTo(RunContext.builder()
					.runId("run-1")
					.url("https://shop.example/item")
					.goal("Read the price")
					.tag("order-42")
					.build());
			assertThat(listener.threads()).allMatch((thread) -> thread.startsWith("tinyfish-events-"));
		}
	}

	@Test
	void aRefusedSubmissionIsAnError() {
		for (Operation operation : List.of(Operation.RUN, Operation.QUEUE, Operation.STREAM, Operation.START)) {
			RecordingListener listener = new RecordingListener();
			try (ScriptedServer server = new ScriptedServer(
					(exchange) -> exchange.answer(401, "application/json", Samples.envelope("INVALID_API_KEY", "No")));
					TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
				assertThat(catchThrowable(() -> operation.call(client)))
					.isInstanceOf(TinyFishAuthenticationException.class);
			}
			assertThat(listener.calls()).as("%s", operation).containsExactly("error");
		}
	}

	@Test
	void readingAndQueueingPublishNothing() {
		Set<Operation> quiet = EnumSet.complementOf(EnumSet.of(Operation.RUN, Operation.STREAM, Operation.START));
		for (Operation operation : quiet) {
			RecordingListener listener = new RecordingListener();
			try (ScriptedServer server = new ScriptedServer(
					(exchange) -> exchange.answer(200, operation.contentType(), operation.success()));
					TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
				operation.call(client);
			}
			assertThat(listener.calls()).as("%s", operation).isEmpty();
		}
	}

	@Test
	void anErrorOfTheQueueIsAnEnding() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"run_id\":null,\"error\":{\"code\":\"X\",\"message\":\"Not queued\"}}"));
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			client.agent().queue(Samples.request());
		}
		assertThat(listener.errors()).singleElement().isInstanceOf(TinyFishRunFailedException.class);
	}

	@Test
	void aDerivedClientCanLeaveTheListenersOut() {
		RecordingListener listener = new RecordingListener();
		RecordingListener own = new RecordingListener();
		try (ScriptedServer server = new ScriptedServer((exchange) -> exchange.answer(200, "application/json",
				"{\"run_id\":null,\"error\":{\"code\":\"X\",\"message\":\"Not queued\"}}"));
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			client.mutate().withoutRunListeners().build().agent().queue(Samples.request());
			client.mutate().withoutRunListeners().runListener(own).build().agent().queue(Samples.request());
			client.agent().queue(Samples.request());
		}
		assertThat(listener.errors()).hasSize(1);
		assertThat(own.errors()).hasSize(1);
	}

	@Test
	void aStreamingUrlThatIsNotOfTheWebIsIgnored() {
		List<String> hostile = List.of("javascript:alert(document.cookie)//https://watch.example/1",
				"data:text/html,<script>alert(1)</script>", "file:///etc/passwd", "//watch.example/1", "/1", "https:",
				"https://", " https://watch.example/1", "vbscript:https://watch.example", "ftp://watch.example/1");
		List<String> urls = new CopyOnWriteArrayList<>();
		RecordingListener listener = new RecordingListener() {
			@Override
			public void streamingUrl(RunContext context, StreamingUrlEvent event) {
				super.streamingUrl(context, event);
				urls.add(event.streamingUrl());
			}
		};
		List<AgentEvent> events = new ArrayList<>();
		try (ScriptedServer server = new ScriptedServer((exchange) -> {
			if (exchange.request().startsWith("GET ")) {
				int n = Integer.parseInt(exchange.request().replaceAll("(?s)GET /v1/runs/(\\d+) .*", "$1"));
				exchange.answer(200, "application/json", "{\"run_id\":\"" + n
						+ "\",\"status\":\"RUNNING\",\"streaming_url\":\"" + hostile.get(n) + "\"}");
				return;
			}
			exchange.startStream();
			exchange.event(Samples.STARTED);
			for (String url : hostile) {
				exchange.event("{\"type\":\"STREAMING_URL\",\"run_id\":\"run-1\",\"streaming_url\":\"" + url + "\"}");
			}
			exchange.event(Samples.STREAMING_URL);
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				stream.forEach(events::add);
			}
			Soon.until(() -> listener.runs().size() == 1);
			for (int n = 0; n < hostile.size(); n++) {
				assertThat(client.runs().get(String.valueOf(n)).streamingUrl()).as(hostile.get(n)).isNull();
			}
		}
		assertThat(urls).containsExactly("https://watch.example/1");
		assertThat(events).filteredOn(StreamingUrlEvent.class::isInstance).hasSize(1);
		assertThat(listener.calls()).containsOnly("started", "streamingUrl", "finished");
	}

	@Test
	void aStreamClosedEarlyIsAnUnknownEnding() {
		RecordingListener listener = new RecordingListener();
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.silence();
		}); TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			try (var stream = client.agent().stream(Samples.request())) {
				stream.iterator().next();
			}
		}
		assertThat(listener.calls()).containsExactly("started", "error");
		assertThat(listener.errors()).singleElement()
			.isInstanceOf(TinyFishRunOutcomeUnknownException.class)
			.satisfies((ex) -> assertThat(ex.runId()).isEqualTo("run-1"));
	}

	@Test
	void aListenerThatThrowsHarmsNeitherItsRunNorOtherListenersNorOtherRuns() {
		RecordingListener after = new RecordingListener();
		RecordingListener throwing = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				throw new AssertionError("not even an Error");
			}

			@Override
			public void progress(RunContext context, ProgressEvent event) {
				throw new IllegalStateException("thrown on purpose");
			}

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				throw new IllegalStateException("thrown on purpose");
			}
		};
		try (ScriptedServer server = ScriptedServer.streaming(ListenerTests::wholeRun);
				TinyFishClient client = this.kind.client(server.baseUrl())
					.runListener(throwing)
					.runListener(after)
					.build()) {
			RunHandle first = client.agent().start(Samples.request());
			RunHandle second = client.agent().start(Samples.request());
			assertThat(first.await(SOON).isCompleted()).isTrue();
			assertThat(second.await(SOON).isCompleted()).isTrue();
		}
		assertThat(after.calls()).hasSize(10)
			.containsOnly("started", "streamingUrl", "progress", "finished")
			.filteredOn("finished"::equals)
			.hasSize(2);
	}

	@Test
	void aListenerThatBlocksDelaysItsOwnRunOnly() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		List<String> finished = new CopyOnWriteArrayList<>();
		RecordingListener listener = new RecordingListener() {
			@Override
			public void progress(RunContext context, ProgressEvent event) {
				if ("slow".equals(context.tag())) {
					try {
						release.await(30, TimeUnit.SECONDS);
					}
					catch (InterruptedException ex) {
						Thread.currentThread().interrupt();
					}
				}
			}

			@Override
			public void finished(RunContext context, CompleteEvent event) {
				finished.add(context.tag());
			}
		};
		try (ScriptedServer server = ScriptedServer.streaming(ListenerTests::wholeRun);
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			AgentRequest request = Samples.request();
			RunHandle slow = client.agent().start(request.withTag("slow"));
			for (int i = 0; i < 20; i++) {
				client.agent().start(request.withTag("quick"));
			}
			await().atMost(SOON).until(() -> finished.size() == 20);
			assertThat(finished).containsOnly("quick");
			// the run itself does not wait for its listener
			assertThat(slow.await(SOON).isCompleted()).isTrue();
			release.countDown();
			await().atMost(SOON).until(() -> finished.contains("slow"));
		}
	}

	@Test
	void theEndingComesLastEvenIfAnotherCallerLearnsItFirst() throws Exception {
		CountDownLatch learnt = new CountDownLatch(1);
		RecordingListener all = new RecordingListener();
		try (RunServer server = new RunServer((exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			learnt.await(20, TimeUnit.SECONDS);
			exchange.event(Samples.PROGRESS);
			exchange.event(Samples.COMPLETE);
		}, RunServer.ended("COMPLETED"));
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(all).build()) {
			RunHandle handle = client.agent().start(Samples.request());
			await().atMost(SOON).until(() -> all.calls().contains("started"));
			assertThat(client.runs().await("run-1", SOON).isCompleted()).isTrue();
			learnt.countDown();
			assertThat(handle.await(SOON).isCompleted()).isTrue();
		}
		assertThat(all.calls()).containsExactly("started", "progress", "finished");
	}

	@Test
	void theCallersMdcReachesTheListener() {
		List<String> seen = new CopyOnWriteArrayList<>();
		RecordingListener listener = new RecordingListener() {
			@Override
			public void finished(RunContext context, CompleteEvent event) {
				seen.add(String.valueOf(MDC.get("request")));
			}
		};
		try (ScriptedServer server = ScriptedServer.streaming(ListenerTests::wholeRun);
				TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			MDC.put("request", "r-1");
			try {
				client.agent().start(Samples.request()).await(SOON);
			}
			finally {
				MDC.remove("request");
			}
			await().atMost(SOON).until(() -> seen.size() == 1);
			client.agent().start(Samples.request()).await(SOON);
		}
		assertThat(seen).containsExactly("r-1", "null");
	}

	@Test
	void aFloodOfProgressIsBoundedAndKeepsTheEnding() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		RecordingListener listener = new RecordingListener() {
			@Override
			public void started(RunContext context, StartedEvent event) {
				try {
					release.await(30, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
				super.started(context, event);
			}
		};
		try (ScriptedServer server = ScriptedServer.streaming((exchange) -> {
			exchange.event(Samples.STARTED);
			exchange.send(("data: " + Samples.PROGRESS + "\n\n").repeat(5000));
			exchange.event(Samples.COMPLETE);
		}); TinyFishClient client = this.kind.client(server.baseUrl()).runListener(listener).build()) {
			client.agent().start(Samples.request()).await(SOON);
			release.countDown();
		}
		assertThat(listener.calls()).startsWith("started").endsWith("finished").hasSizeBetween(100, 1100);
	}

	private static void wholeRun(Exchange exchange) throws IOException {
		exchange.event(Samples.STARTED);
		exchange.event(Samples.STREAMING_URL);
		exchange.event(Samples.PROGRESS);
		exchange.event(Samples.PROGRESS);
		exchange.event(Samples.COMPLETE);
	}

}
