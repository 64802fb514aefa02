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

package ai.tinyfish.spring.boot;

import ai.tinyfish.error.TinyFishException;
import org.jspecify.annotations.Nullable;

/**
 * A run was to begin at a host that {@code tinyfish.run.allowed-hosts} does not allow.
 * Nothing was sent.
 */
public class TinyFishHostNotAllowedException extends TinyFishException {

	private final @Nullable String host;

	TinyFishHostNotAllowedException(String property, @Nullable String host) {
		super(((host != null) ? "The host " + host + " is not one of " + property
				: "The URL cannot be compared with " + property + ", since its host is ambiguous")
				+ "; nothing was sent", null, null);
		this.host = host;
	}

	/**
	 * Return the host that is not allowed.
	 * @return the host in its ASCII form, or null if programs read the host of the URL in
	 * different ways
	 */
	public @Nullable String host() {
		return this.host;
	}

}
