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
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;

import ai.tinyfish.simulator.internal.api.ApiException;
import org.jspecify.annotations.Nullable;

/**
 * Check of the host and the key of a request.
 */
final class Admission {

	/** {@code Host} headers that name the loopback interface, with or without a port. */
	private static final Pattern THIS_MACHINE = Pattern
		.compile("(?i)(([a-z0-9-]+\\.)*localhost\\.?|127(\\.\\d{1,3}){3}|\\[::1])(:\\d*)?");

	private final List<byte[]> accepted;

	private final boolean any;

	Admission(List<String> accepted, boolean any) {
		this.accepted = accepted.stream().map((key) -> key.getBytes(StandardCharsets.UTF_8)).toList();
		this.any = any;
	}

	/**
	 * Refuse requests of pages of other sites that reach this server by DNS rebinding.
	 */
	static void checkHost(List<String> hosts) {
		if (hosts.size() != 1 || !THIS_MACHINE.matcher(hosts.get(0)).matches()) {
			throw new ApiException(421, "MISDIRECTED_REQUEST",
					"The simulator answers only requests for localhost, 127.0.0.1 and [::1]: see the Host header");
		}
	}

	/**
	 * Check the key of a request.
	 * @param key the received key, or {@code null}
	 * @return the key
	 * @throws ApiException if it is missing or not accepted
	 */
	String checkKey(@Nullable String key) {
		if (key == null || key.isBlank()) {
			throw new ApiException(401, "MISSING_API_KEY", "The X-API-Key header is required");
		}
		byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
		if (!this.any && this.accepted.stream().noneMatch((each) -> MessageDigest.isEqual(each, bytes))) {
			throw new ApiException(401, "INVALID_API_KEY", "The API key in the X-API-Key header is not valid");
		}
		return key;
	}

}
