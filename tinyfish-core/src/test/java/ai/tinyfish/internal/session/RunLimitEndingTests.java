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

import java.time.Duration;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import ai.tinyfish.OpenRuns;
import ai.tinyfish.TinyFishClient;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import ai.tinyfish.settings.AbandonPolicy;
import ai.tinyfish.testing.BothClients;
import ai.tinyfish.testing.ClientKind;
import ai.tinyfish.testing.InBackground;
import ai.tinyfish.testing.MoreTime;
import ai.tinyfish.testing.Operation;
import ai.tinyfish.testing.Samples;
import ai.tinyfish.testing.Soon;
import ai.tinyfish.testing.server.RunServer;
import ai.tinyfish.testing.server.ScriptedServer;
import ai.tinyfish.testing.server.ScriptedServer.Exchange;
import ai.tinyfish.testing.server.ScriptedServer.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * However a run ends, its place among those in flight is for the next one.
 */
@BothClients
class RunLimitEndingTests {

	private static final Duration SOON = Duration.ofSeconds(20);

	private static final String FAILED = "\"run_id\":\"run-1\",\"status\":\"FAILED\",\"error\":{\"message\":\"Blocked\"}}";

	private static final Set<Operation> ALL = EnumSet.of(Operation.RUN, Operation.STREAM, Operation.START);

	private static final Set<Operation> STREAMED = EnumSet.of(Operation.STREAM, Operation.START);

	@Parameter
	ClientKind kind;

	/**
	 * End of the first run, and the outcome that its caller has.
	 */
	static Stream<Arguments> endings() {
		return Stream.of(
				rows("completed by a call", EnumSet.of(Operation.RUN), "COMPLETED",
						(e) -> e.answer(200, "application/json", Samples.RUN)),
				rows("completed by a stream", STREAMED, "COMPLETED", started((e) -> e.event(Samples.COMPLETE))),
				rows("failed by a call", EnumSet.of(Operation.RUN), "FAILED",
						(e) -> e.answer(200, "application/json", "{" + FAILED)),
				rows("failed by a stream", STREAMED, "FAILED",
						started((e) -> e.event("{\"type\":\"COMPLETE\"," + FAILED))),
				rows("a run in a 500", ALL, "FAILED", (e) -> e.answer(500, "application/json", "{" + FAILED)),
				rows("400", ALL, "TinyFishBadRequestException",
						(e) -> e.answer(400, "application/json", Samples.envelope("INVALID_INPUT", "No"))),
				rows("a lost answer", ALL, "TinyFishRunOutcomeUnknownException", Exchange::reset),
				rows("a page of a gateway", ALL, "TinyFishRunOutcomeUnknownException",
						(e) -> e.answer(502, "text/html", "<html>")),
				rows("a stream that breaks", STREAMED, "COMPLETED", started((e) -> {
				})))
			.flatMap((rows) -> rows);
	}

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("endings")
	void theNextRunGetsThrough(String name, Operation how, String outcome, Script script) throws Exception {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (ScriptedServer server = first(script); TinyFishClient client = client(server, registry)) {
			CompletableFuture<AgentRun> first = InBackground.submit(client, how, Samples.request());
			assertThat(outcome(first)).isEqualTo(outcome);
			assertTheNextGetThrough(client, registry);
		}
	}

	@Test
	void afterTheDeadlineTheNextRunGetsThrough() throws Exception {
		MoreTime.whereTooLittle(Duration.ofMillis(800), (deadline) -> {
			OpenRuns registry = OpenRuns.limitedTo(1, SOON);
			try (ScriptedServer server = first(started(Exchange::silence));
					TinyFishClient client = client(server, registry)) {
				AgentRequest request = Samples.request().toBuilder().runTimeout(deadline).build();
				Throwable failure = InBackground.failure(InBackground.submit(client, Operation.START, request));
				MoreTime.requireKnown(failure);
				assertThat(failure).isInstanceOf(TinyFishRunTimeoutException.class);
				assertTheNextGetThrough(client, registry);
			}
		});
	}

	private static void assertTheNextGetThrough(TinyFishClient client, OpenRuns registry) throws Exception {
		Soon.until(() -> registry.inFlight() == 0);
		// and one that has to wait for another
		CompletableFuture<AgentRun> second = InBackground.submit(client, Operation.START, Samples.request());
		assertThat(client.agent().run(Samples.request()).isCompleted()).isTrue();
		assertThat(InBackground.value(second).isCompleted()).isTrue();
		Soon.until(() -> registry.inFlight() == 0);
		assertThat(registry.waiting()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void afterAStreamThatIsClosedEarlyTheNextRunGetsThrough(AbandonPolicy onClose) {
		OpenRuns registry = OpenRuns.limitedTo(1, SOON);
		try (ScriptedServer server = first(started(Exchange::silence));
				TinyFishClient root = client(server, registry);
				TinyFishClient client = root.mutate().onClose(onClose).build()) {
			try (AgentStream stream = client.agent().stream(Samples.request())) {
				Iterator<AgentEvent> events = stream.iterator();
				events.next();
				assertThat(registry.inFlight()).isEqualTo(1);
			}
			assertThat(client.agent().run(Samples.request()).isCompleted()).isTrue();
			Soon.until(() -> registry.inFlight() == 0);
		}
	}

	private static String outcome(CompletableFuture<AgentRun> run) throws Exception {
		Throwable failure = catchThrowable(() -> InBackground.value(run));
		return (failure != null) ? failure.getCause().getClass().getSimpleName() : InBackground.value(run).statusText();
	}

	/**
	 * A service in which the first run takes its own way, and all others succeed.
	 */
	private static ScriptedServer first(Script script) {
		AtomicBoolean first = new AtomicBoolean(true);
		return new ScriptedServer((exchange) -> {
			String request = exchange.request();
			if (request.startsWith("GET ")) {
				exchange.answer(200, "application/json", RunServer.run("COMPLETED"));
			}
			else if (request.contains("/cancel ")) {
				exchange.answer(200, "application/json", Operation.CANCEL.success());
			}
			else if (first.getAndSet(false)) {
				script.run(exchange);
			}
			else {
				Operation how = request.contains("/run-sse ") ? Operation.STREAM : Operation.RUN;
				exchange.answer(200, how.contentType(), how.success());
			}
		});
	}

	private static Script started(Script then) {
		return (exchange) -> {
			exchange.startStream();
			exchange.event(Samples.STARTED);
			then.run(exchange);
		};
	}

	private static Stream<Arguments> rows(String name, Set<Operation> operations, String outcome, Script script) {
		return operations.stream().map((how) -> Arguments.of(name, how, outcome, script));
	}

	private TinyFishClient client(ScriptedServer server, OpenRuns registry) {
		return this.kind.client(server.baseUrl()).openRuns(registry).pollTolerance(SOON).build();
	}

}
