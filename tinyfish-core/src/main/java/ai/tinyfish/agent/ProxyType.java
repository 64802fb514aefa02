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

package ai.tinyfish.agent;

import ai.tinyfish.settings.OpenValue;

/**
 * Type of the proxy. The service adds types: use {@link #of(String)} for one without a
 * constant.
 *
 * @since 0.1.0
 */
public final class ProxyType extends OpenValue {

	/**
	 * The service's own: the default.
	 */
	public static final ProxyType TETRA = new ProxyType("tetra");

	/**
	 * The caller's own, given by its url.
	 */
	public static final ProxyType CUSTOM = new ProxyType("custom");

	private ProxyType(String value) {
		super(value);
	}

	/**
	 * Return the type with the given name.
	 * @param value the value as the API knows it; space around it is removed
	 * @return the type
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static ProxyType of(String value) {
		return new ProxyType(value);
	}

}
