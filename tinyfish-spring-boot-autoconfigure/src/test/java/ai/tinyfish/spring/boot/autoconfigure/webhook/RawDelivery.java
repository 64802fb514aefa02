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

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A delivery that is written piece by piece.
 */
final class RawDelivery implements AutoCloseable {

	private static final int TIMEOUT = 20_000;

	private final Socket socket;

	RawDelivery(int port) throws IOException {
		this.socket = new Socket("127.0.0.1", port);
		this.socket.setSoTimeout(TIMEOUT);
		this.socket.setTcpNoDelay(true);
	}

	/**
	 * Bytes before the body.
	 * @param headers further headers, each with its line end
	 * @param length the length of the body, or below zero if it comes in chunks
	 */
	static String head(String headers, int length) {
		return "POST " + WebhookApplication.PATH + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + headers
				+ ((length < 0) ? "Transfer-Encoding: chunked" : "Content-Length: " + length) + "\r\n\r\n";
	}

	static String chunk(String text) {
		return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
	}

	static boolean accepts(int port) {
		try (RawDelivery delivery = new RawDelivery(port)) {
			return delivery.socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	void write(String text) throws IOException {
		this.socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
		this.socket.getOutputStream().flush();
	}

	String readAll() throws IOException {
		return new String(this.socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
	}

	/**
	 * Return the answer before the body has come.
	 */
	String readHead() throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			int read = this.socket.getInputStream().read();
			assertThat(read).as("after %s", head).isNotNegative();
			head.append((char) read);
		}
		return head.toString();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
