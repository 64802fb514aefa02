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

import java.time.Duration;
import java.util.Arrays;

import ai.tinyfish.simulator.internal.RunState;
import ai.tinyfish.simulator.internal.Strike;
import ai.tinyfish.simulator.internal.Strikes;

/**
 * What goes wrong at a {@link FaultPoint}. Whatever happens to a stream or an answer, the
 * run goes on and ends as its scenario says.
 * <p>
 * A stream has a chunked body, so {@link #endOfStream()} looks complete to HTTP while
 * {@link #disconnect()} does not.
 */
public final class Fault {

	private final Strike strike;

	private Fault(Strike strike) {
		this.strike = strike;
	}

	/**
	 * The connection is closed (FIN), although the answer or its body is not complete.
	 * @return the fault
	 */
	public static Fault disconnect() {
		return new Fault(Strike.Ending.DISCONNECT);
	}

	/**
	 * The connection is reset (RST).
	 * @return the fault
	 */
	public static Fault reset() {
		return new Fault(Strike.Ending.RESET);
	}

	/**
	 * Nothing more comes, heartbeats included, until the client closes the connection.
	 * @return the fault
	 */
	public static Fault silence() {
		return new Fault(Strike.Ending.SILENCE);
	}

	/**
	 * The body of the stream ends properly, as if that were all. For points in a stream
	 * alone; before {@code COMPLETE} this is the stream that lacks its ending.
	 * @return the fault
	 */
	public static Fault endOfStream() {
		return new Fault(Strike.Ending.END);
	}

	/**
	 * 64 bytes that are no UTF-8 and hold no line end; then the stream goes on. Inside an
	 * event they spoil it, between two events they spoil the second. In place of an
	 * answer they are no HTTP, and the connection is closed after them.
	 * @return the fault
	 */
	public static Fault garbage() {
		return new Fault(Strikes.garbage());
	}

	/**
	 * Bytes of your choice; then the stream goes on. In place of an answer they stand for
	 * its head and body, and the connection is closed after them.
	 * @param bytes the bytes
	 * @return the fault
	 */
	public static Fault bytes(byte[] bytes) {
		return new Fault(Strikes.bytes(bytes));
	}

	/**
	 * The first half of a {@code PROGRESS} event that ends in the middle of a character;
	 * then the body ends properly.
	 * @return the fault
	 */
	public static Fault truncatedUtf8() {
		return new Fault(Strikes.truncatedUtf8());
	}

	/**
	 * A whole event whose data is a JSON document that lacks its end; then the stream
	 * goes on.
	 * @return the fault
	 */
	public static Fault malformedJson() {
		return new Fault(Strikes.malformedJson());
	}

	/**
	 * An event more; then the stream goes on.
	 * @param data its data, JSON or not, on one line
	 * @return the fault
	 * @throws IllegalArgumentException if the data has a line end
	 */
	public static Fault event(String data) {
		if (data.indexOf('\n') >= 0 || data.indexOf('\r') >= 0) {
			throw new IllegalArgumentException("The data of an event must be on one line");
		}
		return new Fault(Strikes.event(data));
	}

	/**
	 * A line of nothing but {@code x}, which is no field of any event; then the stream
	 * goes on.
	 * @param length its length in bytes, such as 5,000,000
	 * @return the fault
	 * @throws IllegalArgumentException if the length is below 1 or above 100,000,000
	 */
	public static Fault longLine(int length) {
		if (length < 1 || length > 100_000_000) {
			throw new IllegalArgumentException("The length of a line must be from 1 to 100,000,000 bytes");
		}
		return new Fault(Strikes.longLine(length));
	}

	/**
	 * The event that was just sent is sent once more; after {@code COMPLETE} this is the
	 * second ending. For points in a stream alone, and without effect before the first
	 * event.
	 * @return the fault
	 */
	public static Fault repeatEvent() {
		return new Fault(new Strike.Repeat());
	}

	/**
	 * From here on the bytes of the stream come one by one. For points in a stream alone.
	 * @param pace the time between two bytes, above zero
	 * @return the fault
	 * @throws IllegalArgumentException if it is zero or negative
	 */
	public static Fault dribble(Duration pace) {
		if (pace.isNegative() || pace.isZero()) {
			throw new IllegalArgumentException("The pace must be above zero");
		}
		return new Fault(new Strike.Dribble(pace));
	}

	/**
	 * The HTML page of a gateway, with status 502. In the middle of a stream the page is
	 * part of the body, which then ends.
	 * @return the fault
	 */
	public static Fault badGateway() {
		return new Fault(Strikes.badGateway());
	}

	/**
	 * Another answer. In the middle of a stream it is part of the body, which then ends.
	 * @param status the HTTP status
	 * @param contentType the media type
	 * @param body the body
	 * @return the fault
	 * @throws IllegalArgumentException if the status is not from 200 to 599
	 */
	public static Fault answer(int status, String contentType, String body) {
		return new Fault(Strikes.answer(checkStatus(status), contentType, body));
	}

	/**
	 * The API's own word that it did not do what was asked, in its error envelope. A
	 * submission that is refused creates no run.
	 * @param status the HTTP status, such as 429
	 * @param code the error code, such as {@code RATE_LIMIT_EXCEEDED}
	 * @param message the text for people
	 * @return the fault
	 * @throws IllegalArgumentException if the status is not from 400 to 599
	 */
	public static Fault refusal(int status, String code, String message) {
		if (checkStatus(status) < 400) {
			throw new IllegalArgumentException("The status of a refusal must be from 400 to 599");
		}
		return new Fault(Strikes.refusal(status, code, message));
	}

	/**
	 * The right answer under another content type. For points before an answer alone.
	 * @param contentType the media type, such as {@code text/plain}
	 * @return the fault
	 */
	public static Fault contentType(String contentType) {
		return new Fault(new Strike.MediaType(contentType));
	}

	/**
	 * Interim answers, and the right answer after them. For points before an answer
	 * alone.
	 * @param statuses their HTTP statuses in order, such as 100, 102 and 103
	 * @return the fault
	 * @throws IllegalArgumentException if there is none, or one is not from 100 to 199 or
	 * is 101
	 */
	public static Fault interim(int... statuses) {
		return new Fault(new Strike.Interim(Arrays.stream(statuses).boxed().toList()));
	}

	/**
	 * Another run in the place of the right one. It has an id that nobody knows, the
	 * status {@code COMPLETED} and the result {@code {"another": "run"}}. In a stream its
	 * {@code COMPLETE} is an event more, and the stream goes on. In the answers of
	 * {@link FaultPoint#getRun()}, {@link FaultPoint#getRuns()},
	 * {@link FaultPoint#poll()} and {@link FaultPoint#cancelRun()} it takes the place of
	 * each run. For no other points.
	 * @return the fault
	 */
	public static Fault anotherRun() {
		return new Fault(new Strike.AnotherRun());
	}

	/**
	 * The run as if it had not ended. In a stream this is a {@code COMPLETE} more that
	 * has the status and no result, and the stream goes on. The answer of
	 * {@link FaultPoint#run()} comes at once with HTTP status 200; those of
	 * {@link FaultPoint#getRun()}, {@link FaultPoint#getRuns()} and
	 * {@link FaultPoint#poll()} show each run that way. For no other points.
	 * @param status {@code PENDING} or {@code RUNNING}
	 * @return the fault
	 * @throws IllegalArgumentException if it is another status
	 */
	public static Fault unfinished(SimulatedRun.Status status) {
		return new Fault(new Strike.Unfinished(RunState.valueOf(status.name())));
	}

	Strike strike() {
		return this.strike;
	}

	@Override
	public String toString() {
		return this.strike.label();
	}

	private static int checkStatus(int status) {
		if (status < 200 || status > 599) {
			throw new IllegalArgumentException("The status must be from 200 to 599");
		}
		return status;
	}

}
