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

import org.jspecify.annotations.Nullable;

/**
 * Bytes of a delivery as they are received. Only the beginning is kept.
 */
final class WebhookContent {

	/** Length of the beginning, in which a delivery names its run: the result follows. */
	static final int MAX_BEGINNING = 1024 * 1024;

	/** As long as the longest record of a run that the client reads. */
	static final int MAX_LENGTH = 64 * 1024 * 1024;

	private final ByteArrayOutputStream beginning = new ByteArrayOutputStream();

	private long length;

	private @Nullable WebhookBody body;

	/**
	 * Append bytes.
	 * @return false if the content is too large, so that the rest need not be read
	 */
	boolean append(byte[] bytes, int count) {
		this.beginning.write(bytes, 0, Math.min(count, MAX_BEGINNING - this.beginning.size()));
		this.length += count;
		return !isTooLarge();
	}

	/**
	 * Return whether the content is longer than the limit, or has no run in its beginning
	 * although it is longer.
	 */
	boolean isTooLarge() {
		return this.length > MAX_LENGTH || (this.length > MAX_BEGINNING && !body().isComplete());
	}

	/**
	 * Return the content of the beginning. To be called once it has been received.
	 */
	WebhookBody body() {
		if (this.body == null) {
			this.body = WebhookBody.read(this.beginning.toByteArray(), this.length <= MAX_BEGINNING);
		}
		return this.body;
	}

}
