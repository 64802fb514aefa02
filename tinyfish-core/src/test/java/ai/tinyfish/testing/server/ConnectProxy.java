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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy that knows {@code CONNECT} alone, with any name, to one server.
 */
public final class ConnectProxy implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final @Nullable InetSocketAddress target;

	private final @Nullable String refusal;

	private final Tunnels tunnels = new Tunnels();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final List<Duration> waits = new CopyOnWriteArrayList<>();

	private ConnectProxy(@Nullable InetSocketAddress target, @Nullable String refusal) {
		this.target = target;
		this.refusal = refusal;
		try {
			this.serverSocket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		Tunnels.daemon("connect-proxy", this::accept);
	}

	/**
	 * A proxy whose tunnels all lead to one server.
	 */
	public static ConnectProxy to(InetSocketAddress target) {
		return new ConnectProxy(target, null);
	}

	/**
	 * A proxy that refuses with the given answer.
	 */
	public static ConnectProxy refusing(String answer) {
		return new ConnectProxy(null, answer);
	}

	/**
	 * A proxy that reads requests and never answers.
	 */
	public static ConnectProxy silent() {
		return new ConnectProxy(null, null);
	}

	private void accept() {
		while (!this.serverSocket.isClosed()) {
			try {
				Socket socket = this.serverSocket.accept();
				this.tunnels.add(socket);
				Tunnels.daemon("connect-proxy", () -> serve(socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(Socket socket) {
		try {
			this.requests.add(readHead(socket.getInputStream()));
			long start = System.nanoTime();
			if (this.target != null) {
				Socket upstream = new Socket(this.target.getAddress(), this.target.getPort());
				write(socket, "HTTP/1.1 200 Connection established\r\n\r\n");
				this.tunnels.join(socket, upstream);
				return;
			}
			if (this.refusal != null) {
				write(socket, this.refusal);
			}
			socket.getInputStream().transferTo(OutputStream.nullOutputStream());
			this.waits.add(Duration.ofNanos(System.nanoTime() - start));
		}
		catch (IOException ex) {
			// the client went away, or the test is over
		}
		this.tunnels.close(socket);
	}

	private static String readHead(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
			int next = in.read();
			if (next < 0) {
				throw new IOException("The client went away");
			}
			head.write(next);
		}
		return head.toString(StandardCharsets.ISO_8859_1);
	}

	private static void write(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
		socket.getOutputStream().flush();
	}

	public int port() {
		return this.serverSocket.getLocalPort();
	}

	/**
	 * Return the heads of the requests.
	 */
	public List<String> requests() {
		return this.requests;
	}

	/**
	 * How long clients that were given no tunnel waited until they closed the connection.
	 */
	public List<Duration> waits() {
		return this.waits;
	}

	@Override
	public void close() {
		try {
			this.serverSocket.close();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		this.tunnels.close();
	}

}
