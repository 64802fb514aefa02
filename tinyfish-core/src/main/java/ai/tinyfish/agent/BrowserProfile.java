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
 * Profile of the browser that the agent drives. The service adds profiles: use
 * {@link #of(String)} for one without a constant.
 *
 * @since 0.1.0
 */
public final class BrowserProfile extends OpenValue {

	/**
	 * Plain, fast browser, for most sites: the default.
	 */
	public static final BrowserProfile LITE = new BrowserProfile("lite");

	/**
	 * Browser with anti-detection measures, for sites that block robots.
	 */
	public static final BrowserProfile STEALTH = new BrowserProfile("stealth");

	private BrowserProfile(String value) {
		super(value);
	}

	/**
	 * Return the profile with the given name.
	 * @param value the value as the API knows it; space around it is removed
	 * @return the profile
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static BrowserProfile of(String value) {
		return new BrowserProfile(value);
	}

}
