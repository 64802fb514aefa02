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

package ai.tinyfish.spring.relay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * Browser with an {@code EventSource} that does not reconnect.
 */
final class Browser implements AutoCloseable {

	private static final HttpClient CLIENT = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final HttpResponse<InputStream> response;

	private final BufferedReader reader;

	private Browser(HttpResponse<InputStream> response) {
		this.response = response;
		this.reader = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
	}

	static Browser open(URI uri) {
		return open(uri, null);
	}

	static Browser open(URI uri, @Nullable String lastEventId) {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");
		if (lastEventId != null) {
			request.header("Last-Event-ID", lastEventId);
		}
		try {
			return new Browser(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	int status() {
		return this.response.statusCode();
	}

	String header(String name) {
		return String.join("|", this.response.headers().allValues(name));
	}

	/**
	 * Read the next event or comment.
	 * @return the message, or null at the end
	 */
	@Nullable Message nextMessage() {
		try {
			List<String> lines = new ArrayList<>();
			String line = this.reader.readLine();
			while (line != null && !line.isEmpty()) {
				lines.add(line);
				line = this.reader.readLine();
			}
			return lines.isEmpty() ? null : Message.of(lines);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Read the next event.
	 * @return the event, or null at the end
	 */
	@Nullable Message nextEvent() {
		Message message = nextMessage();
		while (message != null && message.isComment()) {
			message = nextMessage();
		}
		return message;
	}

	/**
	 * Read to the end.
	 */
	List<Message> remainingEvents() {
		List<Message> events = new ArrayList<>();
		Message event = nextEvent();
		while (event != null) {
			events.add(event);
			event = nextEvent();
		}
		return events;
	}

	@Override
	public void close() {
		try {
			this.reader.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * An event or a comment.
	 *
	 * @param id the id, empty for none
	 * @param name the name, empty for none
	 * @param data the data, empty for none
	 * @param comment the comment, empty for none
	 */
	record Message(String id, String name, String data, String comment) {

		static Message of(List<String> lines) {
			if (!lines.stream().allMatch((line) -> line.matches("(id|event|data|):.*"))) {
				throw new IllegalStateException("Not a server-sent event: " + lines);
			}
			return new Message(field("id", lines), field("event", lines), field("data", lines), field("", lines));
		}

		private static String field(String name, List<String> lines) {
			return lines.stream()
				.filter((line) -> line.startsWith(name + ":"))
				.map((line) -> line.substring(name.length() + 1))
				.collect(Collectors.joining("\n"));
		}

		/**
		 * Which event of its run this is.
		 */
		String number() {
			return this.id.substring(this.id.indexOf('-') + 1);
		}

		boolean isComment() {
			return this.data.isEmpty();
		}

	}

}
