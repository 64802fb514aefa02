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

package ai.tinyfish.internal.wire;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads a whole event stream the slow way: one rule of the HTML standard after the other
 * (section "Server-sent events", parsing and interpreting an event stream), over the text
 * and with nothing incremental. The parser is compared with this.
 * <p>
 * The events are their data alone; the type, the identifier and the reconnection time,
 * which our protocol does not use, are not kept.
 */
final class NaiveEventStream {

	private static final Pattern LINE_END = Pattern.compile("\r\n|\n|\r");

	private final List<String> events = new ArrayList<>();

	private final StringBuilder dataBuffer = new StringBuilder();

	private NaiveEventStream() {
	}

	/**
	 * Read a stream of events that may be of any size.
	 * @param stream all bytes of the stream
	 * @param charset UTF-8, as the standard says, or ISO 8859-1, in which each byte is a
	 * character of its own and no two different streams look the same
	 * @return the data of the events
	 */
	static List<String> read(byte[] stream, Charset charset) {
		NaiveEventStream reader = new NaiveEventStream();
		String[] lines = LINE_END.split(withoutByteOrderMark(stream, charset), -1);
		// characters after the last end of a line are not a line
		for (String line : Arrays.copyOf(lines, lines.length - 1)) {
			reader.readLine(line);
		}
		// an event without an empty line after it does not count
		return reader.events;
	}

	/**
	 * Read a stream up to the first event that is too large, a rule that the standard
	 * does not have: neither a line nor the data of an event has more bytes than the
	 * limit.
	 * @param stream all bytes of the stream
	 * @param limit the largest number of bytes; at least as many as a byte order mark has
	 * @param charset in which the data of the events is returned
	 * @return the events that come before, and whether one is too large
	 */
	static StreamOutcome read(byte[] stream, int limit, Charset charset) {
		NaiveEventStream reader = new NaiveEventStream();
		String[] lines = LINE_END.split(withoutByteOrderMark(stream, StreamOutcome.BYTES), -1);
		for (int i = 0; i < lines.length; i++) {
			boolean ended = (i < lines.length - 1);
			if (ended && lines[i].length() <= limit) {
				reader.readLine(lines[i]);
			}
			// the line feed at the end of the buffer is not part of the data
			if (lines[i].length() > limit || reader.dataBuffer.length() - 1 > limit) {
				return new StreamOutcome(decode(reader.events, charset), true);
			}
		}
		return new StreamOutcome(decode(reader.events, charset), false);
	}

	private static List<String> decode(List<String> events, Charset charset) {
		return events.stream().map((event) -> new String(event.getBytes(StreamOutcome.BYTES), charset)).toList();
	}

	private static String withoutByteOrderMark(byte[] stream, Charset charset) {
		boolean marked = stream.length >= 3 && stream[0] == (byte) 0xEF && stream[1] == (byte) 0xBB
				&& stream[2] == (byte) 0xBF;
		return new String(marked ? Arrays.copyOfRange(stream, 3, stream.length) : stream, charset);
	}

	private void readLine(String line) {
		int colon = line.indexOf(':');
		if (line.isEmpty()) {
			dispatch();
		}
		else if (colon == -1) {
			readField(line, "");
		}
		else if (colon > 0) {
			String value = line.substring(colon + 1);
			readField(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
		}
		// a line that begins with a colon is a comment
	}

	private void readField(String name, String value) {
		if (name.equals("data")) {
			this.dataBuffer.append(value).append('\n');
		}
	}

	private void dispatch() {
		if (this.dataBuffer.isEmpty()) {
			return;
		}
		this.events.add(this.dataBuffer.substring(0, this.dataBuffer.length() - 1));
		this.dataBuffer.setLength(0);
	}

}
