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

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pairs of sockets, each of which gets what the other one receives, and is closed with
 * it.
 */
final class Tunnels implements Closeable {

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	void add(Socket socket) {
		this.sockets.add(socket);
	}

	/**
	 * Join two sockets until either ends. Takes the calling thread and another.
	 */
	void join(Socket one, Socket other) throws IOException {
		this.sockets.add(one);
		this.sockets.add(other);
		one.setTcpNoDelay(true);
		other.setTcpNoDelay(true);
		daemon("tunnel", () -> copy(one, other));
		copy(other, one);
	}

	private void copy(Socket from, Socket to) {
		try {
			from.getInputStream().transferTo(to.getOutputStream());
		}
		catch (IOException ex) {
			// closed by the other direction, or the test is over
		}
		finally {
			close(from);
			close(to);
		}
	}

	void close(Socket socket) {
		this.sockets.remove(socket);
		try {
			socket.close();
		}
		catch (IOException ex) {
			// as closed as it can be
		}
	}

	static void daemon(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() {
		this.sockets.forEach(this::close);
	}

}
