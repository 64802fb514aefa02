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

package ai.tinyfish.spring.boot.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * Details required to call TinyFish. A bean of this type takes precedence over the
 * properties {@code tinyfish.api-key} and {@code tinyfish.base-url}.
 *
 * @since 0.1.0
 */
public interface TinyFishConnectionDetails extends ConnectionDetails {

	/**
	 * Return the API key.
	 * @return the key; if it is null or blank, {@code tinyfish.api-key} applies
	 */
	default @Nullable String getApiKey() {
		return null;
	}

	/**
	 * Return the base URL of the API.
	 * @return an absolute http or https URL; if null, {@code tinyfish.base-url} applies
	 */
	default @Nullable String getBaseUrl() {
		return null;
	}

	/**
	 * Return the SSL bundle with the certificates that TLS trusts and presents.
	 * @return the bundle; if null, {@code tinyfish.ssl.bundle} applies
	 */
	default @Nullable SslBundle getSslBundle() {
		return null;
	}

}
