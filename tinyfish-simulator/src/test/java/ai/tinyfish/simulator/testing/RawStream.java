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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import ai.tinyfish.simulator.TinyFishSimulator;

/**
 * An event stream over a plain socket, read only as far as a test asks.
 */
public final class RawStream implements AutoCloseable {

	private final Socket socket = new Socket();

	private final BufferedReader reader;

	private RawStream(TinyFishSimulator simulator, String body) throws IOException {
		this.socket.setReceiveBufferSize(8 * 1024);
		this.socket.setSoTimeout(30_000);
		this.socket.connect(new InetSocketAddress("127.0.0.1", simulator.port()));
		String request = """
				POST /v1/automation/run-sse HTTP/1.1\r
				Host: 127.0.0.1\r
				X-API-Key: %s\r
				Content-Type: application/json\r
				Content-Length: %d\r
				\r
				%s""".formatted(simulator.apiKey(), body.length(), body);
		this.socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		this.reader = new BufferedReader(new InputStreamReader(this.socket.getInputStream(), StandardCharsets.UTF_8),
				1024);
	}

	public static RawStream open(TinyFishSimulator simulator, String goal) throws IOException {
		return new RawStream(simulator, Api.submission(goal));
	}

	public List<String> head() throws IOException {
		List<String> head = new ArrayList<>();
		String line = this.reader.readLine();
		while (line != null && !line.isEmpty()) {
			head.add(line);
			line = this.reader.readLine();
		}
		return head;
	}

	/**
	 * Reads the next event, or {@code null} once the server has closed the connection.
	 */
	public Map<String, Object> next() throws IOException {
		String line = this.reader.readLine();
		while (line != null) {
			if (line.startsWith("data: ")) {
				return Api.json(line.substring("data: ".length()));
			}
			line = this.reader.readLine();
		}
		return null;
	}

	public Map<String, Object> next(String type) throws IOException {
		Map<String, Object> event = next();
		while (event != null && !type.equals(event.get("type"))) {
			event = next();
		}
		if (event == null) {
			throw new AssertionError("The stream ended without " + type);
		}
		return event;
	}

	public List<Map<String, Object>> all() throws IOException {
		List<Map<String, Object>> events = new ArrayList<>();
		Map<String, Object> event = next();
		while (event != null) {
			events.add(event);
			event = next();
		}
		return events;
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
