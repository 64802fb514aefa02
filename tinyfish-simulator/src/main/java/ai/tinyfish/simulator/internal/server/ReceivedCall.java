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

package ai.tinyfish.simulator.internal.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Received request. Its body, and the run that it created, become known a little later.
 */
public final class ReceivedCall {

	/** Number of bytes that are kept of a body. */
	static final int MAX_BODY = 16 * 1024;

	private final Instant receivedAt;

	private final String endpoint;

	private final String method;

	private final String path;

	private volatile byte[] body = new byte[0];

	private volatile @Nullable String runId;

	private volatile @Nullable String apiKey;

	ReceivedCall(Instant receivedAt, String endpoint, String method, String path) {
		this.receivedAt = receivedAt;
		this.endpoint = endpoint;
		this.method = method;
		this.path = path;
	}

	void body(byte[] bytes) {
		this.body = (bytes.length <= MAX_BODY) ? bytes : Arrays.copyOf(bytes, MAX_BODY);
	}

	void run(String id) {
		this.runId = id;
	}

	void apiKey(String accepted) {
		this.apiKey = accepted;
	}

	/**
	 * Return the time at which it was received.
	 * @return the time
	 */
	public Instant receivedAt() {
		return this.receivedAt;
	}

	/**
	 * Return the method and path template.
	 * @return the label of the endpoint, or {@code other}
	 */
	public String endpoint() {
		return this.endpoint;
	}

	/**
	 * Return the HTTP method.
	 * @return the method
	 */
	public String method() {
		return this.method;
	}

	/**
	 * Return the path and query.
	 * @return the request target as it came
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Return the body, up to a bound.
	 * @return the text, empty if there is no body
	 */
	public String body() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	/**
	 * Return the run that it names or created.
	 * @return the run id, or {@code null}
	 */
	public @Nullable String runId() {
		return this.runId;
	}

	/**
	 * Return the key.
	 * @return the key, or {@code null} if it was not accepted
	 */
	public @Nullable String apiKey() {
		return this.apiKey;
	}

}
