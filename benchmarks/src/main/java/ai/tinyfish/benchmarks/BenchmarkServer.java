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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Server of the benchmarks, in its own process. One thread serves all connections, and
 * all responses are rendered before, so that only the client takes time. It receives
 * commands and reports events in lines on its standard streams; it ends when its input
 * does.
 */
final class BenchmarkServer {

	/** Reports its port. */
	static final String PORT = "port ";

	/** Command to complete the waiting streams. */
	static final String COMPLETE = "complete";

	/** Command to report the number of connections. */
	static final String CONNECTIONS = "connections ";

	/** Command to report the number of requests. */
	static final String REQUESTS = "requests ";

	private static final int BACKLOG = 4096;

	/** Maximum number of events that are sent at once. */
	private static final int BLOCK = 512;

	private final Selector selector = Selector.open();

	private final Map<Integer, ByteBuffer> blocks = new HashMap<>();

	private final AtomicBoolean completing = new AtomicBoolean();

	private final AtomicInteger connections = new AtomicInteger();

	private final AtomicInteger requests = new AtomicInteger();

	private final PrintStream out;

	private int runs;

	private BenchmarkServer(PrintStream out) throws IOException {
		this.out = out;
	}

	public static void main(String[] args) throws IOException {
		BenchmarkServer server = new BenchmarkServer(System.out);
		Thread commands = new Thread(server::readCommands, "commands");
		commands.setDaemon(true);
		commands.start();
		server.serve();
	}

	private void readCommands() {
		try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
			for (String line = in.readLine(); line != null; line = in.readLine()) {
				if (line.equals(COMPLETE)) {
					this.completing.set(true);
					this.selector.wakeup();
				}
				else if (line.equals(CONNECTIONS)) {
					say(CONNECTIONS + this.connections);
				}
				else if (line.equals(REQUESTS)) {
					say(REQUESTS + this.requests);
				}
			}
		}
		catch (IOException ex) {
			// the commanding process has ended
		}
		System.exit(0);
	}

	private void serve() throws IOException {
		try (ServerSocketChannel listener = ServerSocketChannel.open()) {
			listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
			listener.configureBlocking(false);
			listener.register(this.selector, SelectionKey.OP_ACCEPT);
			say(PORT + listener.socket().getLocalPort());
			while (true) {
				this.selector.select((key) -> handle(listener, key));
				if (this.completing.compareAndSet(true, false)) {
					for (SelectionKey key : this.selector.keys()) {
						if (key.attachment() instanceof ServerConnection connection) {
							connection.complete();
						}
					}
				}
			}
		}
	}

	private void handle(ServerSocketChannel listener, SelectionKey key) {
		if (key.attachment() instanceof ServerConnection connection) {
			connection.proceed();
			return;
		}
		try {
			for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
				this.connections.incrementAndGet();
				channel.configureBlocking(false);
				channel.socket().setTcpNoDelay(true);
				SelectionKey added = channel.register(this.selector, SelectionKey.OP_READ);
				added.attach(new ServerConnection(this, channel, added));
			}
		}
		catch (IOException ex) {
			System.err.println("The server cannot accept: " + ex);
		}
	}

	void countRequest() {
		this.requests.incrementAndGet();
	}

	String nextRunId() {
		this.runs++;
		return Wire.runId(this.runs);
	}

	void say(String line) {
		this.out.println(line);
		this.out.flush();
	}

	/**
	 * The next PROGRESS events, as many as can be sent at once.
	 * @param perChunk how many of them are in one chunk
	 * @param left how many events there are left
	 * @return their bytes, and their number as the position in the sequence of events
	 */
	Block block(int perChunk, int left) {
		int size = (BLOCK + perChunk - 1) / perChunk * perChunk;
		if (left < size) {
			return new Block(ByteBuffer.wrap(Wire.progressChunks(Wire.RUN_ID, 0, left, perChunk)), left);
		}
		ByteBuffer rendered = this.blocks.computeIfAbsent(perChunk, (key) -> {
			byte[] bytes = Wire.progressChunks(Wire.RUN_ID, 0, size, perChunk);
			return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
		});
		return new Block(rendered.duplicate(), size);
	}

	/**
	 * Some events.
	 *
	 * @param bytes their chunks
	 * @param events their number
	 */
	record Block(ByteBuffer bytes, int events) {

	}

}
