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

package ai.tinyfish.simulator;

import ai.tinyfish.simulator.internal.api.Endpoint;
import ai.tinyfish.simulator.internal.fault.Place;
import ai.tinyfish.simulator.internal.fault.Place.Kind;

/**
 * Point at which a {@link Fault} is injected: before, in or after the events of a stream,
 * or in the answer of a call.
 * <p>
 * Events are counted from 1 without heartbeats: {@code STARTED} is 1,
 * {@code STREAMING_URL} is 2, the first {@code PROGRESS} is 3.
 *
 * @since 0.1.0
 */
public final class FaultPoint {

	private final Place place;

	private FaultPoint(Place place) {
		this.place = place;
	}

	/**
	 * The answer of {@code POST /v1/automation/run-sse} before its first byte. The run is
	 * created and continues, unless the fault is a {@link Fault#refusal}.
	 * @return the point
	 */
	public static FaultPoint beforeHeaders() {
		return answer("before the headers", Endpoint.RUN_SSE);
	}

	/**
	 * An event stream between its headers and its first byte.
	 * @return the point
	 */
	public static FaultPoint afterHeaders() {
		return stream("after the headers", Kind.AFTER_HEADERS, 0);
	}

	/**
	 * An event stream right after an event.
	 * @param number the number of the event, from 1
	 * @return the point
	 * @throws IllegalArgumentException if the number is below 1
	 */
	public static FaultPoint afterEvent(int number) {
		return stream("after event " + checkEvent(number), Kind.AFTER_EVENT, number);
	}

	/**
	 * An event stream when half of the bytes of an event have been sent.
	 * @param number the number of the event, from 1
	 * @return the point
	 * @throws IllegalArgumentException if the number is below 1
	 */
	public static FaultPoint insideEvent(int number) {
		return stream("inside event " + checkEvent(number), Kind.INSIDE_EVENT, number);
	}

	/**
	 * An event stream when a number of bytes have been sent, heartbeats included.
	 * @param offset the number of bytes, 0 or more
	 * @return the point
	 * @throws IllegalArgumentException if the number is negative
	 */
	public static FaultPoint atByte(long offset) {
		if (offset < 0) {
			throw new IllegalArgumentException("The offset must not be negative");
		}
		return stream("at byte " + offset, Kind.AT_BYTE, offset);
	}

	/**
	 * An event stream just before {@code COMPLETE}.
	 * @return the point
	 */
	public static FaultPoint beforeComplete() {
		return stream("before COMPLETE", Kind.BEFORE_COMPLETE, 0);
	}

	/**
	 * An event stream when half of the bytes of {@code COMPLETE} have been sent.
	 * @return the point
	 */
	public static FaultPoint insideComplete() {
		return stream("inside COMPLETE", Kind.INSIDE_COMPLETE, 0);
	}

	/**
	 * An event stream when the JSON of {@code COMPLETE} has been sent and neither its
	 * line end nor the blank line after it.
	 * @return the point
	 */
	public static FaultPoint afterCompleteData() {
		return stream("after the data of COMPLETE", Kind.AFTER_COMPLETE_DATA, 0);
	}

	/**
	 * An event stream when the line of {@code COMPLETE} has been sent and the blank line
	 * after it has not.
	 * @return the point
	 */
	public static FaultPoint afterCompleteLine() {
		return stream("after the line of COMPLETE", Kind.AFTER_COMPLETE_LINE, 0);
	}

	/**
	 * An event stream right after {@code COMPLETE}, where it would have ended.
	 * @return the point
	 */
	public static FaultPoint afterComplete() {
		return stream("after COMPLETE", Kind.AFTER_COMPLETE, 0);
	}

	/**
	 * The answer of {@code POST /v1/automation/run}, at once unless the fault leaves the
	 * right answer. The run is created and continues, unless the fault is a
	 * {@link Fault#refusal}.
	 * @return the point
	 */
	public static FaultPoint run() {
		return answer("run", Endpoint.RUN);
	}

	/**
	 * The answer of {@code POST /v1/automation/run-async}. The run is created and
	 * continues, unless the fault is a {@link Fault#refusal}.
	 * @return the point
	 */
	public static FaultPoint runAsync() {
		return answer("run-async", Endpoint.RUN_ASYNC);
	}

	/**
	 * The answer of {@code GET /v1/runs/{id}}.
	 * @return the point
	 */
	public static FaultPoint getRun() {
		return answer("get run", Endpoint.GET_RUN);
	}

	/**
	 * The answer of {@code POST /v1/runs/batch}. A fault that a scenario plans here
	 * affects the whole answer if a run of that scenario is among the requested ones.
	 * @return the point
	 */
	public static FaultPoint getRuns() {
		return answer("get runs", Endpoint.BATCH_GET);
	}

	/**
	 * The answer of {@link #getRun()} or {@link #getRuns()}, whichever comes first.
	 * @return the point
	 */
	public static FaultPoint poll() {
		return answer("poll", Endpoint.GET_RUN, Endpoint.BATCH_GET);
	}

	/**
	 * The answer of {@code POST /v1/runs/{id}/cancel}. The run is not cancelled, unless
	 * the fault leaves an answer: {@link Fault#contentType}, {@link Fault#interim} and
	 * {@link Fault#anotherRun}.
	 * @return the point
	 */
	public static FaultPoint cancelRun() {
		return answer("cancel", Endpoint.CANCEL_RUN);
	}

	/**
	 * The answer of {@code GET /v1/runs}. It does not belong to a run, so a scenario
	 * cannot plan a fault here.
	 * @return the point
	 */
	public static FaultPoint listRuns() {
		return answer("list runs", Endpoint.LIST_RUNS);
	}

	/**
	 * The answer of any call. The call is still executed, unless the fault is a
	 * {@link Fault#refusal}. For calls with their own point, the description of that
	 * point applies; for {@code POST /v1/runs/batch/cancel}, that of
	 * {@link #cancelRun()}.
	 * @param endpoint the method and path template, such as {@code GET /v1/search} or
	 * {@code DELETE /v1/browser/{id}}
	 * @return the point
	 * @throws IllegalArgumentException if the simulator has no such endpoint
	 */
	public static FaultPoint answerOf(String endpoint) {
		return answer(endpoint, Endpoint.labelled(endpoint));
	}

	Place place() {
		return this.place;
	}

	@Override
	public String toString() {
		return this.place.name();
	}

	private static int checkEvent(int number) {
		if (number < 1) {
			throw new IllegalArgumentException("The number of an event must be 1 or more");
		}
		return number;
	}

	private static FaultPoint answer(String name, Endpoint... endpoints) {
		return new FaultPoint(Place.answer(name, endpoints));
	}

	private static FaultPoint stream(String name, Kind kind, long number) {
		return new FaultPoint(Place.stream(name, kind, number));
	}

}
