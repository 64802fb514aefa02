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

import java.util.Arrays;

/**
 * Incremental reader of a {@code text/event-stream} by the rules of the HTML standard,
 * section "Server-sent events", for a protocol whose events only have data: the fields
 * {@code event}, {@code id} and {@code retry} are recognised and ignored, as are
 * comments. An event that is cut short by the end of the stream is not emitted like the
 * others: {@link #end} emits the part that arrived, and its handler decides whether it is
 * complete.
 * <p>
 * Spring's own reader emits such partial events, stumbles over a byte order mark and over
 * lone carriage returns, and limits events to 256 KiB. Not thread-safe; one instance
 * reads one stream.
 */
public final class SseParser {

	private static final byte[] DATA = { 'd', 'a', 't', 'a' };

	private static final byte[] BYTE_ORDER_MARK = { (byte) 0xEF, (byte) 0xBB, (byte) 0xBF };

	private static final byte[] EMPTY = {};

	private final int maxEventSize;

	private final SseFrameHandler handler;

	private int byteOrderMarkRead;

	private boolean skipLineFeed;

	/** The beginning of a line whose end has not arrived yet. */
	private byte[] line = EMPTY;

	private int lineLength;

	/**
	 * The data lines so far, joined by line feeds. Points into the current chunk while
	 * the event has one complete line, which is the common case.
	 */
	private byte[] data = EMPTY;

	private int dataOffset;

	private int dataLength;

	private boolean dataOwned;

	private boolean hasData;

	private boolean failed;

	/**
	 * Create a new parser.
	 * @param maxEventSize the largest event, and the largest line, in bytes
	 * @param handler receives each event's data
	 */
	public SseParser(int maxEventSize, SseFrameHandler handler) {
		this.maxEventSize = maxEventSize;
		this.handler = handler;
	}

	/**
	 * Read the next bytes of the stream.
	 * @param chunk the bytes; not kept after the call
	 * @throws SseEventTooLargeException if an event exceeds the limit, and from then on
	 */
	public void feed(byte[] chunk) {
		if (this.failed) {
			// the next bytes may begin in the middle of a line
			throw new SseEventTooLargeException(this.maxEventSize);
		}
		int position = skipByteOrderMark(chunk);
		while (position < chunk.length) {
			if (this.skipLineFeed) {
				this.skipLineFeed = false;
				if (chunk[position] == '\n') {
					position++;
					continue;
				}
			}
			int end = endOfLine(chunk, position);
			if (end == chunk.length) {
				appendToLine(chunk, position, end - position);
				break;
			}
			endLine(chunk, position, end - position);
			this.skipLineFeed = (chunk[end] == '\r');
			position = end + 1;
		}
		ownData();
	}

	/**
	 * End the stream and emit trailing data without a blank line, if any. It may be
	 * incomplete.
	 * @param last receives its data
	 */
	public void end(SseFrameHandler last) {
		if (this.failed) {
			return;
		}
		if (this.lineLength > 0) {
			endLine(EMPTY, 0, 0);
		}
		if (this.hasData) {
			this.hasData = false;
			last.onData(this.data, this.dataOffset, this.dataLength);
		}
	}

	/**
	 * Separate, and without fields, so that this loop over all bytes is always compiled
	 * well.
	 */
	private static int endOfLine(byte[] chunk, int from) {
		int position = from;
		while (position < chunk.length && chunk[position] != '\n' && chunk[position] != '\r') {
			position++;
		}
		return position;
	}

	private int skipByteOrderMark(byte[] chunk) {
		int position = 0;
		while (this.byteOrderMarkRead >= 0 && position < chunk.length) {
			if (chunk[position] != BYTE_ORDER_MARK[this.byteOrderMarkRead]) {
				// not a mark after all: the held bytes belong to the first line
				appendToLine(BYTE_ORDER_MARK, 0, this.byteOrderMarkRead);
				this.byteOrderMarkRead = -1;
				break;
			}
			position++;
			this.byteOrderMarkRead++;
			if (this.byteOrderMarkRead == BYTE_ORDER_MARK.length) {
				this.byteOrderMarkRead = -1;
			}
		}
		return position;
	}

	private void endLine(byte[] chunk, int offset, int length) {
		if (this.lineLength == 0) {
			checkSize(length);
			readLine(chunk, offset, length, false);
			return;
		}
		appendToLine(chunk, offset, length);
		readLine(this.line, 0, this.lineLength, true);
		this.lineLength = 0;
		// a stream of 10,000 idle runs should not hold 10,000 of these
		this.line = EMPTY;
	}

	private void readLine(byte[] buffer, int offset, int length, boolean owned) {
		if (length == 0) {
			dispatch();
			return;
		}
		if (!isData(buffer, offset, length)) {
			return;
		}
		int start = offset + DATA.length;
		int end = offset + length;
		if (start < end) {
			start++;
			if (start < end && buffer[start] == ' ') {
				start++;
			}
		}
		appendData(buffer, start, end - start, owned);
	}

	private static boolean isData(byte[] buffer, int offset, int length) {
		return length >= DATA.length && Arrays.equals(buffer, offset, offset + DATA.length, DATA, 0, DATA.length)
				&& (length == DATA.length || buffer[offset + DATA.length] == ':');
	}

	private void appendData(byte[] buffer, int offset, int length, boolean owned) {
		if (!this.hasData) {
			this.hasData = true;
			this.data = buffer;
			this.dataOffset = offset;
			this.dataLength = length;
			this.dataOwned = owned;
			return;
		}
		checkSize((long) this.dataLength + 1 + length);
		int needed = this.dataLength + 1 + length;
		if (!this.dataOwned || this.dataOffset + needed > this.data.length) {
			byte[] grown = new byte[capacity(this.dataLength, needed)];
			System.arraycopy(this.data, this.dataOffset, grown, 0, this.dataLength);
			this.data = grown;
			this.dataOffset = 0;
			this.dataOwned = true;
		}
		this.data[this.dataOffset + this.dataLength] = '\n';
		System.arraycopy(buffer, offset, this.data, this.dataOffset + this.dataLength + 1, length);
		this.dataLength = needed;
	}

	private void dispatch() {
		if (this.hasData) {
			byte[] buffer = this.data;
			this.hasData = false;
			this.data = EMPTY;
			this.handler.onData(buffer, this.dataOffset, this.dataLength);
		}
	}

	private void ownData() {
		if (this.hasData && !this.dataOwned) {
			this.data = Arrays.copyOfRange(this.data, this.dataOffset, this.dataOffset + this.dataLength);
			this.dataOffset = 0;
			this.dataOwned = true;
		}
	}

	private void appendToLine(byte[] buffer, int offset, int length) {
		checkSize((long) this.lineLength + length);
		int needed = this.lineLength + length;
		if (needed > this.line.length) {
			this.line = Arrays.copyOf(this.line, capacity(this.line.length, needed));
		}
		System.arraycopy(buffer, offset, this.line, this.lineLength, length);
		this.lineLength = needed;
	}

	private int capacity(int current, int needed) {
		return Math.max(needed, (int) Math.min(Math.min(this.maxEventSize, Integer.MAX_VALUE - 8L), current * 2L));
	}

	private void checkSize(long size) {
		if (size > this.maxEventSize) {
			this.failed = true;
			// a parser that is kept must not keep megabytes
			this.line = EMPTY;
			this.data = EMPTY;
			this.hasData = false;
			throw new SseEventTooLargeException(this.maxEventSize);
		}
	}

}
