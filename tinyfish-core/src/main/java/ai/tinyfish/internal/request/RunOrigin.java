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

package ai.tinyfish.internal.request;

import org.jspecify.annotations.Nullable;

/**
 * Method of an agent interface that a request comes from. A request carries it only for
 * observations: it is never sent.
 *
 * @param type name of the interface
 * @param method name of the method
 * @param goalVersion version of the goal, or null
 */
public record RunOrigin(String type, String method, @Nullable String goalVersion) {

	/** Origin of requests that come from no agent interface. */
	public static final RunOrigin NONE = new RunOrigin("none", "none", null);

	/**
	 * Return the origin of a request.
	 * @param request the request
	 * @return its origin, {@link #NONE} if not set
	 */
	public static RunOrigin of(Object request) {
		return WireForm.formOf(request).origin();
	}

}
