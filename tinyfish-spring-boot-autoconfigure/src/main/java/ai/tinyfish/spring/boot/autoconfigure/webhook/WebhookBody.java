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

import java.util.Set;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Used content of a delivery: the run that it names. The rest is not read, since it could
 * not be trusted.
 *
 * @param event the type of the event, or null if it is missing
 * @param runId the run id, or null if it is not valid
 */
record WebhookBody(@Nullable String event, @Nullable String runId) {

	private static final JsonFactory FACTORY = new JsonFactory();

	private static final Set<String> RUN_ID_NAMES = Set.of("run_id", "runId");

	private static final Pattern RUN_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");

	/**
	 * Read a delivery.
	 * @param bytes its beginning
	 * @param whole whether the delivery is complete
	 */
	static WebhookBody read(byte[] bytes, boolean whole) {
		String event = null;
		String runId = null;
		try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
			String name = (parser.nextToken() == JsonToken.START_OBJECT) ? parser.nextName() : null;
			while (name != null && (event == null || runId == null)) {
				if (parser.nextToken() != JsonToken.VALUE_STRING) {
					parser.skipChildren();
				}
				else if (event == null && name.equals("event")) {
					event = parser.getString();
				}
				else if (runId == null && RUN_ID_NAMES.contains(name)) {
					runId = parser.getString();
				}
				name = parser.nextName();
			}
		}
		catch (JacksonException ex) {
			if (whole) {
				return new WebhookBody(null, null);
			}
		}
		return new WebhookBody(event, (runId != null && RUN_ID.matcher(runId).matches()) ? runId : null);
	}

	/**
	 * Return whether the delivery is about a run: true as well if it has no type.
	 */
	boolean isAboutRun() {
		return this.event == null || this.event.startsWith("run.");
	}

	/**
	 * Return whether the delivery names its run, if it is about one.
	 */
	boolean isComplete() {
		return this.runId != null || !isAboutRun();
	}

}
