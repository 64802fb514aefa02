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

package ai.tinyfish.spring.boot.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An API on plain sockets, which knows what connections there were and which are open.
 * The stream of a goal with {@link #ENDLESS} in it does not go on after its beginning.
 */
public final class SocketApi implements AutoCloseable {

	public static final String RUN_ID = "run-1";

	public static final String ENDLESS = "endless";

	private static final String STARTED = """
			data: {"type": "STARTED", "run_id": "run-1", "timestamp": "2026-01-02T03:04:05Z"}

			""";

	private static final String COMPLETE = """
			data: {"type": "COMPLETE", "run_id": "run-1", "status": "COMPLETED", "result": {"price": 42}, \
			"timestamp": "2026-01-02T03:04:06Z"}

			""";

	private final ServerSocket server;

	private final AtomicInteger accepted = new AtomicInteger();

	private final Set<Socket> open = ConcurrentHashMap.newKeySet();

	private final List<String> keys = new CopyOnWriteArrayList<>();

	public SocketApi() {
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		startDaemon(this::accept);
	}

	public String baseUrl() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	/**
	 * How many connections there ever were.
	 */
	public int accepted() {
		return this.accepted.get();
	}

	/**
	 * How many connections the client has not closed.
	 */
	public int open() {
		return this.open.size();
	}

	/**
	 * The API keys of the requests, in their order.
	 */
	public List<String> keys() {
		return this.keys;
	}

	@Override
	public void close() {
		try {
			this.server.close();
			for (Socket socket : this.open) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void accept() {
		try {
			while (true) {
				Socket socket = this.server.accept();
				this.accepted.incrementAndGet();
				this.open.add(socket);
				startDaemon(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// closed
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			InputStream in = new BufferedInputStream(socket.getInputStream());
			String head = readHead(in);
			while (head != null) {
				answer(socket, head, new String(in.readNBytes(length(head)), StandardCharsets.UTF_8));
				head = readHead(in);
			}
		}
		catch (IOException ex) {
			// the client has closed it
		}
		finally {
			this.open.remove(socket);
		}
	}

	private void answer(Socket socket, String head, String body) throws IOException {
		this.keys.add(header(head, "x-api-key"));
		String path = head.split(" ", 3)[1];
		if (path.endsWith("/run-sse")) {
			write(socket, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
					+ chunk(STARTED) + (body.contains(ENDLESS) ? "" : chunk(COMPLETE) + chunk("")));
			return;
		}
		String json = path.endsWith("/run") ? """
				{"run_id": "run-1", "status": "COMPLETED", "result": {"price": 42}}""" : """
				{"run_id": "run-1", "status": "RUNNING"}""";
		write(socket, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + json.length()
				+ "\r\n\r\n" + json);
	}

	private static void write(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
		socket.getOutputStream().flush();
	}

	private static String chunk(String text) {
		return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
	}

	/**
	 * The lines of a request up to the empty one, or null at the end of the connection.
	 */
	private static String readHead(InputStream in) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int read = in.read();
			if (read < 0) {
				return null;
			}
			head.append((char) read);
		}
		return head.toString();
	}

	private static int length(String head) {
		String length = header(head, "content-length");
		return (length != null) ? Integer.parseInt(length) : 0;
	}

	private static String header(String head, String name) {
		return head.lines()
			.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
			.map((line) -> line.substring(name.length() + 1).strip())
			.findFirst()
			.orElse(null);
	}

	private static void startDaemon(Runnable task) {
		Thread thread = new Thread(task, "socket-api");
		thread.setDaemon(true);
		thread.start();
	}

}
