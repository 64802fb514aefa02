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

import ai.tinyfish.simulator.internal.api.RunState;
import ai.tinyfish.simulator.internal.fault.FaultEffect;
import ai.tinyfish.simulator.internal.fault.FaultEffects;
import ai.tinyfish.simulator.internal.run.RunFailure;

/**
 * Fault to inject at a {@link FaultPoint}. The run itself is not affected: it continues
 * and ends as its scenario says.
 * <p>
 * A stream has a chunked body, so {@link #endOfStream()} looks complete to HTTP while
 * {@link #disconnect()} does not.
 *
 * @since 0.1.0
 */
public final class Fault {

	private final FaultEffect effect;

	private Fault(FaultEffect effect) {
		this.effect = effect;
	}

	/**
	 * Close the connection (FIN), although the answer or its body is not complete.
	 * @return the fault
	 */
	public static Fault disconnect() {
		return new Fault(FaultEffect.Termination.DISCONNECT);
	}

	/**
	 * Reset the connection (RST).
	 * @return the fault
	 */
	public static Fault reset() {
		return new Fault(FaultEffect.Termination.RESET);
	}

	/**
	 * Send nothing more, heartbeats included, until the client closes the connection.
	 * @return the fault
	 */
	public static Fault silence() {
		return new Fault(FaultEffect.Termination.SILENCE);
	}

	/**
	 * End the body of the stream properly, as if it were complete. Only for points in a
	 * stream; before {@code COMPLETE} the stream then lacks its outcome.
	 * @return the fault
	 */
	public static Fault endOfStream() {
		return new Fault(FaultEffect.Termination.END);
	}

	/**
	 * Insert 64 bytes that are not UTF-8 and have no line end; then the stream continues.
	 * Inside an event they corrupt it, between two events they corrupt the second. If
	 * they replace an answer, they are not HTTP, and the connection is closed after them.
	 * @return the fault
	 */
	public static Fault garbage() {
		return new Fault(FaultEffects.garbage());
	}

	/**
	 * Insert the given bytes; then the stream continues. Before an answer they replace
	 * its head and body, and the connection is closed after them.
	 * @param bytes the bytes
	 * @return the fault
	 */
	public static Fault bytes(byte[] bytes) {
		return new Fault(FaultEffects.bytes(bytes));
	}

	/**
	 * Insert the given bytes; then the stream or the connection ends in the given way.
	 * Before an answer the bytes replace its head and body: an answer that breaks off
	 * half way, for example.
	 * @param bytes the bytes
	 * @param end {@link #disconnect()}, {@link #reset()}, {@link #silence()} or
	 * {@link #endOfStream()}, which closes the connection if there is no stream
	 * @return the fault
	 * @throws IllegalArgumentException if the end is another fault
	 */
	public static Fault bytes(byte[] bytes, Fault end) {
		if (end.effect instanceof FaultEffect.Termination termination) {
			return new Fault(FaultEffects.bytes(bytes, termination));
		}
		throw new IllegalArgumentException("The connection cannot end with this fault: " + end);
	}

	/**
	 * Send the first half of a {@code PROGRESS} event, up to the middle of a character;
	 * then the body ends properly.
	 * @return the fault
	 */
	public static Fault truncatedUtf8() {
		return new Fault(FaultEffects.truncatedUtf8());
	}

	/**
	 * Insert an event whose data is a truncated JSON document; then the stream continues.
	 * @return the fault
	 */
	public static Fault malformedJson() {
		return new Fault(FaultEffects.malformedJson());
	}

	/**
	 * Insert an event; then the stream continues.
	 * @param data its data, JSON or not, on one line
	 * @return the fault
	 * @throws IllegalArgumentException if the data has a line end
	 */
	public static Fault event(String data) {
		if (data.indexOf('\n') >= 0 || data.indexOf('\r') >= 0) {
			throw new IllegalArgumentException("The data of an event must be on one line");
		}
		return new Fault(FaultEffects.event(data));
	}

	/**
	 * Insert a line of {@code x} characters, which is not a field of an event; then the
	 * stream continues.
	 * @param length its length in bytes, such as 5,000,000
	 * @return the fault
	 * @throws IllegalArgumentException if the length is below 1 or above 100,000,000
	 */
	public static Fault longLine(int length) {
		if (length < 1 || length > 100_000_000) {
			throw new IllegalArgumentException("The length of a line must be from 1 to 100,000,000 bytes");
		}
		return new Fault(FaultEffects.longLine(length));
	}

	/**
	 * Repeat the event that was just sent; after {@code COMPLETE} this is a second
	 * outcome. Only for points in a stream, and without effect before the first event.
	 * @return the fault
	 */
	public static Fault repeatEvent() {
		return new Fault(new FaultEffect.Repeat());
	}

	/**
	 * Send the bytes of the stream one by one from this point on. Only for points in a
	 * stream.
	 * @param pace the time between two bytes, above zero
	 * @return the fault
	 * @throws IllegalArgumentException if it is zero or negative
	 */
	public static Fault dribble(Duration pace) {
		if (pace.isNegative() || pace.isZero()) {
			throw new IllegalArgumentException("The pace must be above zero");
		}
		return new Fault(new FaultEffect.Dribble(pace));
	}

	/**
	 * Answer with the HTML page of a gateway and status 502. In the middle of a stream
	 * the page is part of the body, which then ends.
	 * @return the fault
	 */
	public static Fault badGateway() {
		return new Fault(FaultEffects.badGateway());
	}

	/**
	 * Send another answer. In the middle of a stream it is part of the body, which then
	 * ends.
	 * @param status the HTTP status
	 * @param contentType the media type
	 * @param body the body
	 * @return the fault
	 * @throws IllegalArgumentException if the status is not from 200 to 599, or the media
	 * type is not valid
	 */
	public static Fault answer(int status, String contentType, String body) {
		if (!contentType.matches("[\\w.+-]+/[\\w.+-]+(\\s*;.*)?")) {
			throw new IllegalArgumentException("The content type must be a media type such as text/html");
		}
		return new Fault(FaultEffects.answer(checkStatus(status), contentType, body));
	}

	/**
	 * Refuse the request with the API's error envelope. A refused submission creates no
	 * run.
	 * @param status the HTTP status, such as 429
	 * @param code the error code, such as {@code RATE_LIMIT_EXCEEDED}
	 * @param message the text for people
	 * @return the fault
	 * @throws IllegalArgumentException if the status is not from 400 to 599, or the code
	 * has a space
	 */
	public static Fault refusal(int status, String code, String message) {
		if (checkStatus(status) < 400) {
			throw new IllegalArgumentException("The status of a refusal must be from 400 to 599");
		}
		return new Fault(FaultEffects.refusal(status, RunFailure.checkCode(code), message));
	}

	/**
	 * Send the right answer with another content type. Only for points before an answer.
	 * @param contentType the media type, such as {@code text/plain}
	 * @return the fault
	 */
	public static Fault contentType(String contentType) {
		return new Fault(new FaultEffect.MediaType(contentType));
	}

	/**
	 * Send interim answers, and the right answer after them. Only for points before an
	 * answer.
	 * @param statuses their HTTP statuses in order, such as 100, 102 and 103
	 * @return the fault
	 * @throws IllegalArgumentException if there are no statuses, or one is not from 100
	 * to 199 or is 101
	 */
	public static Fault interim(int... statuses) {
		return new Fault(new FaultEffect.Interim(Arrays.stream(statuses).boxed().toList()));
	}

	/**
	 * Replace the run by another one with an unknown id, the status {@code COMPLETED} and
	 * the result {@code {"another": "run"}}. In a stream its {@code COMPLETE} is an
	 * additional event, and the stream continues. In the answers of
	 * {@link FaultPoint#getRun()}, {@link FaultPoint#getRuns()},
	 * {@link FaultPoint#poll()} and {@link FaultPoint#cancelRun()} it replaces each run.
	 * Not for other points.
	 * @return the fault
	 */
	public static Fault anotherRun() {
		return new Fault(new FaultEffect.AnotherRun());
	}

	/**
	 * Show the run as unfinished. In a stream this is an additional {@code COMPLETE} with
	 * the status and without a result, and the stream continues. The answer of
	 * {@link FaultPoint#run()} is sent at once with HTTP status 200; those of
	 * {@link FaultPoint#getRun()}, {@link FaultPoint#getRuns()} and
	 * {@link FaultPoint#poll()} show each run that way. Not for other points.
	 * @param status {@code PENDING} or {@code RUNNING}
	 * @return the fault
	 * @throws IllegalArgumentException if it is another status
	 */
	public static Fault unfinished(SimulatedRun.Status status) {
		return new Fault(new FaultEffect.Unfinished(RunState.valueOf(status.name())));
	}

	/**
	 * Add a header, such as {@code Retry-After}, to the answer that this fault sends.
	 * Only for {@link #answer}, {@link #badGateway} and {@link #refusal}, and without
	 * effect in the middle of a stream.
	 * @param name the name of the header
	 * @param value its value, which replaces another one of the same name
	 * @return a fault with the header in addition
	 * @throws IllegalArgumentException if this fault does not send its own answer, or if
	 * HTTP does not allow the header
	 */
	public Fault withHeader(String name, String value) {
		if (!(this.effect instanceof FaultEffect.Page page)) {
			throw new IllegalArgumentException("This fault has no headers of its own: " + this);
		}
		if (!name.matches("[A-Za-z0-9-]+") || !value.chars().allMatch((ch) -> ch >= 32 && ch < 127)) {
			throw new IllegalArgumentException("A header has a name, and a value of visible ASCII and spaces");
		}
		return new Fault(page.with(name, value));
	}

	FaultEffect effect() {
		return this.effect;
	}

	@Override
	public String toString() {
		return this.effect.label();
	}

	private static int checkStatus(int status) {
		if (status < 200 || status > 599) {
			throw new IllegalArgumentException("The status must be from 200 to 599");
		}
		return status;
	}

}
