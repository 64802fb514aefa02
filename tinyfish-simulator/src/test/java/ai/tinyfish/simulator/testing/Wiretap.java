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

package ai.tinyfish.simulator.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import ai.tinyfish.simulator.TinyFishSimulator;

/**
 * Sends one request over a plain socket and keeps every byte that comes back.
 */
public final class Wiretap implements AutoCloseable {

	private final Socket socket = new Socket();

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private Wiretap(TinyFishSimulator simulator, String hostHeaders, String method, String path, String body)
			throws IOException {
		this.socket.setSoTimeout(20_000);
		this.socket.connect(new InetSocketAddress("127.0.0.1", simulator.port()));
		byte[] content = body.getBytes(StandardCharsets.UTF_8);
		String head = "%s %s HTTP/1.1\r\n%sX-API-Key: %s\r\nContent-Length: %d\r\n\r\n".formatted(method, path,
				hostHeaders, simulator.apiKey(), content.length);
		this.socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
		this.socket.getOutputStream().write(content);
	}

	public static Wiretap stream(TinyFishSimulator simulator, String goal) throws IOException {
		return send(simulator, "POST", "/v1/automation/run-sse", Api.submission(goal));
	}

	public static Wiretap send(TinyFishSimulator simulator, String method, String path, String body)
			throws IOException {
		return new Wiretap(simulator, "Host: 127.0.0.1\r\n", method, path, body);
	}

	/**
	 * Sends a request with other headers that say which host it is for.
	 */
	public static Wiretap sendWith(TinyFishSimulator simulator, String hostHeaders, String method, String path,
			String body) throws IOException {
		return new Wiretap(simulator, hostHeaders, method, path, body);
	}

	/**
	 * Reads until the connection ends.
	 */
	public Recording toTheEnd() throws IOException {
		return read(Integer.MAX_VALUE);
	}

	/**
	 * Reads until nothing has come for a while, or the connection ends.
	 */
	public Recording untilSilent(int millis) throws IOException {
		this.socket.setSoTimeout(millis);
		return read(Integer.MAX_VALUE);
	}

	/**
	 * Reads until so many bytes have come in all.
	 */
	public Recording upTo(int count) throws IOException {
		return read(count);
	}

	private Recording read(int count) throws IOException {
		InputStream in = this.socket.getInputStream();
		byte[] buffer = new byte[64 * 1024];
		while (this.bytes.size() < count) {
			try {
				int length = in.read(buffer, 0, Math.min(buffer.length, count - this.bytes.size()));
				if (length == -1) {
					return recording(End.CLOSED);
				}
				this.bytes.write(buffer, 0, length);
			}
			catch (SocketTimeoutException ex) {
				return recording(End.SILENT);
			}
			catch (SocketException ex) {
				return recording(End.RESET);
			}
		}
		return recording(End.OPEN);
	}

	private Recording recording(End end) {
		return new Recording(this.bytes.toByteArray(), end);
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

	public enum End {

		/** The other side has sent a FIN. */
		CLOSED,

		/** The other side has sent an RST. */
		RESET,

		/** Nothing came for a while. */
		SILENT,

		/** There may be more. */
		OPEN

	}

	/**
	 * The bytes that came back.
	 */
	public record Recording(byte[] bytes, End end) {

		private static final String NONE = "";

		public String latin1() {
			return new String(this.bytes, StandardCharsets.ISO_8859_1);
		}

		public String head() {
			int end = latin1().indexOf("\r\n\r\n");
			return (end < 0) ? NONE : latin1().substring(0, end);
		}

		public int headLength() {
			return head().length() + 4;
		}

		/**
		 * The body without the framing of its chunks.
		 */
		public byte[] body() {
			byte[] rest = Arrays.copyOfRange(this.bytes, headLength(), this.bytes.length);
			if (!head().contains("transfer-encoding: chunked")) {
				return rest;
			}
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			int at = 0;
			while (at < rest.length) {
				int lineEnd = at;
				while (rest[lineEnd] != '\r') {
					lineEnd++;
				}
				int size = Integer.parseInt(new String(rest, at, lineEnd - at, StandardCharsets.US_ASCII), 16);
				body.write(rest, lineEnd + 2, Math.min(size, rest.length - lineEnd - 2));
				at = lineEnd + 2 + size + 2;
			}
			return body.toByteArray();
		}

		public String text() {
			return new String(body(), StandardCharsets.ISO_8859_1);
		}

		/**
		 * Whether HTTP says that the body is whole.
		 */
		public boolean hasLastChunk() {
			return latin1().endsWith("\r\n0\r\n\r\n");
		}

		/**
		 * The types of the events that came whole.
		 */
		public List<String> events() {
			List<String> types = new ArrayList<>();
			if (head().isEmpty()) {
				return types;
			}
			String text = text();
			String whole = text.substring(0, Math.max(0, text.lastIndexOf("\n\n")));
			for (String frame : whole.split("\n\n")) {
				if (frame.startsWith("data: {")) {
					types.add((String) Api.json(frame.substring(6)).get("type"));
				}
			}
			return types;
		}

		/**
		 * The bytes behind the last whole event.
		 */
		public String rest() {
			String text = text();
			int end = text.lastIndexOf("\n\n");
			return (end < 0) ? text : text.substring(end + 2);
		}

	}

}
