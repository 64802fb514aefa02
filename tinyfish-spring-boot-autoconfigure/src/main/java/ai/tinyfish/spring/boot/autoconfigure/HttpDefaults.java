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

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * Settings of the application's HTTP clients that ours share by default. The read timeout
 * is not one of them: a run takes longer than a REST call.
 *
 * @param connectTimeout {@code spring.http.clients.connect-timeout}, or null
 * @param sslBundle the bundle of {@code spring.http.clients.ssl.bundle}, or null
 */
record HttpDefaults(@Nullable Duration connectTimeout, @Nullable SslBundle sslBundle) {

	static final HttpDefaults NONE = new HttpDefaults(null, null);

}
