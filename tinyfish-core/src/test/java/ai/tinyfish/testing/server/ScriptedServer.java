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

package ai.tinyfish.testing.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import ai.tinyfish.testing.Samples;

/**
 * Server over raw sockets that runs a script for each request. It is for tests of the
 * bytes on the wire: a request as it was received, head included, an answer that is not
 * HTTP or comes in packets of its own, several events in one packet, a step that waits
 * for the test in the middle of an answer, and the number of open connections. It is also
 * for single answers that are the subject of a test.
 * <p>
 * For faults, use the simulator: answers other than the right one, streams and
 * connections that break or fall silent, at any point, and runs that go on meanwhile. Its
 * faults are those that applications test with, and its journal has the requests.
 * {@link Samples#simulator()} and {@code Operation#simulator} start one.
 */
public final class ScriptedServer implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final Script script;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	public ScriptedServer(Script script) {
		this.script = script;
		try {
			this.serverSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		daemon(this::accept);
	}

	/**
	 * A server that answers every request with a stream.
	 */
	public static ScriptedServer streaming(Script script) {
		return new ScriptedServer((exchange) -> {
			exchange.startStream();
			script.run(exchange);
		});
	}

	private static void daemon(Runnable task) {
		Thread thread = new Thread(task, "scripted-server");
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		while (!this.serverSocket.isClosed()) {
			try {
				Socket socket = this.serverSocket.accept();
				this.sockets.add(socket);
				daemon(() -> serve(socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(Socket socket) {
		try (socket) {
			Exchange exchange = new Exchange(socket);
			while (exchange.readRequest()) {
				this.requests.add(exchange.request());
				this.script.run(exchange);
				if (!exchange.keepAlive) {
					return;
				}
			}
		}
		catch (IOException | InterruptedException ex) {
			// the client went away, or the test is over
		}
		finally {
			this.sockets.remove(socket);
		}
	}

	public String baseUrl() {
		return "http://127.0.0.1:" + this.serverSocket.getLocalPort();
	}

	public InetSocketAddress address() {
		return (InetSocketAddress) this.serverSocket.getLocalSocketAddress();
	}

	/**
	 * The requests so far: head and body as one text each.
	 */
	public List<String> requests() {
		return this.requests;
	}

	public int openConnections() {
		return this.sockets.size();
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
			for (Socket socket : this.sockets) {
				socket.close();
			}
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Answer to a request.
	 */
	@FunctionalInterface
	public interface Script {

		void run(Exchange exchange) throws IOException, InterruptedException;

	}

	/**
	 * One connection, with the request read last.
	 */
	public static final class Exchange {

		private final Socket socket;

		private final InputStream in;

		private final OutputStream out;

		private String request = "";

		private boolean keepAlive;

		Exchange(Socket socket) throws IOException {
			this.socket = socket;
			this.socket.setTcpNoDelay(true);
			this.in = socket.getInputStream();
			this.out = socket.getOutputStream();
		}

		boolean readRequest() throws IOException {
			ByteArrayOutputStream head = new ByteArrayOutputStream();
			while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
				int next = this.in.read();
				if (next < 0) {
					return false;
				}
				head.write(next);
			}
			String text = head.toString(StandardCharsets.ISO_8859_1);
			int length = text.lines()
				.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
				.mapToInt((line) -> Integer.parseInt(line.substring(15).trim()))
				.findFirst()
				.orElse(0);
			this.request = text + new String(this.in.readNBytes(length), StandardCharsets.UTF_8);
			this.keepAlive = false;
			return true;
		}

		public String request() {
			return this.request;
		}

		/**
		 * Answer with a body and keep the connection.
		 */
		public void answer(int status, String contentType, String body) throws IOException {
			byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
			send("HTTP/1.1 " + status + " Status\r\nContent-Type: " + contentType + "\r\nContent-Length: "
					+ bytes.length + "\r\n\r\n");
			send(bytes);
			this.keepAlive = true;
		}

		public void startStream() throws IOException {
			send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
		}

		/**
		 * Start a stream that ends without the end of its connection: all that follows
		 * has to be a chunk, as HTTP calls it.
		 */
		public void startChunkedStream() throws IOException {
			send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
		}

		/**
		 * Send events and the end of a stream that was started as chunked, and keep the
		 * connection.
		 */
		public void endChunkedStream(String... events) throws IOException {
			StringBuilder text = new StringBuilder();
			for (String event : events) {
				text.append(chunk("data: " + event + "\n\n"));
			}
			send(text + "0\r\n\r\n");
			this.keepAlive = true;
		}

		/**
		 * Render a chunk as HTTP has it.
		 */
		public static String chunk(String text) {
			return Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n";
		}

		public void send(String text) throws IOException {
			send(text.getBytes(StandardCharsets.UTF_8));
		}

		public void send(byte[] bytes) throws IOException {
			this.out.write(bytes);
			this.out.flush();
		}

		/**
		 * Send an event.
		 */
		public void event(String json) throws IOException {
			send("data: " + json + "\n\n");
		}

		/**
		 * Reset the connection.
		 */
		public void reset() throws IOException {
			this.socket.setSoLinger(true, 0);
			this.socket.close();
		}

		/**
		 * Wait until the client has closed the connection.
		 * @return whether it did in time
		 */
		public boolean awaitClientClose(Duration timeout) throws IOException {
			this.socket.setSoTimeout((int) timeout.toMillis());
			try {
				while (this.in.read() >= 0) {
					// anything else that it sends
				}
			}
			catch (SocketTimeoutException ex) {
				this.socket.setSoTimeout(0);
				return false;
			}
			catch (IOException ex) {
				// a reset is an end as well
			}
			return true;
		}

		/**
		 * Keep silent until the client has gone, or for half a minute.
		 */
		public void silence() throws IOException {
			awaitClientClose(Duration.ofSeconds(30));
		}

	}

}
