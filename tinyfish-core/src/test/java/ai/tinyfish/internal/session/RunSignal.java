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

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

import ai.tinyfish.testing.Samples;
import org.jspecify.annotations.Nullable;

/**
 * Signals to a run while it goes on.
 */
enum RunSignal {

	PLACE_GRANTED(DrivenRun::grantPlace),

	MAX_WAIT_OVER(DrivenRun::waitTooLong),

	STREAM_OPENED((run) -> to(run.wire().pending("POST /v1/automation/run-sse"), DrivenWire.Exchange::startStream)),

	ANSWERED((run) -> to(submission(run), (exchange) -> exchange.answer(200, Samples.RUN))),

	REFUSED((run) -> to(submission(run), (exchange) -> exchange.answer(400, Samples.envelope("INVALID", "No")))),

	LOST_BUT_NAMED((run) -> to(submission(run),
			(exchange) -> exchange.answer(500,
					"{\"run_id\":\"run-1\",\"error\":{\"code\":\"TASK_FAILED\",\"message\":\"No\"}}"))),

	LOST((run) -> to(submission(run), (exchange) -> exchange.failBeforeResponse(new IOException("Reset")))),

	STARTED((run) -> to(run.wire().stream(), (stream) -> stream.event(Samples.STARTED))),

	PROGRESS((run) -> to(run.wire().stream(), (stream) -> stream.event(Samples.PROGRESS))),

	COMPLETE((run) -> to(run.wire().stream(), (stream) -> stream.event(Samples.COMPLETE))),

	COMPLETE_OF_ANOTHER_RUN(
			(run) -> to(run.wire().stream(), (stream) -> stream.event(Samples.COMPLETE.replace("run-1", "run-2")))),

	STREAM_ENDED((run) -> to(run.wire().stream(), DrivenWire.Exchange::end)),

	STREAM_BROKEN((run) -> to(run.wire().stream(), (stream) -> stream.fail(new IOException("Reset")))),

	READ((run) -> to(run.wire().pending("GET /v1/runs/run-1"), (exchange) -> exchange.answer(200, Samples.RUN))),

	READ_REFUSED((run) -> to(run.wire().pending("GET /v1/runs/run-1"),
			(exchange) -> exchange.answer(403, Samples.envelope("FORBIDDEN", "No")))),

	DEADLINE(DrivenRun::passDeadline),

	CANCEL_CONFIRMED((run) -> to(run.wire().pending("POST /v1/runs/run-1/cancel"),
			(exchange) -> exchange.answer(200, "{\"run_id\":\"run-1\",\"status\":\"CANCELLED\"}"))),

	CANCEL_REFUSED((run) -> to(run.wire().pending("POST /v1/runs/run-1/cancel"),
			(exchange) -> exchange.answer(403, Samples.envelope("FORBIDDEN", "No")))),

	HANDLE_CANCELLED(DrivenRun::cancelHandle),

	CALL_CANCELLED(DrivenRun::cancelCall),

	OPERATOR_CANCELLED(DrivenRun::cancelAsOperator),

	CLIENT_CLOSED(DrivenRun::closeClient),

	STOPPED(DrivenRun::stop);

	/** The responses that end all that goes on. */
	static final List<RunSignal> ALL_RESPONSES = List.of(STREAM_OPENED, ANSWERED, STARTED, COMPLETE, READ,
			CANCEL_CONFIRMED);

	private final Predicate<DrivenRun> action;

	RunSignal(Predicate<DrivenRun> action) {
		this.action = action;
	}

	/**
	 * Let it happen.
	 * @return false if it cannot happen now
	 */
	boolean apply(DrivenRun run) {
		return this.action.test(run);
	}

	private static DrivenWire.@Nullable Exchange submission(DrivenRun run) {
		return run.wire()
			.pending("POST /v1/automation/run-sse", "POST /v1/automation/run", "POST /v1/automation/run-async");
	}

	private static boolean to(DrivenWire.@Nullable Exchange exchange, Consumer<DrivenWire.Exchange> action) {
		if (exchange != null) {
			action.accept(exchange);
		}
		return exchange != null;
	}

	/**
	 * Where a run is.
	 */
	enum Phase {

		/** Waits for a place among the runs in flight. */
		WAITING,

		/** The response to the call that submits the run is awaited. */
		ANSWER,

		/** The stream is being opened. */
		OPENING,

		/** The stream is open, and has not named the run. */
		UNNAMED,

		/** The stream is open, and has named the run. */
		NAMED,

		/** The run is polled. */
		POLL,

		/** The run is being cancelled at its deadline. */
		CANCEL,

		/** The run is being cancelled, since its stream or client was closed. */
		CLOSE,

		/** The record of the run is read for values that the stream lacks. */
		RECORD,

		ENDED

	}

}
