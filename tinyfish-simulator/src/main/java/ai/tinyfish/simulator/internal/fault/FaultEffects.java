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

package ai.tinyfish.simulator.internal.fault;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;

import ai.tinyfish.simulator.internal.api.ApiException;
import ai.tinyfish.simulator.internal.api.Json;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Insert;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Page;
import ai.tinyfish.simulator.internal.fault.FaultEffect.Termination;

/**
 * Factory of the effects that need some bytes.
 */
public final class FaultEffects {

	private static final int GARBAGE_LENGTH = 64;

	private FaultEffects() {
	}

	/**
	 * Insert bytes that are not UTF-8 and have no line end.
	 * @return the effect
	 */
	public static FaultEffect garbage() {
		byte[] bytes = new byte[GARBAGE_LENGTH];
		for (int i = 0; i < bytes.length; i++) {
			bytes[i] = (byte) (0x80 + i * 37 % 0x80);
		}
		return new Insert("garbage", bytes, null);
	}

	/**
	 * Insert the given bytes.
	 * @param bytes the bytes
	 * @return the effect
	 */
	public static FaultEffect bytes(byte[] bytes) {
		return new Insert(bytes.length + " bytes", bytes.clone(), null);
	}

	/**
	 * Insert the given bytes, then another effect ends the stream or the connection.
	 * @param bytes the bytes
	 * @param end the end
	 * @return the effect
	 */
	public static FaultEffect bytes(byte[] bytes, Termination end) {
		return new Insert(bytes.length + " bytes and " + end.label(), bytes.clone(), end);
	}

	/**
	 * Send an event that ends with two of the three bytes of a character, and end the
	 * body.
	 * @return the effect
	 */
	public static FaultEffect truncatedUtf8() {
		byte[] event = ascii("data: {\"type\":\"PROGRESS\",\"purpose\":\"");
		byte[] bytes = Arrays.copyOf(event, event.length + 2);
		bytes[event.length] = (byte) 0xE2;
		bytes[event.length + 1] = (byte) 0x82;
		return new Insert("truncated UTF-8", bytes, Termination.END);
	}

	/**
	 * Insert an event whose data is truncated.
	 * @return the effect
	 */
	public static FaultEffect malformedJson() {
		return new Insert("malformed JSON", ascii("data: {\"type\":\"PROGRESS\",\"purpose\":\n\n"), null);
	}

	/**
	 * Insert an event with any data.
	 * @param data the data, on one line
	 * @return the effect
	 */
	public static FaultEffect event(String data) {
		return new Insert("added event", ("data: " + data + "\n\n").getBytes(StandardCharsets.UTF_8), null);
	}

	/**
	 * Insert a line without a field.
	 * @param length its length in bytes, without its end
	 * @return the effect
	 */
	public static FaultEffect longLine(int length) {
		byte[] bytes = new byte[length + 1];
		Arrays.fill(bytes, (byte) 'x');
		bytes[length] = '\n';
		return new Insert("line of " + length + " bytes", bytes, null);
	}

	/**
	 * Answer with the page of a gateway.
	 * @return the effect
	 */
	public static FaultEffect badGateway() {
		return new Page("HTML 502", 502, "text/html; charset=utf-8",
				ascii("<!doctype html>\n<html><head><title>502 Bad Gateway</title></head>\n"
						+ "<body><h1>502 Bad Gateway</h1></body></html>\n"),
				false, Map.of());
	}

	/**
	 * Send any answer.
	 * @param status the HTTP status
	 * @param contentType the media type
	 * @param body the body
	 * @return the effect
	 */
	public static FaultEffect answer(int status, String contentType, String body) {
		return new Page("answer " + status, status, contentType, body.getBytes(StandardCharsets.UTF_8), false,
				Map.of());
	}

	/**
	 * Refuse the request with the API's error envelope.
	 * @param status the HTTP status
	 * @param code the error code
	 * @param message the text for people
	 * @return the effect
	 */
	public static FaultEffect refusal(int status, String code, String message) {
		byte[] body = Json.bytes(new ApiException(status, code, message).envelope());
		return new Page("refusal " + status + " " + code, status, "application/json", body, true, Map.of());
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
