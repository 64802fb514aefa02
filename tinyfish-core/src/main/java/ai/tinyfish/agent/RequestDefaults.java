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

import java.util.stream.Stream;

import ai.tinyfish.internal.call.ClientSettings;
import ai.tinyfish.internal.call.WebUrls;
import ai.tinyfish.internal.redaction.Secrets;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends with requests that do not say it themselves.
 *
 * @param integration the name of the integration, or null
 * @param webhookUrl where the service reports the ending, or null
 */
record RequestDefaults(@Nullable String integration, @Nullable String webhookUrl) {

	static final RequestDefaults NONE = new RequestDefaults(null, null);

	static RequestDefaults of(ClientSettings settings) {
		return new RequestDefaults(settings.integration(), settings.webhookUrl());
	}

	/**
	 * The default of a field.
	 * @param name its name on the wire
	 */
	@Nullable String get(String name) {
		return switch (name) {
			case "api_integration" -> this.integration;
			case "webhook_url" -> this.webhookUrl;
			default -> null;
		};
	}

	/**
	 * The parts of a webhook URL that nobody is to see: what comes last in it, and its
	 * user name with its password.
	 */
	static Stream<String> secrets(@Nullable String webhookUrl) {
		if (webhookUrl == null) {
			return Stream.empty();
		}
		String last = webhookUrl.substring(Math.max(webhookUrl.lastIndexOf('/'), webhookUrl.lastIndexOf('=')) + 1);
		return Stream.concat(Stream.of(Secrets.isTelling(last) ? last : webhookUrl), WebUrls.credentials(webhookUrl));
	}

	/**
	 * A description without the URL, of which a part may be secret.
	 */
	@Override
	public String toString() {
		return "RequestDefaults[integration=" + this.integration + "]";
	}

}
