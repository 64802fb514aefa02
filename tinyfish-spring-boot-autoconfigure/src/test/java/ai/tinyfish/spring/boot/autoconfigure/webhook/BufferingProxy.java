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

package ai.tinyfish.spring.boot.autoconfigure.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * Proxy in front of an API that holds back the responses of streams until they are
 * released.
 */
final class BufferingProxy implements AutoCloseable {

	private final URI target;

	private final ServerSocket server;

	private final CountDownLatch released = new CountDownLatch(1);

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Set<Socket> held = ConcurrentHashMap.newKeySet();

	BufferingProxy(String target) {
		this.target = URI.create(target);
		try {
			this.server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon(() -> {
			while (true) {
				Socket socket = this.server.accept();
				daemon(() -> serve(socket));
			}
		});
	}

	String baseUrl() {
		return "http://127.0.0.1:" + this.server.getLocalPort();
	}

	/** Let the responses through. */
	void release() {
		this.released.countDown();
	}

	/** End the connections of the streams without a response. */
	void cut() {
		this.held.forEach(BufferingProxy::close);
	}

	private void serve(Socket client) throws IOException {
		Socket upstream = new Socket(this.target.getHost(), this.target.getPort());
		this.sockets.add(client);
		this.sockets.add(upstream);
		byte[] head = readHead(client.getInputStream());
		upstream.getOutputStream().write(head);
		daemon(() -> copy(client, upstream));
		if (new String(head, StandardCharsets.ISO_8859_1).startsWith("POST /v1/automation/run-sse ")) {
			this.held.add(client);
			try {
				this.released.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
		copy(upstream, client);
	}

	private static void copy(Socket from, Socket to) {
		try (from; to) {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			byte[] buffer = new byte[8192];
			for (int read = in.read(buffer); read > 0; read = in.read(buffer)) {
				out.write(buffer, 0, read);
			}
		}
		catch (IOException ex) {
			// either side has closed the connection
		}
	}

	private static byte[] readHead(InputStream in) throws IOException {
		ByteArrayOutputStream head = new ByteArrayOutputStream();
		for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
			head.write(next);
		}
		head.write('\n');
		return head.toByteArray();
	}

	private static void daemon(Action action) {
		Thread thread = new Thread(() -> {
			try {
				action.run();
			}
			catch (IOException ex) {
				// the test is over, or one side has closed the connection
			}
		}, "buffering-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		release();
		try {
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.sockets.forEach(BufferingProxy::close);
	}

	private interface Action {

		void run() throws IOException;

	}

}
