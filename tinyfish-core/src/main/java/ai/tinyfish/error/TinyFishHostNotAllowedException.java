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

package ai.tinyfish.error;

import org.jspecify.annotations.Nullable;

/**
 * Exception for a URL whose host is not one of the client's allowed hosts. Nothing was
 * sent.
 *
 * @since 0.1.0
 */
public class TinyFishHostNotAllowedException extends TinyFishException {

	private final @Nullable String host;

	/**
	 * Create a new exception.
	 * @param problem the problem, without the URL, which may contain secrets
	 * @param host the host, or null if programs read the host of the URL in different
	 * ways
	 */
	public TinyFishHostNotAllowedException(String problem, @Nullable String host) {
		super(problem + "; nothing was sent", null, null);
		this.host = host;
		withoutRun();
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
