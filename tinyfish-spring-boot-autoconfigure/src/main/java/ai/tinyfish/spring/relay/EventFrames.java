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

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.codec.ServerSentEvent;

/**
 * Renders server-sent events as the bytes that go over the wire.
 */
final class EventFrames {

	private final JsonMapper mapper;

	EventFrames(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Render an event.
	 * @param event the event, whose data is written as JSON unless it is a text
	 * @return the bytes, which must not be changed
	 */
	byte[] render(ServerSentEvent<?> event) {
		StringBuilder head = new StringBuilder();
		append(head, "id:", event.id());
		append(head, "event:", event.event());
		append(head, "retry:", (event.retry() != null) ? String.valueOf(event.retry().toMillis()) : null);
		append(head, ":", event.comment());
		Object data = event.data();
		if (data == null) {
			return head.append('\n').toString().getBytes(StandardCharsets.UTF_8);
		}
		byte[] text = (data instanceof String string)
				? string.replaceAll("\\r\\n?", "\n").getBytes(StandardCharsets.UTF_8)
				: this.mapper.writeValueAsBytes(data);
		byte[] start = head.append("data:").toString().getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream frame = new ByteArrayOutputStream(start.length + text.length + 2);
		frame.writeBytes(start);
		appendLines(frame, text);
		frame.writeBytes(new byte[] { '\n', '\n' });
		return frame.toByteArray();
	}

	private static void append(StringBuilder head, String name, @Nullable String text) {
		if (text != null) {
			text.lines().forEach((line) -> head.append(name).append(line).append('\n'));
		}
	}

	/**
	 * Each line of the data has to say that it is data: indented JSON has several.
	 */
	private static void appendLines(ByteArrayOutputStream frame, byte[] text) {
		int start = 0;
		for (int i = 0; i < text.length; i++) {
			if (text[i] == '\n') {
				frame.write(text, start, i + 1 - start);
				frame.writeBytes("data:".getBytes(StandardCharsets.UTF_8));
				start = i + 1;
			}
		}
		frame.write(text, start, text.length - start);
	}

}
