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

package ai.tinyfish.run;

import ai.tinyfish.settings.OpenValue;

/**
 * Mode in which the screenshots of its steps are included in a run that is read.
 *
 * @since 0.1.0
 */
public final class ScreenshotMode extends OpenValue {

	/** Without screenshots. */
	public static final ScreenshotMode NONE = new ScreenshotMode("none");

	/** As {@code data:} URIs in {@link RunStep#screenshot()}. */
	public static final ScreenshotMode BASE64 = new ScreenshotMode("base64");

	/** As addresses in {@link RunStep#screenshotUrl()}. */
	public static final ScreenshotMode URL = new ScreenshotMode("url");

	private ScreenshotMode(String value) {
		super(value);
	}

	/**
	 * Return a mode that this version has no constant for.
	 * @param value the value on the wire; space around it is removed
	 * @return the mode
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static ScreenshotMode of(String value) {
		return new ScreenshotMode(value);
	}

}
