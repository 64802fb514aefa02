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

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/**
 * Takes TLS off the connections to a server that speaks without it.
 */
public final class TlsFront implements AutoCloseable {

	private final SSLServerSocket serverSocket;

	private final InetSocketAddress target;

	private final Tunnels tunnels = new Tunnels();

	/**
	 * Create a front.
	 * @param context its own certificate and its trust
	 * @param target the server behind it
	 * @param settings protocols and client authentication
	 */
	public TlsFront(SSLContext context, InetSocketAddress target, Consumer<SSLServerSocket> settings) {
		this.target = target;
		try {
			this.serverSocket = (SSLServerSocket) context.getServerSocketFactory()
				.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
		settings.accept(this.serverSocket);
		Tunnels.daemon("tls-front", this::accept);
	}

	private void accept() {
		while (!this.serverSocket.isClosed()) {
			try {
				SSLSocket socket = (SSLSocket) this.serverSocket.accept();
				this.tunnels.add(socket);
				Tunnels.daemon("tls-front", () -> serve(socket));
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	private void serve(SSLSocket socket) {
		try {
			socket.startHandshake();
			this.tunnels.join(socket, new Socket(this.target.getAddress(), this.target.getPort()));
		}
		catch (IOException ex) {
			// refused by either side
			this.tunnels.close(socket);
		}
	}

	public InetSocketAddress address() {
		return (InetSocketAddress) this.serverSocket.getLocalSocketAddress();
	}

	/**
	 * The URL of the front.
	 * @param host the name to reach it by
	 */
	public String baseUrl(String host) {
		return "https://" + host + ":" + this.serverSocket.getLocalPort();
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
