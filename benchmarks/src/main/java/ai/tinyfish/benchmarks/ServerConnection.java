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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One connection of the server: a stream, or one answer after the other.
 */
final class ServerConnection {

	private static final Pattern CONTENT_LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)\r\n");

	/** An id in the body of the call for many runs. */
	private static final Pattern RUN_ID = Pattern.compile("\"([0-9a-f-]{36})\"");

	private static final String HEADER_END = "\r\n\r\n";

	private static final String STREAM_HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
			+ "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n";

	/** Behind a stream its connection ends, so that none is used again by either side. */
	private static final byte[] LAST_STREAM_HEAD = bytes(STREAM_HEAD + "Connection: close\r\n\r\n");

	private static final byte[] KEPT_STREAM_HEAD = bytes(STREAM_HEAD + "\r\n");

	private static final byte[] LAST_CHUNK = bytes("0\r\n\r\n");

	private final BenchmarkServer server;

	private final SocketChannel channel;

	private final SelectionKey key;

	private ByteBuffer in = ByteBuffer.allocate(1024);

	private final Deque<ByteBuffer> out = new ArrayDeque<>();

	private @Nullable Script script;

	private String runId = "";

	private int eventsLeft;

	private boolean ends;

	ServerConnection(BenchmarkServer server, SocketChannel channel, SelectionKey key) {
		this.server = server;
		this.channel = channel;
		this.key = key;
	}

	/**
	 * Read and write what can be read and written without waiting.
	 */
	void proceed() {
		try {
			if (this.key.isReadable()) {
				read();
			}
			if (this.channel.isOpen()) {
				write();
			}
		}
		catch (IOException ex) {
			close();
		}
	}

	/**
	 * Complete the stream if it waits.
	 */
	void complete() {
		if (!waits()) {
			return;
		}
		end();
		try {
			write();
		}
		catch (IOException ex) {
			close();
		}
	}

	private boolean waits() {
		return this.script != null && this.script.hold() && !this.ends;
	}

	private void end() {
		this.out.add(ByteBuffer.wrap(Wire.chunk(Wire.frames(List.of(Wire.complete(this.runId))))));
		this.out.add(ByteBuffer.wrap(LAST_CHUNK));
		this.ends = true;
	}

	private void close() {
		try {
			this.channel.close();
		}
		catch (IOException ex) {
			// gone is gone
		}
		this.ends = true;
	}

	private void read() throws IOException {
		if (this.channel.read(this.in) < 0) {
			close();
			return;
		}
		String text = new String(this.in.array(), 0, this.in.position(), StandardCharsets.ISO_8859_1);
		int headerEnd = text.indexOf(HEADER_END);
		if (headerEnd >= 0) {
			int bodyStart = headerEnd + HEADER_END.length();
			Matcher length = CONTENT_LENGTH.matcher(text.substring(0, bodyStart).toLowerCase(Locale.ROOT));
			int bodyEnd = bodyStart + (length.find() ? Integer.parseInt(length.group(1)) : 0);
			if (text.length() >= bodyEnd) {
				this.in.clear();
				answer(text.substring(0, text.indexOf(' ', text.indexOf(' ') + 1)), text.substring(bodyStart, bodyEnd));
				return;
			}
		}
		if (!this.in.hasRemaining()) {
			this.in = ByteBuffer.wrap(Arrays.copyOf(this.in.array(), this.in.capacity() * 2))
				.position(this.in.position());
		}
	}

	private void answer(String request, String body) {
		this.server.countRequest();
		if (request.equals("POST " + Wire.STREAM_PATH)) {
			if (Script.isShortRun(body)) {
				sendShortRun(this.server.nextRunId());
			}
			else {
				begin(Script.read(body));
			}
		}
		else if (request.equals("POST " + Wire.BATCH_PATH)) {
			send("200 OK", Wire.batch(RUN_ID.matcher(body).results().map((id) -> id.group(1)).toList()));
		}
		else if (request.startsWith("GET /v1/runs/")) {
			send("200 OK", Wire.run(request.substring(request.lastIndexOf('/') + 1)));
		}
		else {
			send("404 Not Found", "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"" + request + "\"}}");
		}
	}

	private void send(String status, String json) {
		byte[] content = json.getBytes(StandardCharsets.UTF_8);
		this.out.add(ByteBuffer.wrap(bytes("HTTP/1.1 " + status
				+ "\r\nContent-Type: application/json\r\nContent-Length: " + content.length + "\r\n\r\n")));
		this.out.add(ByteBuffer.wrap(content));
	}

	/**
	 * Send a run that needs no time. As from a server that flushes each event, its end is
	 * a write of its own.
	 */
	private void sendShortRun(String runId) {
		this.out.add(ByteBuffer.wrap(KEPT_STREAM_HEAD));
		this.out.add(ByteBuffer.wrap(Wire.chunk(Wire.frames(List.of(Wire.started(runId))))));
		this.out.add(ByteBuffer.wrap(Wire.chunk(Wire.frames(List.of(Wire.complete(runId))))));
		this.out.add(ByteBuffer.wrap(LAST_CHUNK));
	}

	private void begin(Script script) {
		this.script = script;
		// the events are rendered before, with one run id
		this.runId = script.hold() ? this.server.nextRunId() : Wire.RUN_ID;
		this.eventsLeft = script.hold() ? 0 : script.events();
		this.out.add(ByteBuffer.wrap(LAST_STREAM_HEAD));
		this.out.add(ByteBuffer.wrap(Wire.chunk(Wire.frames(List.of(Wire.started(this.runId))))));
		this.out.add(ByteBuffer.wrap(Wire.chunk(Wire.frames(List.of(Wire.streamingUrl(this.runId))))));
		if (script.hold() && script.events() > 0) {
			this.out.add(ByteBuffer.wrap(Wire.progressChunks(this.runId, 0, script.events(), script.perChunk())));
		}
	}

	private void write() throws IOException {
		for (ByteBuffer next = next(); next != null; next = next()) {
			this.channel.write(next);
			if (next.hasRemaining()) {
				this.key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
				return;
			}
			this.out.remove();
		}
		if (this.ends) {
			this.channel.close();
		}
		else {
			this.key.interestOps(SelectionKey.OP_READ);
		}
	}

	private @Nullable ByteBuffer next() {
		if (this.out.isEmpty() && this.script != null && !this.script.hold() && !this.ends) {
			if (this.eventsLeft > 0) {
				BenchmarkServer.Block block = this.server.block(this.script.perChunk(), this.eventsLeft);
				this.eventsLeft -= block.events();
				this.out.add(block.bytes());
			}
			else {
				end();
			}
		}
		return this.out.peek();
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

}
